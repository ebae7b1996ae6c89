import type { Detector, FittedDetector } from '../../src/core/detector.ts';
import type { Frame } from '../../src/core/frame.ts';
import type { Watch } from '../../src/core/watch.ts';
import { createRandom, gaussian } from '../../src/detection/random.ts';

export const minuteMs = 60_000;
export const dayMs = 1_440 * minuteMs;
export const start = Date.UTC(2026, 0, 5);

/** Three metrics on a grid of a minute, each of its own harm. */
export const servers: Watch = {
  name: 'servers',
  entityLabel: 'host',
  stepMs: minuteMs,
  historyMs: 7 * dayMs,
  resolveAfterMs: 5 * minuteMs,
  alertBudgetPerDay: 1,
  metrics: [
    { name: 'cpu', query: 'cpu', unit: '%', harm: 'up' },
    { name: 'network', query: 'network', unit: 'bytes/s', harm: 'both' },
    { name: 'free', query: 'free', unit: '%', harm: 'down' },
  ],
  audiences: [],
  runbookUrl: null,
};

/** Days of an ordinary server; the same seed gives the same days. */
export function ordinary(rows: number, seed: number): Frame {
  const random = createRandom(seed);
  const noise = (spread: number): Float64Array => Float64Array.from({ length: rows }, () => spread * gaussian(random));
  const wave = (row: number): number => Math.sin((2 * Math.PI * row) / 1_440);
  const [cpu, network, free] = [noise(2), noise(30_000), noise(0.5)];
  return {
    times: Float64Array.from({ length: rows }, (_, row) => start + row * minuteMs),
    columns: [
      { name: 'cpu', values: cpu.map((off, row) => 30 + 5 * wave(row) + off) },
      { name: 'network', values: network.map((off, row) => 1e6 + 2e5 * wave(row) + off) },
      { name: 'free', values: free.map((off, row) => 60 - 4 * wave(row) + off) },
    ],
  };
}

/** A detector of one row of warm-up that scores every row as it is told to, and writes down what it was taught. */
export function told(
  score: (values: Float64Array, at: number) => number,
): Detector & { readonly taught: { readonly from: number; readonly to: number }[] } {
  const taught: { from: number; to: number }[] = [];
  const fitted: FittedDetector = {
    name: 'told',
    warmupRows: 1,
    threshold: 1,
    release: 0.7,
    about: { features: 1, parameters: {}, measures: {} },
    open: () => ({
      push: (at, values) => ({ kind: 'scored', score: score(values, at) }),
      explain: () => [],
      parts: () => [],
      expectations: () => [],
    }),
    confidence: () => 0.5,
    dump: () => new Uint8Array(),
  };
  return {
    name: 'told',
    taught,
    fit({ times }) {
      taught.push({ from: times[0] ?? Number.NaN, to: times.at(-1) ?? Number.NaN });
      return { kind: 'fitted', detector: fitted };
    },
    revive: () => fitted,
  };
}
