import { parseArgs } from 'node:util';
import { messageOf } from '../../src/core/errors.ts';
import { fitIsolationForest, isolationScores, type Matrix } from '../../src/detection/isolation-forest.ts';
import { rankMeasures } from '../../src/detection/measures/ranking.ts';
import { forEachRow } from '../../src/detection/rows.ts';
import { findMachines } from '../../src/evaluate/find-machines.ts';
import { readMachine } from '../../src/evaluate/read-machine.ts';
import type { Series } from '../../src/evaluate/series.ts';
import { printTable } from './measure.ts';
import { deviationOf, meanOf, spearman } from './parity-measures.ts';
import { type ScikitLearn, startScikitLearn } from './scikit-learn.ts';

const usage = 'npm run bench forest-parity -- --data DIR [--machine NAME]';
const seeds = Array.from({ length: 10 }, (_, at) => at + 1);
const trees = 100;
const subsample = 256;
/** Two means that far apart, in standard errors of their difference, are taken to be different. */
const mostErrors = 2;
type Compared = {
  readonly name: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** Rank correlations of all rows' scores: between two seeds of scikit-learn, and between a seed of ours and one of theirs. */
  readonly among: readonly number[];
  readonly across: readonly number[];
};

/**
 * Our forest beside scikit-learn's on raw rows of labelled machines (as `npm run evaluate` reads them): fitted on train,
 * scored on test, ten seeds each. It holds when on every machine the mean AUC-PR is within two standard errors and scores
 * go together with scikit-learn's as its own seeds do, within two as well.
 */
export async function run(argv: readonly string[]): Promise<boolean> {
  const machines = machinesOf(argv);
  if (typeof machines === 'string') {
    console.error(`${machines}\n\n${usage}`);
    return false;
  }
  const scikitLearn = await startScikitLearn();
  if (scikitLearn === null) return true;
  const all: Compared[] = [];
  for (const machine of machines) {
    all.push(await compare(readMachine(machine), scikitLearn));
    process.stderr.write(`${all.length}/${machines.length}  ${machine.name}\n`);
  }
  scikitLearn.stop();
  printTable([
    ['', 'AUC-PR ours', 'scikit-learn', 'apart by', 'Spearman, ours and theirs', 'two seeds of theirs', ''],
    ...all.map(lineOf),
  ]);
  return all.every(holds);
}

function machinesOf(argv: readonly string[]): ReturnType<typeof findMachines> | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { data: { type: 'string' }, machine: { type: 'string' } },
    });
    if (values.data === undefined) return '--data DIR is missing: a folder of labelled machines.';
    const found = findMachines(values.data, 60_000).filter(({ name }) => (values.machine ?? name) === name);
    return found.length > 0 ? found : `There is no ${values.machine} in ${values.data}.`;
  } catch (error) {
    return messageOf(error);
  }
}

async function compare({ name, train, test, labels }: Series, scikitLearn: ScikitLearn): Promise<Compared> {
  const [learnt, judged] = [matrixOf(train), matrixOf(test)];
  await scikitLearn.load('train', learnt);
  await scikitLearn.load('test', judged);
  const all = Uint32Array.from({ length: learnt.values.length / learnt.width }, (_, row) => row);
  const ours = seeds.map((seed) =>
    isolationScores(fitIsolationForest(learnt, all, { trees, subsample, seed }), judged),
  );
  const theirs: Float64Array[] = [];
  for (const seed of seeds) {
    await scikitLearn.fit('train', { trees, seed });
    theirs.push(await scikitLearn.scores('test'));
  }
  const next = (at: number): number => (at + 1) % seeds.length;
  const none = new Float64Array();
  return {
    name,
    ours: ours.map((scores) => rankMeasures(scores, labels).aucPr),
    theirs: theirs.map((scores) => rankMeasures(scores, labels).aucPr),
    among: theirs.map((scores, at) => spearman(scores, theirs[next(at)] ?? none)),
    across: ours.map((scores, at) => spearman(scores, theirs[next(at)] ?? none)),
  };
}

function matrixOf(frame: Series['train']): Matrix {
  const width = frame.columns.length;
  const values = new Float32Array(frame.times.length * width);
  forEachRow(frame, (row, at) => values.set(row, at * width));
  return { width, values };
}

/** How far the mean of one is above that of the other, in standard errors of the difference. */
function errorsAbove(one: readonly number[], other: readonly number[]): number {
  const error = Math.hypot(deviationOf(one), deviationOf(other)) / Math.sqrt(seeds.length);
  return (meanOf(one) - meanOf(other)) / error;
}

const holds = ({ ours, theirs, among, across }: Compared): boolean =>
  Math.abs(errorsAbove(ours, theirs)) <= mostErrors && errorsAbove(among, across) <= mostErrors;

function lineOf(one: Compared): readonly string[] {
  const written = (values: readonly number[]): string =>
    `${meanOf(values).toFixed(4)} ± ${deviationOf(values).toFixed(4)}`;
  return [
    one.name,
    written(one.ours),
    written(one.theirs),
    `${Math.abs(errorsAbove(one.ours, one.theirs)).toFixed(2)} errors`,
    written(one.across),
    written(one.among),
    holds(one) ? 'holds' : 'DIFFERS',
  ];
}
