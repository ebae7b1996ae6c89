import type { Frame } from '../../../src/core/frame.ts';
import type { WatchedMetric } from '../../../src/core/watch.ts';
import { createRandom, gaussian, type Random } from '../../../src/detection/random.ts';

export const stepMs = 60_000;

export const wildMetrics = (count: number): readonly WatchedMetric[] =>
  Array.from({ length: count }, (_, at) => ({ name: `m${at + 1}`, query: `m${at + 1}`, unit: '', harm: 'both' }));

const lateRows = 20;

/**
 * Rows that try what they can: metrics that follow one load in part, gaps of one row and of hours, flat stretches, level
 * shifts, spikes a thousand spreads away, and a second metric that comes late.
 */
export function wildFrame(seed: number, rows: number, metrics: number): Frame {
  const random = createRandom(seed);
  const load = Float64Array.from({ length: rows }, () => gaussian(random));
  return {
    times: Float64Array.from({ length: rows }, (_, row) => row * stepMs + 1_767_225_600_000),
    columns: wildMetrics(metrics).map(({ name }, at) => {
      const values = wildColumn(random, load, (at % 3) / 2);
      return { name, values: at === 1 ? values.fill(Number.NaN, 0, lateRows) : values };
    }),
  };
}

function wildColumn(random: Random, load: Float64Array, share: number): Float64Array {
  let level = 50;
  let [gapLeft, flatLeft] = [0, 0];
  let last = level;
  return load.map((together) => {
    if (random.next() < 0.004) level = 50 + 400 * gaussian(random);
    if (random.next() < 0.01) gapLeft = 1 + random.below(random.next() < 0.2 ? 150 : 3);
    if (random.next() < 0.008) flatLeft = 1 + random.below(120);
    if (gapLeft > 0) {
      gapLeft -= 1;
      flatLeft = Math.max(0, flatLeft - 1);
      return Number.NaN;
    }
    if (flatLeft > 0) {
      flatLeft -= 1;
      return last;
    }
    const spike = random.next() < 0.002 ? 1_000 * gaussian(random) : 0;
    last = level + spike + share * together + (1 - share) * gaussian(random);
    return last;
  });
}
