import type { Bounds, Forecaster, TimeSeries } from '../core/forecaster.ts';
import { clipTo } from './course.ts';
import { expectedBand } from './expected-band.ts';
import { hourMs } from './time.ts';

/** How far back the beginning of a departure is looked for. */
const windowMs = 6 * hourMs;
/** It is one when the last rows are all so many half widths of the band out, on the same side. */
const [outRows, outWidths] = [2, 3];
/** A slope of fewer values, or not so many standard errors from zero, is none. */
const [fewestForSlope, slopeErrors] = [4, 3];

export type DepartureOptions = {
  readonly history: TimeSeries;
  readonly bounds: Bounds;
  readonly forecasters: readonly [Forecaster, ...Forecaster[]];
  readonly steps: number;
};

export type FoundDeparture = {
  /** The first row of the history that is out of the band. */
  readonly since: number;
  /** What was to be expected at the last row. */
  readonly expected: number;
  /** The next steps if it goes on as since then: the usual course and a straight line through what is off it. */
  readonly goesOn: Float64Array;
};

/** Whether a series has left the course that it was on six hours ago; null when it has not, or that can not be said. */
export function findDeparture({ history, bounds, forecasters, steps }: DepartureOptions): FoundDeparture | null {
  const { values, stepMs } = history;
  const window = Math.round(windowMs / stepMs);
  const fit = expectedBand({ history, window, bounds, forecasters, ahead: steps });
  if (fit.kind !== 'band') return null;
  const { expected, lower, upper } = fit.band;
  const seen = values.subarray(values.length - window);
  const side = Math.sign((seen.findLast((value) => !Number.isNaN(value)) ?? 0) - (expected[window - 1] ?? 0));
  /** How far out a row is on that side: 1 is the edge of the band, a gap is out. */
  const outBy = (row: number): number => {
    const edge = (side > 0 ? upper : lower)[row] ?? 0;
    const off = side * ((seen[row] ?? Number.NaN) - (expected[row] ?? 0));
    return Number.isNaN(off) ? Number.POSITIVE_INFINITY : off / Math.max(1e-9, Math.abs(edge - (expected[row] ?? 0)));
  };
  const recent = seen.subarray(window - outRows);
  if (recent.some((value, back) => Number.isNaN(value) || outBy(window - outRows + back) < outWidths)) return null;

  let first = window - outRows;
  while (first > 0 && outBy(first - 1) > 1) first -= 1;
  const off = seen.subarray(first).map((value, row) => value - (expected[first + row] ?? 0));
  const line = lineThrough(off);
  const clip = clipTo(bounds);
  return {
    since: values.length - window + first,
    expected: expected[window - 1] ?? Number.NaN,
    goesOn: expected.subarray(window).map((value, step) => clip(value + line(off.length + step))),
  };
}

/** The least-squares line through values at 0, 1, 2, …; level when its slope may as well be noise. */
function lineThrough(values: Float64Array): (place: number) => number {
  const places = [...values.keys()].filter((place) => !Number.isNaN(values[place] ?? Number.NaN));
  const mean = (of: (place: number) => number): number => places.reduce((sum, x) => sum + of(x), 0) / places.length;
  if (places.length < fewestForSlope) return () => values.at(-1) ?? 0;
  const [middle, level] = [mean((place) => place), mean((place) => values[place] ?? 0)];
  const spread = mean((place) => (place - middle) ** 2) * places.length;
  const slope = (mean((place) => (place - middle) * ((values[place] ?? 0) - level)) * places.length) / spread;
  const noise = mean((place) => ((values[place] ?? 0) - level - slope * (place - middle)) ** 2) * places.length;
  const error = Math.sqrt(noise / Math.max(1, places.length - 2) / spread);
  return Math.abs(slope) > slopeErrors * error ? (place) => level + slope * (place - middle) : () => level;
}
