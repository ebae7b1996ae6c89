import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createTelemetry } from '../../src/http/metrics.ts';
import { commandBench, noon } from '../commands/list.ts';
import { dashboards, declaredIn, metricsIn, queriesOf, withVariables } from './dashboard-files.ts';
import { ruleFiles, rulesIn } from './rule-files.ts';

const chosen = { watch: 'hosts', entity: 'web-1', metric: 'cpu' };
const queries = [
  ...dashboards().flatMap(queriesOf),
  ...ruleFiles
    .flatMap(rulesIn)
    .map((rule) => ({ panel: 'alert' in rule ? rule.alert : rule.record, expression: rule.expr })),
];
const logs = () => ({ bufferedBytes: 0, spooledBytes: 0, lost: 0, failing: null });
const backup = () => ({ lastAt: noon, made: 1, failed: 0, because: null });
const recorded = ruleFiles.flatMap(rulesIn).flatMap((rule) => ('record' in rule ? [rule.record] : []));
const sources = z.object({ datasources: z.array(z.object({ uid: z.string(), type: z.string() })) });

describe('the queries of dashboards and rules', () => {
  it.each(queries)('$panel reads of the bot and of records what there is: $expression', async ({ expression }) => {
    const telemetry = createTelemetry({
      now: () => noon,
      status: commandBench().status,
      logs,
      backup,
      heartbeat: () => ({ last: noon, because: null }),
    });
    const exported = declaredIn(await telemetry.text());
    const metrics = metricsIn(withVariables(expression, chosen));
    expect(metrics.length).toBeGreaterThan(0);
    for (const name of metrics.filter((metric) => /^smartcloudops_|^nodejs_/.test(metric)))
      expect(exported).toContain(name);
    for (const name of metrics.filter((metric) => metric.includes(':'))) expect(recorded).toContain(name);
  });

  it('a name that nobody exports, and what is no PromQL, would be noticed', () => {
    expect(metricsIn('rate(smartcloudops_tiks_total{a="b"}[1m]) / on (x) node:y')).toEqual([
      'smartcloudops_tiks_total',
      'node:y',
    ]);
    expect(() => metricsIn('sum(by)) (x')).toThrow(/no PromQL/);
  });
});

describe.each(dashboards())('the dashboard "$title"', (board) => {
  const panels = board.panels.filter(({ type }) => type !== 'row');

  it('has panels of their own name and place, fed by a source that is provisioned', () => {
    const { datasources } = sources.parse(
      parse(readFileSync('manifests/grafana/provisioning/datasources/prometheus.yaml', 'utf8')),
    );
    expect(panels.length).toBeGreaterThan(3);
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { datasource } of panels) expect(datasources).toContainEqual(datasource);
  });

  it('has no panel over another and none beyond the edge', () => {
    const taken = new Set<string>();
    for (const { gridPos: at } of board.panels)
      for (let x = at.x; x < at.x + at.w; x += 1)
        for (let y = at.y; y < at.y + at.h; y += 1) {
          expect(taken).not.toContain(`${x},${y}`);
          expect(x).toBeLessThan(24);
          taken.add(`${x},${y}`);
        }
  });
});
