import { type FeatureGroup, type FeatureKind, type FeatureStream, forEachMetric } from './feature-group.ts';
import { createRecent } from './recent.ts';
import { windows } from './rolling-moments.ts';

const longest = Math.max(...windows);

const kinds: readonly FeatureKind[] = windows.flatMap((window) => [
  {
    name: `minimum ${window}`,
    per: 'metric' as const,
    formula: `smallest x of the last ${window} rows`,
    unit: 'spreads',
    reason: 'a dip, and a floor that rises',
  },
  {
    name: `maximum ${window}`,
    per: 'metric' as const,
    formula: `largest x of the last ${window} rows`,
    unit: 'spreads',
    reason: 'a peak, and a ceiling that sinks',
  },
]);

/** Rolling minima and maxima. */
export const extremesGroup: FeatureGroup = {
  name: 'extremes',
  kinds,
  fit: ({ metrics }) => ({
    features: forEachMetric(metrics, kinds),
    open: () => openExtremes(metrics.length),
    fill: ({ scaled }, take) =>
      scaled.forEach((column, metric) => {
        const extreme = new Float64Array(column.length);
        windows.forEach((window, at) => {
          const place = metric * kinds.length + 2 * at;
          slideExtreme(column, window, -1, extreme);
          take(place, extreme);
          slideExtreme(column, window, 1, extreme);
          take(place + 1, extreme);
        });
      }),
  }),
};

/** One walk back through the last rows passes the end of every window. */
function openExtremes(metrics: number): FeatureStream {
  const recent = createRecent(metrics, longest);

  function walkBack(metric: number, features: Float64Array, first: number): void {
    const newest = recent.newest(metric);
    let place = first;
    let low = Number.NaN;
    let high = Number.NaN;
    let window = 0;
    for (let back = 0; back < longest; back += 1) {
      const value = recent.values[newest - back] ?? Number.NaN;
      // Whatever is compared with NaN is false: the first value takes the place of none.
      if (!(value >= low) && !Number.isNaN(value)) low = value;
      if (!(value <= high) && !Number.isNaN(value)) high = value;
      if (back + 1 !== windows[window]) continue;
      features[place++] = low;
      features[place++] = high;
      window += 1;
    }
  }

  return {
    push({ scaled }, features) {
      recent.push(scaled);
      for (let metric = 0; metric < metrics; metric += 1) walkBack(metric, features, metric * kinds.length);
    },
  };
}

/**
 * The largest (`sign` 1) or smallest (-1) of the last `window` values of every row: a queue of the rows that can still
 * become the extreme, the present one at its head.
 */
function slideExtreme(column: Float64Array, window: number, sign: 1 | -1, extreme: Float64Array): void {
  const queue = new Int32Array(column.length);
  let [head, tail] = [0, 0];
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row] ?? Number.NaN;
    if (head < tail && (queue[head] ?? 0) <= row - window) head += 1;
    if (!Number.isNaN(value)) {
      while (head < tail && sign * (column[queue[tail - 1] ?? 0] ?? 0) <= sign * value) tail -= 1;
      queue[tail++] = row;
    }
    extreme[row] = head < tail ? (column[queue[head] ?? 0] ?? Number.NaN) : Number.NaN;
  }
}
