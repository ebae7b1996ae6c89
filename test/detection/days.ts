import type { Frame } from '../../src/core/frame.ts';
import type { WatchedMetric } from '../../src/core/watch.ts';
import { createRandom, type Random } from '../../src/detection/random.ts';

/** The five metrics of a host. */
export const hostMetrics: readonly WatchedMetric[] = [
  { name: 'cpu', query: 'cpu', unit: '%', harm: 'up' },
  { name: 'memory', query: 'memory', unit: '%', harm: 'up' },
  { name: 'disk', query: 'disk', unit: '%', harm: 'up' },
  { name: 'network', query: 'network', unit: 'bytes/s', harm: 'both' },
  { name: 'response', query: 'response', unit: 's', harm: 'up' },
];

export const stepMs = 30_000;
const dayMs = 86_400_000;
export const dayRows = dayMs / stepMs;

/** A standard normal number (Box and Muller 1958). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** What happens to a row: it may change the values in place. `row` counts from the first row of the days. */
export type Mishap = (values: Float64Array, row: number) => void;

export type HostOptions = {
  readonly rows: number;
  readonly seed: number;
  readonly from?: number;
  readonly step?: number;
  /** Changes the load before the rate over it is taken. */
  readonly load?: Mishap;
  readonly mishap?: Mishap;
};

/**
 * Rows of a host with a daily rhythm. The cpu is what a rate over two minutes sees: the mean of the last four steps of a
 * noisy load, so that a jump takes four rows to arrive.
 */
export function* hostRows(options: HostOptions) {
  const random = createRandom(options.seed);
  const recent: number[] = [];
  const load = new Float64Array(1);
  for (let row = 0; row < options.rows; row += 1) {
    const at = (options.from ?? 0) + row * (options.step ?? stepMs);
    const day = Math.sin((2 * Math.PI * at) / dayMs);
    load[0] = 30 + 8 * day + 3 * gaussian(random);
    options.load?.(load, row);
    recent.push(load[0]);
    if (recent.length > 4) recent.shift();
    const values = Float64Array.of(
      recent.reduce((sum, value) => sum + value, 0) / recent.length,
      55 + 3 * day + 0.3 * gaussian(random),
      Math.max(0, 4 + 2 * day + gaussian(random)),
      2e6 + 8e5 * day + 1e5 * gaussian(random),
      0.08 + 0.02 * day + 0.005 * gaussian(random),
    );
    options.mishap?.(values, row);
    yield { at, values };
  }
}

/** The rows as a frame, a column per metric. */
export function frameOf(rows: Iterable<{ at: number; values: Float64Array }>, metrics = hostMetrics): Frame {
  const all = [...rows];
  return {
    times: Float64Array.from(all, (row) => row.at),
    columns: metrics.map(({ name }, place) => ({
      name,
      values: Float64Array.from(all, (row) => row.values[place] ?? Number.NaN),
    })),
  };
}
