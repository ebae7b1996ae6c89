import { createDrift, driftSpansMs, fastRows, fewestDriftRows } from '../drift.ts';
import { type FeatureGroup, type FeatureKind, forEachMetric } from './feature-group.ts';
import { rowByRow } from './row-by-row.ts';

const hourMs = 3_600_000;

const kinds: readonly FeatureKind[] = driftSpansMs.map((span) => ({
  name: `drift ${span / hourMs} h`,
  per: 'metric',
  formula: `EWMA of x over ${fastRows} rows − EWMA over ${span / hourMs} h, but no fewer than ${fewestDriftRows} rows`,
  unit: 'spreads',
  reason: 'a metric that leaves where it has been, wherever that was',
}));

/** How far metrics have moved away from where they were, by the detector's own `Drift`. */
export const driftGroup: FeatureGroup = {
  name: 'drift',
  kinds,
  fit: ({ metrics, stepMs }) =>
    rowByRow(forEachMetric(metrics, kinds), () => {
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
    }),
};
