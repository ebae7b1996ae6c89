import type { FitOptions } from '../core/detector.ts';
import type { Frame } from '../core/frame.ts';
import { fitAutoregression, forecastNext, lags } from './autoregression.ts';
import { createBaseline, type KnownMetric } from './baseline.ts';
import { fitIsolationForest, isolationScores, type Matrix } from './isolation-forest.ts';
import { type ForestModel, finalScore, fuse } from './model.ts';
import { quantile, sortedFinite } from './quantile.ts';
import { fitScale } from './scale.ts';
import { createSensor, type SensedMetric, type SensorModel } from './sensor.ts';
import { fitTail } from './tail.ts';
import { fitThreshold } from './threshold.ts';

/** Rows of history by number, without the ones that are kept out of learning. */
type Rows = { readonly count: number; readonly keptOut: Uint8Array };

const forestSize = { trees: 100, subsample: 128 } as const;
/** Finding the rows to keep out needs no fine scores. */
const draftTrees = 25;
/** History is taken to hold a regime and not an incident when more of it than this would be kept out. */
const mostKeptOut = 0.1;
/** A median absolute value becomes the standard deviation of a normal distribution by this factor. */
const toDeviation = 1.4826;
/** A median of more values is not worth the sorting. */
const enoughForMedian = 4_096;
/** A metric's own stir is taken to be at least this part of its spread. */
const smallestStir = 0.02;

/**
 * Learns what is normal from rows of history, in two passes: rows that stand out in the first are kept out of the
 * second, so that an incident in history is not learnt as normal.
 */
export function learn(
  history: Frame,
  windows: readonly number[],
  warmupRows: number,
  options: FitOptions,
): ForestModel {
  const count = history.times.length;
  const everything: Rows = { count, keptOut: new Uint8Array(count) };
  const draft = pass(history, everything, windows, warmupRows, options, draftTrees);
  const rows = keepOut(everything, draft.scores);
  return pass(history, rows, windows, warmupRows, options, forestSize.trees).model;
}

function pass(
  history: Frame,
  rows: Rows,
  windows: readonly number[],
  warmupRows: number,
  options: FitOptions,
  trees: number,
): { readonly model: ForestModel; readonly scores: Float64Array } {
  const sensor = fitSensor(history, rows, windows, options);
  const seen = sense(history, rows, sensor);
  const learnt = Uint32Array.from(rows.keptOut.keys()).filter(
    (row) => row >= warmupRows && seen.present[row] === 1 && rows.keptOut[row] === 0,
  );
  const forest = fitIsolationForest(seen.features, learnt, { ...forestSize, trees, seed: options.seed });
  const isolation = isolationScores(forest, seen.features);
  const parts = { forest: fitTail(pick(isolation, learnt)), surprise: fitTail(pick(seen.surprise, learnt)) };
  const fused = isolation.map((score, row) => fuse(parts, score, seen.surprise[row] ?? 0));
  const tails = { ...parts, fused: fitTail(pick(fused, learnt)) };
  const scores = fused.map((score, row) =>
    row >= warmupRows && seen.present[row] === 1
      ? finalScore(tails.fused, score, seen.corroborated[row] ?? 0)
      : Number.NaN,
  );
  const normalScores = scores.map((score, row) => (rows.keptOut[row] === 1 ? Number.NaN : score));
  const threshold = fitThreshold(normalScores, options);
  return { model: { sensor, forest, tails, warmupRows, threshold }, scores };
}

/** Rows so rare that a history of this length would hold one of them in ten times. */
function keepOut(rows: Rows, scores: Float64Array): Rows {
  const limit = Math.log10(rows.count) + 1;
  const keptOut = Uint8Array.from(scores, (score) => (score >= limit ? 1 : 0));
  const kept = keptOut.reduce((sum, out) => sum + out, 0);
  return kept > mostKeptOut * rows.count ? rows : { ...rows, keptOut };
}

function fitSensor(history: Frame, rows: Rows, windows: readonly number[], options: FitOptions): SensorModel {
  const metrics = fitMetrics(history, rows, options);
  const width = metrics.length;
  const { filled, deviations } = followLevels(history, rows, metrics, options.stepMs);
  const learnt = Array.from(rows.keptOut.keys()).filter((row) => row >= lags && rows.keptOut[row] === 0);
  const autoregression = fitAutoregression(filled, width, learnt);
  const inputs = new Float64Array(lags * width + 1);
  inputs[lags * width] = 1;
  const residuals = metrics.map(() => new Float64Array(learnt.length));
  learnt.forEach((row, place) => {
    for (let lag = 0; lag < lags; lag += 1)
      inputs.set(filled.subarray((row - lag - 1) * width, (row - lag) * width), lag * width);
    for (let at = 0; at < width; at += 1) {
      const residual = (filled[row * width + at] ?? 0) - forecastNext(autoregression, inputs, at);
      const column = residuals[at];
      if (column !== undefined) column[place] = Math.abs(residual);
    }
  });
  const stirred: SensedMetric[] = metrics.map((metric, at) => ({
    ...metric,
    restlessness: stirOf(deviations[at] ?? new Float64Array()),
    roughness: stirOf(residuals[at] ?? new Float64Array()),
  }));
  return { metrics: stirred, stepMs: options.stepMs, windows, autoregression };
}

function stirOf(sizes: Float64Array): number {
  const stride = Math.ceil(sizes.length / enoughForMedian);
  const some = sizes.filter((_, row) => row % stride === 0);
  return Math.max(smallestStir, toDeviation * quantile(sortedFinite(some), 0.5));
}

/** The metrics that history knows; one that is a gap all along is left out. */
function fitMetrics(history: Frame, rows: Rows, options: FitOptions): readonly KnownMetric[] {
  return history.columns.flatMap((column, place) => {
    const metric = options.metrics.find(({ name }) => name === column.name);
    const scale = fitScale(
      column.values.filter((_, row) => rows.keptOut[row] === 0),
      { unit: metric?.unit ?? '' },
    );
    return scale === null ? [] : [{ name: column.name, harm: metric?.harm ?? 'both', column: place, scale }];
  });
}

/** Runs the levels over history: the filled values row by row, and by metric how far each row was off its level. */
function followLevels(history: Frame, rows: Rows, metrics: readonly KnownMetric[], stepMs: number) {
  const width = metrics.length;
  const baseline = createBaseline(metrics, stepMs);
  const filled = new Float64Array(rows.count * width);
  const deviations = metrics.map(() => new Float64Array(rows.count).fill(Number.NaN));
  forEachRow(history, (values, row) => {
    baseline.read(values);
    filled.set(baseline.filled, row * width);
    if (rows.keptOut[row] === 1) return;
    deviations.forEach((column, at) => {
      column[row] = Math.abs((baseline.seen[at] ?? 0) - (baseline.expected[at] ?? 0));
    });
    baseline.learn();
  });
  return { filled, deviations };
}

type Sensed = {
  readonly features: Matrix;
  readonly surprise: Float64Array;
  readonly corroborated: Float64Array;
  /** 1 where the row had a value at all. */
  readonly present: Uint8Array;
};

function sense(history: Frame, rows: Rows, model: SensorModel): Sensed {
  const sensor = createSensor(model);
  const width = sensor.features.length;
  const features = { width, values: new Float32Array(rows.count * width) };
  const [surprise, corroborated] = [new Float64Array(rows.count), new Float64Array(rows.count)];
  const present = new Uint8Array(rows.count);
  forEachRow(history, (values, row) => {
    present[row] = sensor.push(values) > 0 ? 1 : 0;
    features.values.set(sensor.features, row * width);
    surprise[row] = sensor.surprise();
    corroborated[row] = sensor.corroborated();
    if (rows.keptOut[row] === 0) sensor.learn();
  });
  return { features, surprise, corroborated, present };
}

/** Every row of a frame in turn, in one array that is used again. */
export function forEachRow(frame: Frame, visit: (values: Float64Array, row: number) => void): void {
  const values = new Float64Array(frame.columns.length);
  for (let row = 0; row < frame.times.length; row += 1) {
    for (let at = 0; at < values.length; at += 1) values[at] = frame.columns[at]?.values[row] ?? Number.NaN;
    visit(values, row);
  }
}

function pick(scores: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => scores[row] ?? Number.NaN);
}
