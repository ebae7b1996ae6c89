import type { Forecaster, TimeSeries } from '../core/forecaster.ts';
import { solveCholesky } from '../detection/autoregression.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import { basisOf } from './basis.ts';
import { binned } from './bins.ts';
import { type CourseFit, createCourseForecaster } from './course.ts';
import { dot } from './dot.ts';
import { dayMs } from './time.ts';

/** A smooth course loses nothing when it is learnt from so many means instead of every row. */
const mostRows = 400;
const fewestRows = 12;
/** Residuals beyond so many robust standard deviations lose weight (Huber 1964). */
const huber = 1.5;
const rounds = 3;
/** A week's rhythm is looked for when there is a bit more than one week. */
const daysForWeek = 8;

/**
 * Trend and rhythm by ridge regression in closed form (Hoerl and Kennard 1970), made robust by reweighting (Huber 1964): an
 * incident in the history bends it little. With `week`, the rhythm of the week too, which short histories make up out of noise:
 * the two are unlike forecasters, and the backtest of a series says which one it is. Fails where the rhythm has edges (a job at
 * two o'clock) or the level jumps.
 */
export function createRidgeForecaster(rhythm: 'day' | 'week'): Forecaster {
  return createCourseForecaster({
    name: `ridge (${rhythm})`,
    rest: 'gone',
    learn: (history) => learnRidge(history, rhythm === 'week'),
  });
}

/** The course of a series by ridge regression, robust to incidents. */
export function learnRidge(history: TimeSeries, withWeek: boolean): CourseFit {
  const { values, stepMs } = history;
  const { at, means } = binned(values, mostRows);
  if (means.length < fewestRows) return { kind: 'too little history', rows: means.length, needed: fewestRows };
  const days = (values.length * stepMs) / dayMs;
  if (withWeek && days < daysForWeek)
    return { kind: 'too little history', rows: values.length, needed: Math.ceil((daysForWeek * dayMs) / stepMs) };
  const basis = basisOf(history, withWeek);
  const { width, penalties } = basis;
  const inputs = new Float64Array(at.length * width);
  at.forEach((row, place) => {
    basis.fill(row, inputs.subarray(place * width, (place + 1) * width));
  });
  const center = quantile(sortedFinite(means), 0.5);
  const targets = means.map((mean) => mean - center);
  const weights = fitRobustly({ inputs, targets, penalties });
  const columns = new Float64Array(width);
  return {
    kind: 'fitted',
    course: (firstRow, count) =>
      Float64Array.from({ length: count }, (_, index) => {
        basis.fill(firstRow + index, columns);
        return center + dot(columns, 0, weights);
      }),
  };
}

type Regression = { readonly inputs: Float64Array; readonly targets: Float64Array; readonly penalties: Float64Array };

function fitRobustly(regression: Regression): Float64Array {
  const { inputs, targets, penalties } = regression;
  const trust = new Float64Array(targets.length).fill(1);
  let weights = solve(regression, trust);
  for (let round = 1; round < rounds; round += 1) {
    const distances = targets.map((target, row) => Math.abs(target - dot(inputs, row * penalties.length, weights)));
    const scale = 1.4826 * quantile(sortedFinite(distances), 0.5);
    if (!(scale > 0)) break;
    distances.forEach((distance, row) => {
      trust[row] = distance > huber * scale ? (huber * scale) / distance : 1;
    });
    weights = solve(regression, trust);
  }
  return weights;
}

function solve({ inputs, targets, penalties }: Regression, trust: Float64Array): Float64Array {
  const width = penalties.length;
  const [gram, moments] = [new Float64Array(width * width), new Float64Array(width)];
  let total = 0;
  for (let row = 0; row < targets.length; row += 1) {
    const weight = trust[row] ?? 0;
    const offset = row * width;
    total += weight;
    for (let a = 0; a < width; a += 1) {
      const weighted = weight * (inputs[offset + a] ?? 0);
      moments[a] = (moments[a] ?? 0) + weighted * (targets[row] ?? 0);
      for (let b = 0; b <= a; b += 1)
        gram[a * width + b] = (gram[a * width + b] ?? 0) + weighted * (inputs[offset + b] ?? 0);
    }
  }
  for (let a = 0; a < width; a += 1)
    gram[a * width + a] = (gram[a * width + a] ?? 0) + ((penalties[a] ?? 0) + 1e-9) * total;
  solveCholesky(gram, width, moments, 1);
  return moments;
}
