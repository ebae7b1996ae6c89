import type { Row, Samples } from './vector.ts';
import { withoutName } from './vector.ts';

/** A window of raw samples: those at `first..last` of the series, both included. */
type Window = {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly first: number;
  readonly last: number;
  /** What counter resets took away, summed up to each sample. */
  readonly resets: Float64Array;
  readonly startMs: number;
  readonly endMs: number;
};

type OverRange = (window: Window) => number | null;

/** Functions of a range vector; null is no sample. */
export const overRange: Readonly<Record<string, OverRange>> = {
  rate: (window) => extrapolated(window, true, true),
  increase: (window) => extrapolated(window, true, false),
  delta: (window) => extrapolated(window, false, false),
  irate: lastTwo,
  avg_over_time: (window) => sumOf(window) / countOf(window),
  sum_over_time: sumOf,
  count_over_time: countOf,
  last_over_time: ({ values, last }) => values[last] ?? null,
  min_over_time: (window) => fold(window, Math.min),
  max_over_time: (window) => fold(window, Math.max),
};

/** One function over a window that slides along the grid. */
export function slide(samples: Samples, grid: Float64Array, rangeMs: number, name: string): Row {
  const compute = overRange[name];
  const { times, values, labels } = samples;
  const row: Row = {
    labels: name === 'last_over_time' ? labels : withoutName(labels),
    values: new Float64Array(grid.length),
    has: new Uint8Array(grid.length),
  };
  const resets = resetsOf(values);
  let [first, next] = [0, 0];
  grid.forEach((endMs, at) => {
    const startMs = endMs - rangeMs;
    while (next < times.length && (times[next] ?? 0) <= endMs) next += 1;
    while (first < next && (times[first] ?? 0) < startMs) first += 1;
    if (first === next || compute === undefined) return;
    const value = compute({ times, values, resets, first, last: next - 1, startMs, endMs });
    if (value === null) return;
    row.values[at] = value;
    row.has[at] = 1;
  });
  return row;
}

function resetsOf(values: Float64Array): Float64Array {
  const resets = new Float64Array(values.length);
  for (let at = 1; at < values.length; at += 1) {
    const [before, value] = [values[at - 1] ?? 0, values[at] ?? 0];
    resets[at] = (resets[at - 1] ?? 0) + (value < before ? before : 0);
  }
  return resets;
}

/** As `extrapolatedRate` of prometheus/prometheus, promql/functions.go. */
function extrapolated(
  { times, values, resets, first, last, startMs, endMs }: Window,
  isCounter: boolean,
  isRate: boolean,
): number | null {
  if (last === first) return null;
  const [t0, t1, v0, v1] = [times[first] ?? 0, times[last] ?? 0, values[first] ?? 0, values[last] ?? 0];
  const result = v1 - v0 + (isCounter ? (resets[last] ?? 0) - (resets[first] ?? 0) : 0);
  const sampled = (t1 - t0) / 1_000;
  const between = sampled / (last - first);
  const threshold = between * 1.1;
  let toStart = (t0 - startMs) / 1_000;
  const toEnd = (endMs - t1) / 1_000;
  if (isCounter && result > 0 && v0 >= 0) toStart = Math.min(toStart, sampled * (v0 / result));
  const length = sampled + (toStart < threshold ? toStart : between / 2) + (toEnd < threshold ? toEnd : between / 2);
  const whole = result * (length / sampled);
  return isRate ? whole / ((endMs - startMs) / 1_000) : whole;
}

function lastTwo({ times, values, first, last }: Window): number | null {
  if (last === first) return null;
  const [before, value] = [values[last - 1] ?? 0, values[last] ?? 0];
  const seconds = ((times[last] ?? 0) - (times[last - 1] ?? 0)) / 1_000;
  return (value < before ? value : value - before) / seconds;
}

function countOf({ first, last }: Window): number {
  return last - first + 1;
}

function sumOf({ values, first, last }: Window): number {
  let sum = 0;
  for (let at = first; at <= last; at += 1) sum += values[at] ?? 0;
  return sum;
}

function fold({ values, first, last }: Window, pick: (a: number, b: number) => number): number {
  let found = values[first] ?? Number.NaN;
  for (let at = first + 1; at <= last; at += 1) found = pick(found, values[at] ?? found);
  return found;
}
