import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { z } from 'zod';

const folder = join(import.meta.dirname, '../../manifests/grafana/dashboards');

const panel = z.looseObject({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  datasource: z.object({ type: z.string(), uid: z.string() }).optional(),
  targets: z.array(z.object({ expr: z.string(), refId: z.string() })).default([]),
});
const dashboard = z.looseObject({
  uid: z.string(),
  title: z.string(),
  panels: z.array(panel),
  templating: z.object({ list: z.array(z.object({ name: z.string(), query: z.string() })).optional() }).optional(),
});

export type Dashboard = z.infer<typeof dashboard>;
export type PanelQuery = { readonly panel: string; readonly expression: string };

export function dashboards(): readonly Dashboard[] {
  return globSync(join(folder, '*.json')).map((file) => dashboard.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

/** Grafana puts a length of time and the chosen values in place of its variables. */
export function withVariables(expression: string, chosen: Readonly<Record<string, string>>): string {
  return Object.entries({ __rate_interval: '1m', ...chosen }).reduce(
    (text, [name, value]) => text.replaceAll(`$${name}`, value),
    expression,
  );
}

/** Every expression of a dashboard's panels and of its choices. */
export function queriesOf({ title, panels, templating }: Dashboard): readonly PanelQuery[] {
  const ofPanels = panels.flatMap((one) =>
    one.targets.map(({ expr }) => ({ panel: `${title}: ${one.title}`, expression: expr })),
  );
  const ofChoices = (templating?.list ?? []).map(({ name, query }) => ({
    panel: `${title}: choice of ${name}`,
    expression: /^label_values\((.+), \w+\)$/.exec(query)?.[1] ?? query,
  }));
  return [...ofPanels, ...ofChoices];
}

/** The metrics that an expression reads. Throws on what is no PromQL. */
export function metricsIn(expression: string): readonly string[] {
  const names = new Set<string>();
  parser.parse(expression).iterate({
    enter({ type, name, from, to, node }) {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${expression}`);
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') names.add(expression.slice(from, to));
    },
  });
  return [...names];
}

/** The metrics that a text in Prometheus's format declares, by the names under which they are queried. */
export function declaredIn(text: string): ReadonlySet<string> {
  const declared = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)];
  return new Set(
    declared.flatMap(([, name = '', kind]) =>
      kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}
