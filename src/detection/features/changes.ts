import { type FeatureGroup, type FeatureKind, type FeatureStream, forEachMetric } from './feature-group.ts';
import { createRecent } from './recent.ts';

/** A change is from so many rows ago. */
const distances = [1, 5, 15] as const;
const slopeRows = 15;
const fewestForSlope = 4;

const reasons: Readonly<Record<(typeof distances)[number], string>> = {
  1: 'a jump, at the row where it happens',
  5: 'a jump that a rate over minutes has smeared',
  15: 'a change that no single row shows',
};

const kinds: readonly FeatureKind[] = [
  ...distances.map((distance) => ({
    name: `change ${distance}`,
    per: 'metric' as const,
    formula: `x[t] − x[t − ${distance}]`,
    unit: 'spreads',
    reason: reasons[distance],
  })),
  {
    name: `slope ${slopeRows}`,
    per: 'metric',
    formula: `least-squares slope of x over the last ${slopeRows} rows, of at least ${fewestForSlope} values`,
    unit: 'spreads per row',
    reason: 'a ramp or a leak, while its level is still normal',
  },
];

/** Changes and slopes. */
export const changesGroup: FeatureGroup = {
  name: 'changes',
  kinds,
  fit: ({ metrics }) => ({
    features: forEachMetric(metrics, kinds),
    open: () => openChanges(metrics.length),
    fill: ({ scaled }, take) =>
      scaled.forEach((column, metric) => {
        const change = new Float64Array(column.length);
        distances.forEach((distance, at) => {
          for (let row = 0; row < column.length; row += 1)
            change[row] = (column[row] ?? Number.NaN) - (column[row - distance] ?? Number.NaN);
          take(metric * kinds.length + at, change);
        });
        fillSlopes(column, change);
        take(metric * kinds.length + distances.length, change);
      }),
  }),
};

function openChanges(metrics: number): FeatureStream {
  const recent = createRecent(metrics, Math.max(slopeRows, ...distances) + 1);
  return {
    push({ scaled }, features) {
      recent.push(scaled);
      for (let metric = 0, place = 0; metric < metrics; metric += 1) {
        const newest = recent.newest(metric);
        const value = recent.values[newest] ?? Number.NaN;
        for (const distance of distances) features[place++] = value - (recent.values[newest - distance] ?? Number.NaN);
        features[place++] = slopeAt(recent.values, newest);
      }
    },
  };
}

/** The slope of the values that end at a place; there are none before the first. */
function slopeAt(column: Float64Array, newest: number): number {
  let count = 0;
  let times = 0;
  let values = 0;
  for (let back = 0; back < slopeRows; back += 1) {
    const value = column[newest - back] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    count += 1;
    times -= back;
    values += value;
  }
  if (count < fewestForSlope) return Number.NaN;
  let squares = 0;
  let products = 0;
  for (let back = 0; back < slopeRows; back += 1) {
    const value = column[newest - back] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const away = -back - times / count;
    squares += away * away;
    products += away * (value - values / count);
  }
  return products / squares;
}

/** Without a gap the slope is a weighted sum of the last values, the weights always the same; rows near a gap are few. */
function fillSlopes(column: Float64Array, slopes: Float64Array): void {
  const middle = (slopeRows - 1) / 2;
  const weights = Float64Array.from({ length: slopeRows }, (_, at) => at - middle);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  let knownRows = 0;
  for (let row = 0; row < column.length; row += 1) {
    knownRows = Number.isNaN(column[row] ?? Number.NaN) ? 0 : knownRows + 1;
    if (knownRows < slopeRows) {
      slopes[row] = slopeAt(column, row);
      continue;
    }
    let products = 0;
    for (let at = 0; at < slopeRows; at += 1) products += (weights[at] ?? 0) * (column[row - slopeRows + 1 + at] ?? 0);
    slopes[row] = products / squares;
  }
}
