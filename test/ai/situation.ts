import type { Incident } from '../../src/core/incident.ts';
import type { EntitySituation, EntityState, Situation } from '../../src/core/situation.ts';
import type { Watch } from '../../src/core/watch.ts';
import { nothingElse } from '../small-things.ts';

export const now = Date.UTC(2026, 0, 5, 12);

export const hosts: Watch = {
  name: 'hosts',
  entityLabel: 'host',
  stepMs: 30_000,
  historyMs: 604_800_000,
  resolveAfterMs: 300_000,
  alertBudgetPerDay: 1,
  metrics: [
    { name: 'cpu', query: 'cpu', unit: '%', harm: 'up' },
    { name: 'memory', query: 'memory', unit: '%', harm: 'up' },
    { name: 'disk_io', query: 'disk_io', unit: '%', harm: 'up' },
    { name: 'network_io', query: 'network_io', unit: 'bytes/s', harm: 'both' },
    { name: 'response_time', query: 'response_time', unit: 's', harm: 'up' },
  ],
  audiences: [],
  runbookUrl: null,
};

/** What each host really has, in the order of the metrics. */
export const numbers: Readonly<Record<string, readonly number[]>> = {
  'web-1': [42, 61, 5, 1_250_000, 0.018],
  'web-2': [93, 88, 9, 4_200_000, 1.5],
  'db-1.example.com': [17, 72, 64, 300_000, 0.0042],
};
/** What is expected of every one. */
export const expected: readonly number[] = [40, 60, 10, 1_000_000, 0.02];

export function entityOf(
  entity: string,
  state: EntityState = 'normal',
  values = numbers[entity] ?? expected,
): EntitySituation {
  const readings = hosts.metrics.map(({ name: metric, unit, harm, query }, at) => ({
    ...{ metric, unit, harm, query },
    value: values[at] ?? Number.NaN,
    expected: expected[at] ?? null,
    lower: null,
    upper: null,
  }));
  return { entity, state, at: now - 20_000, score: 0.2, readings };
}

export const incident: Incident = {
  id: 'a1b2c3d4',
  kind: 'anomaly',
  watch: 'hosts',
  entity: 'web-2',
  state: { kind: 'open', since: now - 600_000 },
  severity: 'critical',
  openedAt: now - 600_000,
  lastSeenAt: now - 20_000,
  revision: 1,
  ...nothingElse,
  peakScore: 3,
  confidence: 0.97,
  because: [
    { metric: 'cpu', expected: 40, seen: 93, share: 0.7 },
    { metric: 'response_time', expected: 0.02, seen: 1.5, share: 0.3 },
  ],
};

export function situationOf(changes: Partial<Situation> = {}): Situation {
  return {
    now,
    simulated: false,
    source: { reachable: true, since: now - 3_600_000, because: null },
    watches: [
      {
        watch: 'hosts',
        unread: null,
        model: { kind: 'ready', version: 'v1', trainedAt: now - 7_200_000, rows: 20_000, entities: 3, trouble: null },
        at: now - 20_000,
        entities: [entityOf('web-1'), entityOf('web-2', 'anomalous'), entityOf('db-1.example.com')],
      },
    ],
    open: [incident],
    ...changes,
  };
}
