import type { FittedDetector } from '../../src/core/detector.ts';
import { createFusedDetector } from '../../src/detection/fused-detector.ts';
import {
  fitIsolationForest,
  isolationScore,
  isolationScores,
  type Matrix,
} from '../../src/detection/isolation-forest.ts';
import { createRandom, gaussian } from '../../src/detection/random.ts';
import { freePrometheus, realPrometheus } from './fleet-prometheus.ts';
import { beside, longestPause, median, type Row, timed } from './measure.ts';
import { npmForests, type Took, timeNpmForest } from './npm-forests.ts';
import { type ScikitLearn, startScikitLearn } from './scikit-learn.ts';
import { startTicks, tickRow } from './tick.ts';

const sizes = [
  { rows: 25_000, width: 38 },
  { rows: 25_000, width: 140 },
  { rows: 100_000, width: 140 },
] as const;
const trees = 100;
const subsample = 256;
const rounds = 5;
/** What npm's forests may take to fit, and once more to score. */
const limitMs = 30_000;
const metrics = 38;
/** What one row may take, and the event loop, before somebody notices. */
const rowBudgetUs = 10;
const pipelineBudgetUs = 150;
const pauseBudgetMs = 50;

/** The whole detector: a row, a tick, what a tick blocks and what a series takes; then our forest beside those of others. */
export async function rows(): Promise<readonly Row[]> {
  const all = [pipeline(), ...(await ticks())];
  const scikitLearn = await startScikitLearn();
  for (const { rows: count, width } of sizes) {
    process.stderr.write(`${count} x ${width}\n`);
    all.push(...(await forestsOf(noise(count, width), scikitLearn)));
  }
  all.push(...(await oneRow(noise(25_000, metrics), scikitLearn)));
  scikitLearn?.stop();
  return all;
}

async function forestsOf(matrix: Matrix, scikitLearn: ScikitLearn | null): Promise<readonly Row[]> {
  const count = matrix.values.length / matrix.width;
  const named = (what: string): string => `${what} ${count / 1_000}k x ${matrix.width}`;
  const all = Uint32Array.from({ length: count }, (_, row) => row);
  const grow = (seed = 1) => fitIsolationForest(matrix, all, { trees, subsample, seed });
  const forest = grow();
  const fit = (): Promise<number> => timed(async () => grow());
  const score = (): Promise<number> => timed(async () => isolationScores(forest, matrix));
  const found: Row[] = [];
  if (scikitLearn !== null) {
    await scikitLearn.load('matrix', matrix);
    const fits = await beside(rounds, fit, () => scikitLearn.fit('matrix', { trees, seed: 1 }));
    const scores = await beside(rounds, score, () => scikitLearn.score('matrix', null));
    found.push({ what: named('fit'), ...fits, unit: 'ms', beside: 'scikit-learn' });
    found.push({ what: named('score'), ...scores, unit: 'ms', beside: 'scikit-learn' });
  }
  const own = { fit: await medianOf(fit), score: await medianOf(score) };
  for (const name of npmForests) {
    const theirs = await timeNpmForest({ name, matrix, trees, subsample }, limitMs);
    found.push({ what: named('fit'), ours: own.fit, ...theirFigure(name, theirs.fit), unit: 'ms' });
    if (theirs.score !== null)
      found.push({ what: named('score'), ours: own.score, ...theirFigure(name, theirs.score), unit: 'ms' });
  }
  return found;
}

/** Of what was cut off the figure is the limit, and the ratio is at most what is printed. */
function theirFigure(name: string, { ms, isCutOff }: Took): Pick<Row, 'floor' | 'beside'> {
  return { floor: ms, beside: isCutOff ? `${name}, cut off at` : `${name}, once` };
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const measured: number[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measure());
  return median(measured);
}

async function oneRow(matrix: Matrix, scikitLearn: ScikitLearn | null): Promise<readonly Row[]> {
  const count = matrix.values.length / matrix.width;
  const all = Uint32Array.from({ length: count }, (_, row) => row);
  const forest = fitIsolationForest(matrix, all, { trees, subsample, seed: 1 });
  const ours = medianUs(count, (row) => {
    isolationScore(forest, matrix.values.subarray(row * matrix.width, (row + 1) * matrix.width));
  });
  const what = `one row through the forest, ${matrix.width} features`;
  const budgeted: Row = { what, ours, floor: rowBudgetUs, unit: 'µs', beside: 'its budget' };
  if (scikitLearn === null) return [budgeted];
  await scikitLearn.load('matrix', matrix);
  await scikitLearn.fit('matrix', { trees, seed: 1 });
  const theirs = await medianOf(() => scikitLearn.score('matrix', 1));
  return [budgeted, { what, ours, floor: theirs * 1_000, unit: 'µs', beside: 'scikit-learn' }];
}

/** The median time of a call over many, each by itself, after as many that do not count, µs. */
function medianUs(count: number, work: (at: number) => void): number {
  const measured: number[] = [];
  for (let round = 0; round < 2; round += 1)
    for (let at = 0; at < count; at += 1) {
      const start = performance.now();
      work(at);
      if (round === 1) measured.push((performance.now() - start) * 1_000);
    }
  return median(measured);
}

function pipeline(): Row {
  const historyRows = 4_320;
  const liveRows = 5_000;
  const stepMs = 60_000;
  const { values } = noise(historyRows + 2 * liveRows, metrics);
  const row = Float64Array.from({ length: metrics }, () => 0);
  const detector = detectorOf({ width: metrics, values: values.subarray(0, historyRows * metrics) }, stepMs);
  const scorer = detector.open();
  let at = historyRows;
  let alerts = 0;
  const ours = medianUs(liveRows, () => {
    for (let metric = 0; metric < metrics; metric += 1) row[metric] = values[at * metrics + metric] ?? Number.NaN;
    const said = scorer.push(at * stepMs, row);
    if (said.kind === 'scored' && said.score >= detector.threshold) alerts += 1;
    at += 1;
  });
  const what = `one row to its verdict, ${metrics} metrics (${alerts} of ${2 * liveRows} alert)`;
  return { what, ours, floor: pipelineBudgetUs, unit: 'µs', beside: 'its budget' };
}

function detectorOf({ width, values }: Matrix, stepMs: number): FittedDetector {
  const count = values.length / width;
  const names = Array.from({ length: width }, (_, column) => `m${column + 1}`);
  const history = {
    times: Float64Array.from({ length: count }, (_, row) => row * stepMs),
    columns: names.map((name, column) => ({
      name,
      values: Float64Array.from({ length: count }, (_, row) => values[row * width + column] ?? Number.NaN),
    })),
  };
  const watched = names.map((name) => ({ name, query: name, unit: '', harm: 'both' as const }));
  const options = { metrics: watched, seed: 1, alertBudgetPerDay: 1, stepMs };
  const outcome = createFusedDetector().fit(history, options);
  if (outcome.kind !== 'fitted') throw new Error('three days of noise were too little history');
  return outcome.detector;
}

/** A tick over 5,000 series: its time, what it blocks, and what models and scorers take. */
async function ticks(): Promise<readonly Row[]> {
  const hosts = 1_000;
  const running = await startTicks(hosts, (await realPrometheus(hosts)) ?? (await freePrometheus(hosts)));
  const tick = await tickRow(running);
  const pauses = await beside(
    rounds,
    () => longestPause(running.tick),
    () => longestPause(running.fetchAndParse),
  );
  const perSeries = running.grown() / running.series;
  const { series, floor } = running;
  await running.stop();
  return [
    tick,
    { what: 'the longest pause in it', ...pauses, unit: 'ms', beside: floor },
    { what: 'the longest pause in it', ours: pauses.ours, floor: pauseBudgetMs, unit: 'ms', beside: 'its budget' },
    {
      what: `memory per series, of ${series}`,
      ours: perSeries / 1_024,
      floor: (60 * 8) / 1_024,
      unit: 'KB',
      beside: 'an hour of its values at 1 min',
    },
  ];
}

/** Metrics that have half of what moves them in common. */
function noise(count: number, width: number): Matrix {
  const random = createRandom(1);
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row += 1) {
    const common = gaussian(random);
    for (let column = 0; column < width; column += 1) values[row * width + column] = common + gaussian(random);
  }
  return { width, values };
}
