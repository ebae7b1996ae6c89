import type { Frame } from '../../src/core/frame.ts';
import type { WatchedMetric } from '../../src/core/watch.ts';
import { createRandom, gaussian } from '../../src/detection/random.ts';

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

export type Row = { readonly at: number; readonly values: Float64Array };

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
export function* hostRows(options: HostOptions): Generator<Row> {
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
export function frameOf(rows: Iterable<Row>, metrics = hostMetrics): Frame {
  const all = [...rows];
  return {
    times: Float64Array.from(all, (row) => row.at),
    columns: metrics.map(({ name }, place) => ({
      name,
      values: Float64Array.from(all, (row) => row.values[place] ?? Number.NaN),
    })),
  };
}

export type LaptopOptions = {
  readonly rows: number;
  readonly seed: number;
  readonly from: number;
  readonly step: number;
  /** The span that the rates are taken over, in steps. */
  readonly rateSteps: number;
  /** Rows on which every core burns. */
  readonly burns?: (row: number) => boolean;
};

/** Rows of a laptop at rest: a cpu at 5 to 20 % in fits and starts, a disk that sleeps, network in bursts, gaps in the response. */
export function* laptopRows(options: LaptopOptions): Generator<Row> {
  const random = createRandom(options.seed);
  const recent: { cpu: number; disk: number; network: number }[] = [];
  let memory = 61;
  for (let row = 0; row < options.rows; row += 1) {
    const burst = random.next() < 0.1 ? 1 : 0;
    const cpu = 5 + 3 * Math.exp(0.6 * gaussian(random)) + burst * 10 * random.next();
    const disk = random.next() < 0.15 ? 6 * random.next() : 0;
    const network = 3_000 * Math.exp(0.7 * gaussian(random)) + burst * 40_000 * random.next();
    const burning = options.burns?.(row) === true;
    recent.push({ cpu: burning ? 99 + random.next() : cpu, disk, network });
    if (recent.length > options.rateSteps) recent.shift();
    const mean = (key: 'cpu' | 'disk' | 'network') => recent.reduce((sum, one) => sum + one[key], 0) / recent.length;
    memory += 0.02 * gaussian(random);
    const response = random.next() < 0.1 ? Number.NaN : 0.002 * Math.exp(0.3 * gaussian(random));
    const at = options.from + row * options.step;
    yield { at, values: Float64Array.of(mean('cpu'), memory, mean('disk'), mean('network'), response) };
  }
}
