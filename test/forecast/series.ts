import type { Bounds, TimeSeries } from '../../src/core/forecaster.ts';
import { evaluate } from '../../src/demo/promql/evaluate.ts';
import { parsePromql } from '../../src/demo/promql/parse.ts';
import { createWorld } from '../../src/demo/world.ts';
import { createRandom, gaussian, type Random } from '../../src/detection/random.ts';
import { boundsOf } from '../../src/forecast/bounds.ts';
import { demoWatches } from '../../src/watches.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export type NamedSeries = { readonly name: string; readonly series: TimeSeries; readonly bounds: Bounds };

const percent: Bounds = { lower: 0, upper: 100 };
const fromZero: Bounds = { lower: 0, upper: Number.POSITIVE_INFINITY };
const open: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** A value at a time (days), out of chance and what was before: `last` is the kind's own memory, NaN at first. */
type Next = (days: number, random: Random, last: { value: number }) => number;

const wave = (days: number): number => Math.sin(2 * Math.PI * days);
const isWeekend = (days: number): boolean => Math.floor(days) % 7 >= 5;

/** Series of unlike kinds, each with what a value of it can be. */
export const kinds: Readonly<Record<string, { readonly bounds: Bounds; readonly next: Next }>> = {
  seasonal: {
    bounds: percent,
    next: (days, random) => 40 + 12 * wave(days) + 4 * wave(2 * days + 0.1) + 2 * gaussian(random),
  },
  trend: { bounds: percent, next: (days, random) => 20 + 1.5 * days + 3 * wave(days) + gaussian(random) },
  weekly: {
    bounds: percent,
    next: (days, random) => 30 + (isWeekend(days) ? 0 : 15 + 12 * wave(days)) + 2 * gaussian(random),
  },
  walk: {
    bounds: open,
    next: (_days, random, last) => {
      last.value = (Number.isNaN(last.value) ? 50 : last.value) + 0.5 * gaussian(random);
      return last.value;
    },
  },
  sluggish: {
    bounds: open,
    next: (days, random, last) => {
      last.value = 0.95 * (Number.isNaN(last.value) ? 0 : last.value) + gaussian(random);
      return 50 + 6 * wave(days) + last.value;
    },
  },
  multiplicative: {
    bounds: fromZero,
    next: (days, random) => 1e6 * Math.exp(0.8 * wave(days) + 0.3 * gaussian(random)),
  },
  'nightly job': {
    bounds: percent,
    next: (days, random) =>
      15 + (days % 1 > 0.08 && days % 1 < 0.13 ? 50 : 0) + 3 * wave(days) + 1.5 * gaussian(random),
  },
  sawtooth: { bounds: percent, next: (days, random) => 30 + 48 * ((days / 2.3) % 1) + gaussian(random) },
  'level shifts': {
    bounds: percent,
    next: (days, random, last) => {
      if (Number.isNaN(last.value) || random.next() < 1 / 400) last.value = 20 + 50 * random.next();
      return last.value + 5 * wave(days) + 2 * gaussian(random);
    },
  },
  counts: {
    bounds: fromZero,
    next: (days, random) => {
      const mean = 3 + 2 * wave(days);
      let [count, left] = [0, Math.exp(mean) * random.next()];
      for (let part = 1; left > part && count < 50; part *= mean / count) {
        left -= part;
        count += 1;
      }
      return count;
    },
  },
  incidents: {
    bounds: percent,
    next: (days, random, last) => {
      last.value = Number.isNaN(last.value) ? 0 : last.value - 1;
      if (last.value < -60 && random.next() < 0.006) last.value = 8;
      return 35 + 10 * wave(days) + (last.value > 0 ? 40 : 0) + 2 * gaussian(random);
    },
  },
};

export type MadeOptions = {
  readonly seed: number;
  readonly stepMs: number;
  readonly days: number;
  /** Holes of up to half a day. */
  readonly gaps?: boolean;
};

/** A series of a kind; the same seed, the same series. */
export function madeSeries(kind: string, { seed, stepMs, days, gaps = false }: MadeOptions): NamedSeries {
  const { bounds, next } = kinds[kind] ?? { bounds: open, next: () => Number.NaN };
  const random = createRandom(seed);
  const last = { value: Number.NaN };
  const rows = Math.round((days * dayMs) / stepMs);
  const values = Float64Array.from({ length: rows }, (_, row) =>
    Math.min(bounds.upper, Math.max(bounds.lower, next((row * stepMs) / dayMs, random, last))),
  );
  for (let gap = 0; gaps && gap < 5; gap += 1) {
    const from = random.below(rows);
    values.fill(Number.NaN, from, from + random.below(Math.round(dayMs / 2 / stepMs)));
  }
  return { name: kind, bounds, series: { from: Date.UTC(2026, 0, 5), stepMs, values } };
}

/** The watched metrics of the simulated cluster, with the faults that come by themselves, as a query would give them. */
export function clusterSeries(seed: number, stepMs: number, days: number): readonly NamedSeries[] {
  const to = Date.UTC(2026, 0, 5 + (seed % 7), (5 * seed) % 24);
  const world = createWorld({ seed, startedAt: to, autoFaults: true }, () => []);
  const rows = Math.round((days * dayMs) / stepMs);
  const grid = Float64Array.from({ length: rows }, (_, row) => to - (rows - 1 - row) * stepMs);
  return demoWatches().flatMap(({ metrics }) =>
    metrics.flatMap(({ name, unit, query }) => {
      const value = evaluate(parsePromql(query), grid, world.read);
      if (value.kind !== 'vector') throw new Error(`${name} is no vector`);
      return value.rows.map(({ labels, values, has }) => {
        const seen = values.map((one, row) => (has[row] === 1 && Number.isFinite(one) ? one : Number.NaN));
        const series = { from: grid[0] ?? 0, stepMs, values: seen };
        return { name: `${name} of ${labels.host}`, bounds: boundsOf(unit, seen), series };
      });
    }),
  );
}
