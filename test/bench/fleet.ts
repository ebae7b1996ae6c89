import type { Frame } from '../../src/core/frame.ts';
import type { Watch } from '../../src/core/watch.ts';
import { createFusedDetector } from '../../src/detection/fused-detector.ts';
import type { Models } from '../../src/observe.ts';

const metrics = ['cpu', 'memory', 'disk_io', 'network_io', 'response_time'];
const rowsOfDay = 2_880;

/** When the fleet's models were trained. */
export const start = Date.UTC(2026, 0, 5);
export const stepMs = 30_000;

/** Many hosts that behave alike, each with noise of its own. */
export const watch: Watch = {
  name: 'hosts',
  entityLabel: 'host',
  stepMs,
  historyMs: 86_400_000,
  resolveAfterMs: 300_000,
  alertBudgetPerDay: 1,
  metrics: metrics.map((name) => ({ name, query: name, unit: '%', harm: 'up' })),
  audiences: [],
  runbookUrl: null,
};

export const hostsOf = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `host-${at}`);

/** What the metric in a column is at a host, so many rows after `start`. */
export function noiseAt(host: number, column: number, row: number): number {
  const place = Math.sin(row * 12.9898 + column * 78.233 + host * 37.719) * 43_758.5453;
  return 40 + 5 * Math.sin(row / 400) + 4 * (place - Math.floor(place));
}

/** One model, learnt from a day of one host, revived for every host as the registry would. */
export function modelsFor(count: number): Models {
  const history: Frame = {
    times: Float64Array.from({ length: rowsOfDay }, (_, row) => start - (rowsOfDay - row) * stepMs),
    columns: metrics.map((name, column) => ({
      name,
      values: Float64Array.from({ length: rowsOfDay }, (_, row) => noiseAt(0, column, row - rowsOfDay)),
    })),
  };
  const detector = createFusedDetector();
  const outcome = detector.fit(history, { metrics: watch.metrics, seed: 1, alertBudgetPerDay: 1, stepMs });
  if (outcome.kind !== 'fitted') throw new Error('a day of noise was too little history');
  const bytes = outcome.detector.dump();
  return {
    state: { kind: 'ready', version: 'bench', trainedAt: start, rows: rowsOfDay, entities: count, trouble: null },
    detectors: new Map(hostsOf(count).map((name) => [name, detector.revive(bytes)])),
  };
}
