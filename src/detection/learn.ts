import type { FitOptions, ModelFacts } from '../core/detector.ts';
import { type Frame, rowCount } from '../core/frame.ts';
import { fitSensor, forRowsToCome } from './fit-sensor.ts';
import { fitIsolationForest, isolationScores, type Matrix } from './isolation-forest.ts';
import { type ForestModel, fuse } from './model.ts';
import { forEachRow } from './rows.ts';
import { createSensor, featuresPerMetric, type SensorModel } from './sensor.ts';
import { fitFusedTail, fitTail, rarity } from './tail.ts';
import { countAlerts, fitThreshold, mergeMs } from './threshold.ts';

export type LearnOptions = FitOptions & { readonly windows: readonly number[]; readonly warmupRows: number };

/** What differs between the passes. */
type Pass = { readonly trees: number; readonly tailShare: number };

/** The first draft misses the tame half of an incident, which the second sees without the wild half. */
const drafts = 2;
/** Finding the rows to keep out needs no fine scores, but a tail that incidents in it do not bend. */
const draft: Pass = { trees: 25, tailShare: 0.1 };
const final: Pass = { trees: 100, tailShare: 0.02 };
const subsample = 128;
const dayMs = 86_400_000;
/** With so many rows, or with no more than a moment of a day, the tails are in full doubt or in most of it. */
const doubtfulRows = 80;
const mostDoubt = 1.2;
const doubtfulDay = 0.7;
/** History is taken to hold a regime and not an incident when more of it than this would be kept out. */
const mostKeptOut = 0.1;

/**
 * Learns what is normal from rows of history: rows that stand out in a draft are kept out of the next, so that an incident
 * in history is not learnt as normal. What comes back again and again is.
 */
export function learn(history: Frame, options: LearnOptions): ForestModel {
  let keptOut: Uint8Array = new Uint8Array(rowCount(history));
  for (let round = 0; round < drafts; round += 1)
    keptOut = standingOut(pass(history, keptOut, options, draft).scores) ?? keptOut;
  return pass(history, keptOut, options, final).model;
}

/** Rows so rare that a history of this length would hold one of them in ten times; null when they are too many. */
function standingOut(scores: Float64Array): Uint8Array | null {
  const judged = scores.reduce((count, score) => (Number.isNaN(score) ? count : count + 1), 0);
  const limit = Math.log10(judged) + 1;
  const keptOut = Uint8Array.from(scores, (score) => (score >= limit ? 1 : 0));
  const count = keptOut.reduce((sum, out) => sum + out, 0);
  return count > mostKeptOut * judged ? null : keptOut;
}

/** Fits everything without the rows that are kept out, and scores all rows; NaN is a row without a score. */
function pass(
  history: Frame,
  keptOut: Uint8Array,
  options: LearnOptions,
  { trees, tailShare }: Pass,
): { readonly model: ForestModel; readonly scores: Float64Array } {
  const sensor = fitSensor(history, keptOut, options);
  const sensed = sense(history, keptOut, sensor);
  const isScored = (row: number): boolean => row >= options.warmupRows && sensed.present[row] === 1;
  const learnt = Uint32Array.from(keptOut.keys()).filter((row) => isScored(row) && keptOut[row] === 0);
  const learntOf = (scores: Float64Array) => Float64Array.from(learnt, (row) => scores[row] ?? 0);
  const doubt = doubtOf(learnt.length, options.stepMs);
  const tailOf = (scores: Float64Array) => fitTail(learntOf(scores), tailShare, doubt);
  const forest = fitIsolationForest(sensed.features, learnt, { trees, subsample, seed: options.seed });
  const { surprise, offset } = sensed;
  const isolation = isolationScores(forest, sensed.features);
  const parts = { isolation: tailOf(isolation), surprise: tailOf(surprise), offset: tailOf(offset) };
  const fused = isolation.map((score, row) =>
    fuse(parts, { isolation: score, surprise: surprise[row] ?? 0, offset: offset[row] ?? 0 }),
  );
  const tails = { parts, fused: fitFusedTail(learntOf(fused), tailShare) };
  const scores = fused.map((score, row) => (isScored(row) ? rarity(tails.fused, score) : Number.NaN));
  const normal = scores.map((score, row) => (keptOut[row] === 1 ? Number.NaN : score));
  const threshold = fitThreshold(normal, options);
  const model = {
    sensor: forRowsToCome(sensor, learnt.length),
    forest,
    tails,
    warmupRows: options.warmupRows,
    threshold,
    about: aboutOf(sensor, trees, { scores, normal, threshold }, options),
  };
  return { model, scores };
}

/** What the model says of itself; `scores` are of all rows, `normal` without those that are kept out. */
function aboutOf(
  sensor: SensorModel,
  trees: number,
  judged: { readonly scores: Float64Array; readonly normal: Float64Array; readonly threshold: number },
  { windows, stepMs, warmupRows }: LearnOptions,
): ModelFacts {
  const count = (values: Float64Array): number => values.filter((value) => !Number.isNaN(value)).length;
  const { scores, normal, threshold } = judged;
  const days = (count(scores) * stepMs) / dayMs;
  const perDay = (values: Float64Array): number => countAlerts(values, threshold, Math.floor(mergeMs / stepMs)) / days;
  return {
    features: sensor.metrics.length * featuresPerMetric(windows),
    parameters: { trees, subsample, 'longest window': Math.max(...windows), 'warm-up rows': warmupRows, threshold },
    measures: {
      'rows judged': count(scores),
      'rows kept out': count(scores) - count(normal),
      'alerts per day': perDay(scores),
      'false alerts per day': perDay(normal),
    },
  };
}

/** How much wider than they look tails are taken to be: few rows are too alike, and a day that is not over has not shown its rhythm. */
function doubtOf(rows: number, stepMs: number): number {
  const unseenDay = Math.max(0, 1 - (rows * stepMs) / dayMs);
  return Math.max(Math.min(mostDoubt, doubtfulRows / Math.max(1, rows)), doubtfulDay * unseenDay);
}

type Sensed = {
  readonly features: Matrix;
  readonly surprise: Float64Array;
  readonly offset: Float64Array;
  /** 1 where the row had a value at all. */
  readonly present: Uint8Array;
};

function sense(history: Frame, keptOut: Uint8Array, model: SensorModel): Sensed {
  const sensor = createSensor(model);
  const width = sensor.features.length;
  const count = keptOut.length;
  const features = { width, values: new Float32Array(count * width) };
  const [surprise, offset] = [new Float64Array(count), new Float64Array(count)];
  const present = new Uint8Array(count);
  forEachRow(history, (values, row) => {
    present[row] = sensor.push(values) > 0 ? 1 : 0;
    features.values.set(sensor.features, row * width);
    surprise[row] = sensor.surprise();
    offset[row] = sensor.offset();
    if (keptOut[row] === 0) sensor.learn(1);
  });
  return { features, surprise, offset, present };
}
