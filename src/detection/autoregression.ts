import { createProducts, timesVector } from './products.ts';

/** One-step forecasts of all metrics from the last rows of all metrics, all in scaled units. */
export type Autoregression = {
  /** `metrics` rows of `lags * metrics + 1` weights: newest lag first, the constant last. */
  readonly weights: Float32Array;
  readonly metrics: number;
};

/** How many rows a model looks back on. */
export function lagsOf({ weights, metrics }: Autoregression): number {
  return (weights.length / metrics - 1) / metrics;
}

/** How many rows a forecast looks back on, unless something else is chosen. */
export const usualLags = 3;
/** The penalty as a share of the rows: little history leaves the forecast close to "as now". */
const penaltyShare = 0.005;
const smallestPenalty = 1;

/**
 * Ridge vector autoregression on lags 1 to `lags` (Hoerl and Kennard 1970): the *change* of every metric is regressed on the
 * last rows, so that the penalty pulls towards the plain forecast "as now". `rows` are the rows of `series` (scaled
 * values, row by row, no gaps) whose change may be learnt. It fails where the dynamics themselves change.
 */
export function fitAutoregression(
  series: Float64Array,
  metrics: number,
  rows: Iterable<number>,
  lags: number = usualLags,
): Autoregression {
  const width = lags * metrics + 1;
  const products = createProducts(width + metrics);
  const both = new Float64Array(width + metrics);
  let learnt = 0;
  for (const row of rows) {
    if (row < lags) continue;
    fillInputs(both, series, { metrics, lags }, row);
    for (let metric = 0; metric < metrics; metric += 1)
      both[width + metric] = (series[row * metrics + metric] ?? 0) - (both[metric] ?? 0);
    products.add(both);
    learnt += 1;
  }
  const { gram, moments } = apart(products.sums(), width, metrics);
  const penalty = Math.max(smallestPenalty, penaltyShare * learnt);
  for (let a = 0; a < width; a += 1) gram[a * width + a] = (gram[a * width + a] ?? 0) + penalty;
  solveCholesky(gram, width, moments, metrics);
  const weights = new Float32Array(metrics * width);
  for (let metric = 0; metric < metrics; metric += 1) {
    for (let a = 0; a < width; a += 1) weights[metric * width + a] = moments[a * metrics + metric] ?? 0;
    // The change is added to the newest value.
    weights[metric * width + metric] = (weights[metric * width + metric] ?? 0) + 1;
  }
  return { weights, metrics };
}

/** What is summed up of inputs and changes: the products of inputs with one another, and of inputs (in rows) with changes. */
function apart(sums: Float64Array, width: number, metrics: number) {
  const gram = new Float64Array(width * width);
  const moments = new Float64Array(width * metrics);
  for (let a = 0; a < width; a += 1) {
    for (let b = 0; b <= a; b += 1) gram[a * width + b] = sums[a * (width + metrics) + b] ?? 0;
    for (let metric = 0; metric < metrics; metric += 1)
      moments[a * metrics + metric] = sums[(width + metric) * (width + metrics) + a] ?? 0;
  }
  return { gram, moments };
}

function fillInputs(
  inputs: Float64Array,
  series: Float64Array,
  { metrics, lags }: { readonly metrics: number; readonly lags: number },
  row: number,
): void {
  for (let lag = 1; lag <= lags; lag += 1)
    for (let metric = 0; metric < metrics; metric += 1)
      inputs[(lag - 1) * metrics + metric] = series[(row - lag) * metrics + metric] ?? 0;
  inputs[lags * metrics] = 1;
}

/** The forecasts of all metrics, into an array of their own; `inputs` as below. */
export function forecastAll({ weights }: Autoregression, inputs: Float64Array, forecasts: Float64Array): void {
  timesVector(weights, inputs, forecasts);
}

/** The forecast of one metric; `inputs` are the last rows, newest first, and a 1 behind them. */
export function forecastNext(model: Autoregression, inputs: Float64Array, metric: number): number {
  const offset = metric * inputs.length;
  let sum = 0;
  for (let at = 0; at < inputs.length; at += 1) sum += (model.weights[offset + at] ?? 0) * (inputs[at] ?? 0);
  return sum;
}

/**
 * Solves A X = B in place for symmetric positive definite A, of which the lower triangle is given and overwritten;
 * B has `columns` columns and becomes X.
 */
export function solveCholesky(a: Float64Array, n: number, b: Float64Array, columns: number): void {
  for (let row = 0; row < n; row += 1)
    for (let column = 0; column <= row; column += 1) {
      let sum = a[row * n + column] ?? 0;
      for (let k = 0; k < column; k += 1) sum -= (a[row * n + k] ?? 0) * (a[column * n + k] ?? 0);
      a[row * n + column] = row === column ? Math.sqrt(sum) : sum / (a[column * n + column] ?? 1);
    }
  for (let column = 0; column < columns; column += 1) {
    for (let row = 0; row < n; row += 1) {
      let sum = b[row * columns + column] ?? 0;
      for (let k = 0; k < row; k += 1) sum -= (a[row * n + k] ?? 0) * (b[k * columns + column] ?? 0);
      b[row * columns + column] = sum / (a[row * n + row] ?? 1);
    }
    for (let row = n - 1; row >= 0; row -= 1) {
      let sum = b[row * columns + column] ?? 0;
      for (let k = row + 1; k < n; k += 1) sum -= (a[k * n + row] ?? 0) * (b[k * columns + column] ?? 0);
      b[row * columns + column] = sum / (a[row * n + row] ?? 1);
    }
  }
}
