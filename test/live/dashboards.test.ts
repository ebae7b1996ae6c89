import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NumberServer, startNumbers } from '../emulators/prometheus.ts';
import { dashboards, metricsIn, queriesOf, withVariables } from '../manifests/dashboard-files.ts';
import { ruleFiles, rulesFolder, rulesIn } from '../manifests/rule-files.ts';
import { type Bot, startBot, temporaryDir, until } from './bot.ts';
import { type Machine, startMachine } from './machine.ts';

type Answer = {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly unknown[] };
};

const chosen = { watch: 'hosts', entity: 'web-1', metric: 'cpu' };
/** What there is only while an alert fires. */
const mayBeEmpty = ['Incidents: Alerts by fixed rules'];

const queries = dashboards()
  .flatMap(queriesOf)
  .map(({ panel, expression }) => ({ panel, expression: withVariables(expression, chosen) }));

/** A row every second, of which ten minutes are learnt, and incidents that are over soon. */
function quickWatch(): string {
  const file = join(temporaryDir(), 'watches.yaml');
  const metrics = [{ name: 'cpu', query: 'cpu', unit: '%', harm: 'up' }];
  const watch = { name: 'hosts', entity: 'host', step: '1s', history: '10m', resolve_after: '3s', metrics };
  writeFileSync(file, JSON.stringify({ watches: [watch] }));
  return file;
}

describe('the dashboards over a real bot, node_exporter and Prometheus', () => {
  let numbers: NumberServer;
  let bot: Bot;
  let machine: Machine;
  let isBusy = false;

  async function ask(expression: string): Promise<Answer> {
    const url = `${machine.url}/api/v1/query?query=${encodeURIComponent(expression)}`;
    return (await fetch(url)).json() as Promise<Answer>;
  }
  const isExported = async (line: string): Promise<true | undefined> =>
    (await (await bot.get('/metrics')).text()).includes(line) || undefined;

  beforeAll(async () => {
    numbers = await startNumbers(['web-1'], (_metric, _host, at) => (isBusy ? 95 : 20 + 5 * Math.sin(at / 30_000)));
    bot = await startBot({
      env: {
        PROMETHEUS_URL: numbers.url,
        HEARTBEAT_URL: `${numbers.url}/alive`,
        WATCHES_FILE: quickWatch(),
        POLL_CRON: '* * * * * *',
        BACKUP_CRON: '*/5 * * * * *',
      },
    });
    machine = await startMachine({ bot: new URL(bot.url).host, rules: rulesFolder });
    await bot.post('/query', { query: 'what is wrong?' });
    await until('the watch is judged', 60_000, () => isExported('smartcloudops_anomaly_score{'));
    isBusy = true;
    await until('an incident is told', 60_000, () =>
      isExported('smartcloudops_notices_total{platform="console",outcome="told"}'),
    );
    isBusy = false;
    await until('it is over', 60_000, () => isExported('smartcloudops_incident_duration_seconds_count{'));
    await until('somebody outside is told', 60_000, () => isExported('smartcloudops_heartbeat_failing 0'));
    await until('a backup is made', 60_000, () => isExported('smartcloudops_backup_last_timestamp_seconds '));
    // A rate needs two samples after the first event, and records need what they are made of.
    await until('Prometheus has seen it', 60_000, async () => {
      const seen = await ask(
        'rate(smartcloudops_incident_duration_seconds_count[1m]) and on () instance:node_cpu_used:percent',
      );
      return (seen.data?.result.length ?? 0) > 0 || undefined;
    });
  }, 300_000);
  afterAll(async () => {
    await machine.stop();
    await bot.stop();
    await numbers.stop();
  });

  it.each(queries)('$panel has something to show: $expression', async ({ panel, expression }) => {
    const answer = await ask(expression);
    expect(answer.error).toBeUndefined();
    if (!mayBeEmpty.includes(panel)) expect(answer.data?.result.length).toBeGreaterThan(0);
  });

  it('every metric that a dashboard or a rule reads is there', async () => {
    const response = await fetch(`${machine.url}/api/v1/metadata`);
    const { data } = (await response.json()) as { data: Readonly<Record<string, unknown>> };
    const names = await fetch(`${machine.url}/api/v1/label/__name__/values`);
    const known = new Set(((await names.json()) as { data: readonly string[] }).data);
    const read = [
      ...queries.map(({ expression }) => expression),
      ...ruleFiles.flatMap(rulesIn).map(({ expr }) => expr),
    ];
    const missing = [...new Set(read.flatMap(metricsIn))].filter(
      (name) => !known.has(name) && !(name.replace(/_(bucket|sum|count)$/, '') in data) && name !== 'ALERTS',
    );
    expect(missing).toEqual([]);
  });
});
