import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { temporaryDir, until } from './bot.ts';
import { freePort } from './machine.ts';

export type Labels = Readonly<Record<string, string>>;

/** Debian's Alertmanager under a configuration of ours. */
export type Alertmanager = {
  /** Fires all of these, and gives the ones that others of them keep quiet, a line each, sorted. */
  quietOf(alerts: readonly Labels[]): Promise<readonly string[]>;
  stop(): Promise<void>;
};

const configuration = z.looseObject({ inhibit_rules: z.array(z.unknown()) });
const known = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ inhibitedBy: z.array(z.string()) }),
  }),
);

/** It takes alerts into account one after the other: what came before the last one is known when that one is. */
const last = [
  { alertname: 'TheLast', part: 'source' },
  { alertname: 'TheLast', part: 'target' },
];
const ruleOfTheLast = { source_matchers: ['part="source"'], target_matchers: ['part="target"'] };

export async function startAlertmanager(config: string): Promise<Alertmanager> {
  const folder = temporaryDir();
  const port = await freePort();
  const file = join(folder, 'alertmanager.yml');
  const { inhibit_rules: rules, ...others } = configuration.parse(parse(config));
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ ...others, inhibit_rules: [...rules, ruleOfTheLast] }));
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${file}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  await until('Alertmanager is ready', 30_000, async () => (await fetch(`${url}/-/ready`)).ok || undefined);
  return {
    async quietOf(alerts) {
      for (const batch of [alerts, last]) {
        const body = JSON.stringify(batch.map((labels) => ({ labels })));
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body });
        if (!answer.ok) throw new Error(`Alertmanager answered ${answer.status}: ${await answer.text()}`);
      }
      const isLast = (line: string): boolean => line.startsWith('TheLast');
      const quiet = await until('the last alert is taken into account', 30_000, async () => {
        const all = known.parse(await (await fetch(`${url}/api/v2/alerts`)).json());
        const lines = all.flatMap(({ labels, status }) => (status.inhibitedBy.length > 0 ? [lineOf(labels)] : []));
        return lines.some(isLast) ? lines : undefined;
      });
      return quiet.filter((line) => !isLast(line)).toSorted();
    },
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** An alert's labels in one line, its name first. */
export function lineOf({ alertname = '', ...others }: Labels): string {
  return [
    alertname,
    ...Object.entries(others)
      .toSorted()
      .map(([name, value]) => `${name}=${value}`),
  ].join(' ');
}
