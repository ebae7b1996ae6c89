import { fromScale } from '../scale.ts';
import type { FeatureGroup, FeatureKind, FeatureMetric, FeatureStream } from './feature-group.ts';
import { createRecent } from './recent.ts';
import { type Pair, relatedPairs } from './related.ts';
import { slideProducts } from './sliding-products.ts';

const window = 60;
const fewestForCorrelation = 15;
/** A movement of so many spreads is no company: it counts as noise of each metric's own. */
const noise = 0.05;

const kinds: readonly FeatureKind[] = [
  {
    name: `correlation ${window}`,
    per: 'pair',
    formula: `cov(x, y) / √((var x + ${noise}²)(var y + ${noise}²)) over the last ${window} rows, of at least ${fewestForCorrelation} that have both`,
    unit: '1',
    reason: 'two metrics that went together part, while each stays in its range',
  },
  {
    name: 'log-ratio',
    per: 'pair',
    formula: 'ln(max(0, value) + spread) of the one − the same of the other',
    unit: 'ln',
    reason: 'one metric costs more of the other than it used to, at any load',
  },
];

/** How metrics go together, two by two. */
export const relationsGroup: FeatureGroup = {
  name: 'relations',
  kinds,
  fit(history) {
    const { metrics } = history;
    const pairs = relatedPairs(history);
    const nameOf = (metric: number): string => metrics[metric]?.name ?? '';
    return {
      features: pairs.flatMap(({ left, right }) =>
        kinds.map((kind) => ({ ...kind, of: `${nameOf(left)}, ${nameOf(right)}` })),
      ),
      open: () => openRelations(metrics, pairs),
      fill({ scaled }, take) {
        const sizes = scaled.map((column, metric) => column.map((value) => logSize(metrics[metric], value)));
        pairs.forEach(({ left, right }, at) => {
          const [x, y] = [scaled[left] ?? new Float64Array(), scaled[right] ?? new Float64Array()];
          const correlation = new Float64Array(x.length);
          slideProducts(x, y, window, (row, count, xs, ys, products) => {
            correlation[row] = correlationOf(count, xs, ys, products);
          });
          take(2 * at, correlation);
          const [size, other] = [sizes[left] ?? new Float64Array(), sizes[right] ?? new Float64Array()];
          take(
            2 * at + 1,
            size.map((one, row) => one - (other[row] ?? Number.NaN)),
          );
        });
      },
    };
  },
};

function openRelations(metrics: readonly FeatureMetric[], pairs: readonly Pair[]): FeatureStream {
  const recent = createRecent(metrics.length, window);
  const sizes = new Float64Array(metrics.length);

  function correlation(left: number, right: number): number {
    const { values } = recent;
    const xNewest = recent.newest(left);
    const yNewest = recent.newest(right);
    let count = 0;
    let xSum = 0;
    let ySum = 0;
    for (let back = 0; back < window; back += 1) {
      const x = values[xNewest - back] ?? Number.NaN;
      const y = values[yNewest - back] ?? Number.NaN;
      if (Number.isNaN(x + y)) continue;
      count += 1;
      xSum += x;
      ySum += y;
    }
    const xMean = xSum / count;
    const yMean = ySum / count;
    let xs = 0;
    let ys = 0;
    let products = 0;
    for (let back = 0; back < window; back += 1) {
      const x = (values[xNewest - back] ?? Number.NaN) - xMean;
      const y = (values[yNewest - back] ?? Number.NaN) - yMean;
      if (Number.isNaN(x + y)) continue;
      xs += x * x;
      ys += y * y;
      products += x * y;
    }
    return correlationOf(count, xs, ys, products);
  }

  return {
    push({ scaled }, features) {
      recent.push(scaled);
      for (let metric = 0; metric < metrics.length; metric += 1)
        sizes[metric] = logSize(metrics[metric], scaled[metric] ?? Number.NaN);
      for (let at = 0; at < pairs.length; at += 1) {
        const { left, right } = pairs[at] ?? { left: 0, right: 0 };
        features[2 * at] = correlation(left, right);
        features[2 * at + 1] = (sizes[left] ?? Number.NaN) - (sizes[right] ?? Number.NaN);
      }
    },
  };
}

/** From the sums of squares and products of the differences from the means. */
function correlationOf(count: number, xs: number, ys: number, products: number): number {
  if (count < fewestForCorrelation) return Number.NaN;
  const own = count * noise * noise;
  return products / Math.sqrt((xs + own) * (ys + own));
}

/** How large a value is, as a logarithm; a spread is added so that what rests at zero has one. */
function logSize(metric: FeatureMetric | undefined, scaled: number): number {
  if (metric === undefined) return Number.NaN;
  return Math.log(Math.max(0, fromScale(metric.scale, scaled)) + metric.scale.spread);
}
