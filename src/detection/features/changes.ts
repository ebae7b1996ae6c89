import { type FeatureGroup, type FeatureKind, type FeatureStream, forEachMetric } from './feature-group.ts';
import { createRecent, type Recent } from './recent.ts';

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
        const value = recent.value(metric, 0);
        for (const distance of distances) features[place++] = value - recent.value(metric, distance);
        features[place++] = slopeOf(recent, metric);
      }
    },
  };
}

/** The slope of the last values of a metric. */
function slopeOf(recent: Recent, metric: number): number {
  let [count, times, values] = [0, 0, 0];
  for (let back = 0; back < slopeRows; back += 1) {
    const value = recent.value(metric, back);
    if (Number.isNaN(value)) continue;
    count += 1;
    times -= back;
    values += value;
  }
  if (count < fewestForSlope) return Number.NaN;
  let [squares, products] = [0, 0];
  for (let back = 0; back < slopeRows; back += 1) {
    const value = recent.value(metric, back);
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
  const recent = createRecent(1, slopeRows);
  const value = new Float64Array(1);
  let knownRows = 0;
  for (let row = 0; row < column.length; row += 1) {
    value[0] = column[row] ?? Number.NaN;
    recent.push(value);
    knownRows = Number.isNaN(value[0]) ? 0 : knownRows + 1;
    if (knownRows < slopeRows) {
      slopes[row] = slopeOf(recent, 0);
      continue;
    }
    let products = 0;
    for (let at = 0; at < slopeRows; at += 1) products += (weights[at] ?? 0) * (column[row - slopeRows + 1 + at] ?? 0);
    slopes[row] = products / squares;
  }
}
