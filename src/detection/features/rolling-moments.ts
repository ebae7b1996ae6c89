import { createRolling, fewestForDeviation } from '../rolling.ts';
import { type FeatureGroup, type FeatureKind, forEachMetric } from './feature-group.ts';
import { slideMoments } from './sliding.ts';

/** Lengths of the rolling windows in rows. */
export const windows = [5, 15, 60] as const;

const reasons: Readonly<Record<(typeof windows)[number], readonly [string, string]>> = {
  5: ['the level without the noise of single rows', 'something begins to shake within minutes'],
  15: ['the level of the last quarter', 'unrest that lasts'],
  60: ['the level that a slow change has moved', 'how restless the last hour was'],
};

const kinds: readonly FeatureKind[] = windows.flatMap((window) => [
  {
    name: `mean ${window}`,
    per: 'metric' as const,
    formula: `mean of x over the last ${window} rows`,
    unit: 'spreads',
    reason: reasons[window][0],
  },
  {
    name: `deviation ${window}`,
    per: 'metric' as const,
    formula: `√ mean (x − mean)² over the last ${window} rows, of at least ${fewestForDeviation} values`,
    unit: 'spreads',
    reason: reasons[window][1],
  },
]);

/** Of rows that say nothing. */
const nothing = { mean: Number.NaN, deviation: Number.NaN };

/** Rolling means and deviations, on the tick by the detector's own `Rolling`. */
export const rollingGroup: FeatureGroup = {
  name: 'rolling',
  kinds,
  fit: ({ metrics }) => ({
    features: forEachMetric(metrics, kinds),
    open() {
      const rolling = createRolling(metrics.length, windows);
      return {
        push({ scaled }, features) {
          rolling.push(scaled);
          for (let metric = 0, place = 0; metric < metrics.length; metric += 1)
            for (let window = 0; window < windows.length; window += 1, place += 2)
              rolling.write(metric, window, features, place, nothing);
        },
      };
    },
    fill: ({ scaled }, take) =>
      scaled.forEach((column, metric) => {
        windows.forEach((window, at) => {
          const { counts, means, squares } = slideMoments(column, window);
          for (let row = 0; row < column.length; row += 1) {
            const count = counts[row] ?? 0;
            if (count === 0) means[row] = Number.NaN;
            squares[row] = count < fewestForDeviation ? Number.NaN : Math.sqrt((squares[row] ?? 0) / count);
          }
          const place = metric * kinds.length + 2 * at;
          take(place, means);
          take(place + 1, squares);
        });
      }),
  }),
};
