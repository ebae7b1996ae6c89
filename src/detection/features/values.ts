import { type FeatureGroup, type FeatureKind, forEachMetric } from './feature-group.ts';

const kinds: readonly FeatureKind[] = [
  {
    name: 'value',
    per: 'metric',
    formula: 'x = (value − median) / spread',
    unit: 'spreads',
    reason: 'a single row that is far off is news by itself',
  },
];

/** What was seen. */
export const valueGroup: FeatureGroup = {
  name: 'value',
  kinds,
  fit: ({ metrics }) => ({
    features: forEachMetric(metrics, kinds),
    open: () => ({ push: ({ scaled }, features) => features.set(scaled) }),
    fill: ({ scaled }, take) =>
      scaled.forEach((column, metric) => {
        take(metric, column);
      }),
  }),
};
