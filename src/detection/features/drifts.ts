import { createDrift, driftSpansMs, fastRows, fewestDriftRows } from '../drift.ts';
import { type FeatureGroup, type FeatureKind, forEachMetric } from './feature-group.ts';

const hourMs = 3_600_000;

const kinds: readonly FeatureKind[] = driftSpansMs.map((span) => ({
  name: `drift ${span / hourMs} h`,
  per: 'metric',
  formula: `EWMA of x over ${fastRows} rows − EWMA over ${span / hourMs} h, but no fewer than ${fewestDriftRows} rows`,
  unit: 'spreads',
  reason: 'a metric that leaves where it has been, wherever that was',
}));

/** How far metrics have moved away from where they were, on the tick by the detector's own `Drift`. */
export const driftGroup: FeatureGroup = {
  name: 'drift',
  kinds,
  fit: ({ metrics, stepMs }) => ({
    features: forEachMetric(metrics, kinds),
    open() {
      const drift = createDrift(metrics.length, stepMs);
      return {
        push({ scaled }, features) {
          drift.push(scaled);
          for (let metric = 0, place = 0; metric < metrics.length; metric += 1)
            for (let span = 0; span < kinds.length; span += 1)
              features[place++] =
                drift.seen[metric] === 0 ? Number.NaN : (drift.moved[span * metrics.length + metric] ?? Number.NaN);
        },
      };
    },
    fill: ({ scaled }, take) =>
      scaled.forEach((column, metric) => {
        const near = column.slice();
        smooth(near, 2 / (fastRows + 1));
        driftSpansMs.forEach((spanMs, span) => {
          const moved = column.slice();
          smooth(moved, 2 / (Math.max(fewestDriftRows, spanMs / stepMs) + 1));
          for (let row = 0; row < moved.length; row += 1) moved[row] = (near[row] ?? 0) - (moved[row] ?? 0);
          take(metric * kinds.length + span, moved);
        });
      }),
  }),
};

/**
 * Replaces a column by its exponential average (Roberts 1959), which begins as a plain mean. A gap leaves it where it is;
 * before the first value there is none.
 */
export function smooth(column: Float64Array, weight: number): void {
  let [count, mean] = [0, 0];
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      count += 1;
      mean += Math.max(weight, 1 / count) * (value - mean);
    }
    column[row] = count === 0 ? Number.NaN : mean;
  }
}
