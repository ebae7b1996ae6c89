import type { Label } from '../core/incident.ts';
import type { Example, TriageModel, TriageTraining } from '../core/triage.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import { holdBack, type Learn } from './cross-validate.ts';
import { chooseCutoff, tally } from './cutoff.ts';
import { examine } from './examine.ts';
import { featureNames, featureSet } from './features.ts';
import { growTrees } from './grow-trees.ts';
import { importancesOf } from './importances.ts';
import { stamp } from './stamp.ts';
import { votesFor } from './votes.ts';

export type TriageInput = {
  readonly examples: readonly Example[];
  readonly seed: number;
  readonly now: number;
  /** The version of this program. */
  readonly code: string;
};

/** So many labels it takes of real ones, and of those that are not: noise and what was expected count as one. */
export const neededLabels = 20;
/** The newest are learnt from: older ones say less of how things are now, and more would take too long. */
export const mostExamples = 1_000;
/** In use are as many trees as an example of cross-validation is judged by in all its rounds, so that votes are alike. */
export const treesPerRound = 30;
export const treesInUse = 90;

/**
 * Learns from labels how likely an incident is real. What it says of itself and the cutoff come from cross-validation. Same
 * examples, seed, time and code, same model. Takes a minute of processor at most: for a worker.
 */
export function trainTriage({ examples, seed, now, code }: TriageInput): TriageTraining {
  const taught = newestUsable(examples);
  const real = taught.filter(({ label }) => label === 'real').length;
  const notReal = taught.length - real;
  if (Math.min(real, notReal) < neededLabels) return { kind: 'too few labels', real, notReal, needed: neededLabels };
  const heldBack = holdBack(taught, forestOf(treesPerRound), seed);
  const { calibration, judged, measures } = examine(taught, heldBack, seed);
  const cutoff = chooseCutoff(judged);
  const trees = growForest(taught, treesInUse, seed);
  const model: TriageModel = {
    version: versionOf(now, JSON.stringify([trees, cutoff])),
    featureSet,
    features: featureNames,
    trees,
    calibration,
    cutoff,
    usual: usualOf(taught),
    trainedAt: now,
    trainedOn: trainedOn(taught, examples.length),
    measures,
    shadow: tally(judged, cutoff.below),
    importances: importancesOf(taught, heldBack, featureNames, seed),
    seed,
    code,
  };
  return { kind: 'trained', model };
}

/** A forest of so many trees, as something that learns. */
export function forestOf(trees: number): Learn {
  return (examples, seed) => {
    const forest = growForest(examples, trees, seed);
    return (features) => votesFor(forest, features);
  };
}

/** Every look at an incident is a lesson: how likely one is real that looks like this by now. */
function growForest(examples: readonly Example[], trees: number, seed: number): TriageModel['trees'] {
  const lessons = examples.flatMap(({ looks, label, shownShare }) =>
    looks.map((features) => ({ features, isReal: label === 'real', weight: 1 / shownShare })),
  );
  return growTrees(lessons, trees, seed);
}

/** Newest first, the same whatever order they come in. */
function newestUsable(examples: readonly Example[]): readonly Example[] {
  return examples
    .filter(isUsable)
    .toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
    .slice(0, mostExamples);
}

function isUsable({ at, looks, featureSet: set, shownShare }: Example): boolean {
  const isWhole = looks.length > 0 && looks.every((features) => features.length === featureNames.length);
  const isKnown = [at, ...looks.flat()].every(Number.isFinite);
  return set === featureSet && isWhole && isKnown && shownShare > 0 && shownShare <= 1;
}

/** The median of each feature when incidents were announced. */
function usualOf(taught: readonly Example[]): readonly number[] {
  return featureNames.map((_, at) => quantile(sortedFinite(taught.map(({ looks }) => looks[0]?.[at] ?? 0)), 0.5));
}

function trainedOn(taught: readonly Example[], given: number): TriageModel['trainedOn'] {
  const times = taught.map(({ at }) => at);
  const count = (label: Label): number => taught.filter((example) => example.label === label).length;
  return {
    labels: { real: count('real'), noise: count('noise'), expected: count('expected') },
    leftOut: given - taught.length,
    from: Math.min(...times),
    to: Math.max(...times),
  };
}

/** Sorts by time, and tells models apart that were trained in the same second. */
function versionOf(now: number, content: string): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${time}-${stamp(content).toString(16).padStart(8, '0')}`;
}
