import type { DetectorSettings, FitOptions } from '../core/detector.ts';
import { type Frame, rowCount } from '../core/frame.ts';
import { aboutOf } from './about.ts';
import { calmOf, createEnergyMeter, type EnergyModel, fitEnergies, quieten } from './energies.ts';
import { fitSensor, forRowsToCome } from './fit-sensor.ts';
import { fitIsolationForest, isolationScores, type Matrix } from './isolation-forest.ts';
import { type DetectionModel, fuse, type Parts } from './model.ts';
import { createPersistence } from './persistence.ts';
import { forEachRow } from './rows.ts';
import { createSensor, type SensorModel } from './sensor.ts';
import { fitFusedTail, fitTail, rarity } from './tail.ts';
import { countScored, fitThreshold, outstandingFrom } from './threshold.ts';

export type LearnOptions = FitOptions & { readonly settings: DetectorSettings; readonly warmupRows: number };

/** What differs between the passes. */
type Pass = { readonly trees: number; readonly tailShare: number };

/** The first draft misses the tame half of an incident, which the second sees without the wild half. */
const drafts = 2;
/** Finding the rows to keep out needs no fine scores, but a tail that incidents in it do not bend. */
const draft: Pass = { trees: 25, tailShare: 0.1 };
const finalTailShare = 0.02;
const subsample = 128;
const dayMs = 86_400_000;
/** With so many rows, or with no more than a moment of a day, the tails are in full doubt or in most of it. */
const doubtfulRows = 110;
const mostDoubt = 3.5;
const doubtfulDay = 0.7;
/** History is taken to hold a regime and not an incident when more of it than this would be kept out. */
const mostKeptOut = 0.1;

/**
 * Learns what is normal from rows of history: rows that stand out in a draft are kept out of the next, so that an incident
 * in history is not learnt as normal. What comes back again and again is.
 */
export function learn(history: Frame, options: LearnOptions): DetectionModel {
  let keptOut: Uint8Array = new Uint8Array(rowCount(history));
  for (let round = 0; round < drafts; round += 1)
    keptOut = standingOut(pass(history, keptOut, options, draft).scores) ?? keptOut;
  return pass(history, keptOut, options, { trees: options.settings.trees, tailShare: finalTailShare }).model;
}

/** Rows so rare that they are no part of what is normal; null when they are too many. */
function standingOut(scores: Float64Array): Uint8Array | null {
  const limit = outstandingFrom(scores);
  const keptOut = Uint8Array.from(scores, (score) => (score >= limit ? 1 : 0));
  const count = keptOut.reduce((sum, out) => sum + out, 0);
  return count > mostKeptOut * countScored(scores) ? null : keptOut;
}

/** Fits everything without the rows that are kept out, and scores all rows; NaN is a row without a score. */
function pass(
  history: Frame,
  keptOut: Uint8Array,
  options: LearnOptions,
  { trees, tailShare }: Pass,
): { readonly model: DetectionModel; readonly scores: Float64Array } {
  const sensor = fitSensor(history, keptOut, options);
  const isLearnt = (row: number): boolean => row >= options.warmupRows && keptOut[row] === 0;
  const sensed = sense(history, keptOut, sensor);
  const learnt = Uint32Array.from(keptOut.keys()).filter((row) => isLearnt(row) && sensed.present[row] === 1);
  const rows = keptOut.length;
  const [moments, drifts] = [inSingle(sensed.moments, rows), inSingle(sensed.drifts, rows)];
  const energies = fitEnergies(sensor, { moments, drifts }, learnt);
  const felt = feel(sensed, sensor, energies);
  const calm = calmOf(felt.features, learnt);
  quieten(felt.features.values, calm);
  const forest = fitIsolationForest(felt.features, learnt, { trees, subsample, seed: options.seed });
  const parts: PartScores = { ...felt.energies, forest: isolationScores(forest, felt.features) };
  const learntOf = (scores: Float64Array) => Float64Array.from(learnt, (row) => scores[row] ?? 0);
  const doubt = doubtOf(learnt.length, options.stepMs);
  const tailOf = (name: keyof Parts) => fitTail(learntOf(parts[name]), tailShare, doubt);
  const partTails = mapParts(tailOf);
  const fused = parts.forest.map((_, row) =>
    fuse(
      partTails,
      mapParts((name) => parts[name][row] ?? 0),
    ),
  );
  const tails = { parts: partTails, fused: fitFusedTail(learntOf(fused), tailShare) };
  const persistence = createPersistence(options.stepMs);
  const scores = fused.map((score, row) =>
    row >= options.warmupRows && sensed.present[row] === 1 ? persistence.push(rarity(tails.fused, score)) : Number.NaN,
  );
  const normal = scores.map((score, row) => (keptOut[row] === 1 ? Number.NaN : score));
  const threshold = fitThreshold({ all: scores, normal }, options);
  const model = {
    sensor: forRowsToCome(sensor, learnt.length),
    energies,
    forest,
    calm,
    tails,
    warmupRows: options.warmupRows,
    threshold,
    about: aboutOf({ sensor, trees, subsample, warmupRows: options.warmupRows, threshold, scores, normal }),
  };
  return { model, scores };
}

type PartScores = Readonly<Record<keyof Parts, Float64Array>>;

function mapParts<Value>(of: (name: keyof Parts) => Value): Readonly<Record<keyof Parts, Value>> {
  return {
    forest: of('forest'),
    surprise: of('surprise'),
    company: of('company'),
    stir: of('stir'),
    drift: of('drift'),
  };
}

/** How much wider than they look tails are taken to be: few rows are too alike, and a day that is not over has not shown its rhythm. */
function doubtOf(rows: number, stepMs: number): number {
  const unseenDay = Math.max(0, 1 - (rows * stepMs) / dayMs);
  return Math.max(Math.min(mostDoubt, doubtfulRows / Math.max(1, rows)), doubtfulDay * unseenDay);
}

/** What the sensor says of all rows, row by row; `present` is 1 where a row had a value at all. */
type Sensed = {
  readonly moments: Float64Array;
  readonly drifts: Float64Array;
  readonly surprise: Float64Array;
  readonly unrest: Float64Array;
  readonly present: Uint8Array;
};

function sense(history: Frame, keptOut: Uint8Array, model: SensorModel): Sensed {
  const sensor = createSensor(model);
  const rows = keptOut.length;
  const sensed = {
    moments: new Float64Array(rows * sensor.moments.length),
    drifts: new Float64Array(rows * sensor.drifts.length),
    surprise: new Float64Array(rows),
    unrest: new Float64Array(rows),
    present: new Uint8Array(rows),
  };
  forEachRow(history, (values, row) => {
    sensed.present[row] = sensor.push(values) > 0 ? 1 : 0;
    sensed.moments.set(sensor.moments, row * sensor.moments.length);
    sensed.drifts.set(sensor.drifts, row * sensor.drifts.length);
    sensed.surprise[row] = sensor.surprise();
    sensed.unrest[row] = sensor.unrest();
    if (keptOut[row] === 0) sensor.learn(1);
  });
  return sensed;
}

/** Rows in single precision, which is enough to learn from. */
const inSingle = (values: Float64Array, rows: number): Matrix => ({
  width: values.length / rows,
  values: new Float32Array(values),
});

/** The energies of all rows, and the forest's food. */
function feel(sensed: Sensed, model: SensorModel, energyModel: EnergyModel) {
  const meter = createEnergyMeter(model, energyModel);
  const rows = sensed.present.length;
  const width = meter.features.length;
  const features = { width, values: new Float32Array(rows * width) };
  const blank = (): Float64Array => new Float64Array(rows);
  const energies = { surprise: blank(), company: blank(), stir: blank(), drift: blank() };
  const [moments, drifts] = [sensed.moments.length / rows, sensed.drifts.length / rows];
  for (let row = 0; row < rows; row += 1) {
    const measured = meter.measure({
      moments: sensed.moments.subarray(row * moments, (row + 1) * moments),
      drifts: sensed.drifts.subarray(row * drifts, (row + 1) * drifts),
      surprise: () => sensed.surprise[row] ?? 0,
      unrest: () => sensed.unrest[row] ?? 0,
    });
    for (const name of ['surprise', 'company', 'stir', 'drift'] as const) energies[name][row] = measured[name];
    features.values.set(meter.features, row * width);
  }
  return { features, energies };
}
