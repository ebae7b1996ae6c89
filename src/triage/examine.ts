import type { Calibration, Example, TriageMeasures } from '../core/triage.ts';
import { calibrate, probabilityOf } from './calibrate.ts';
import { crossScores, foldCount, type HeldBack } from './cross-validate.ts';
import type { Judged } from './cutoff.ts';
import { wasCritical } from './features.ts';
import { assignFolds } from './folds.ts';
import { measuresOf } from './measures.ts';

/** What cross-validation says of a way to learn. */
export type Examined = {
  readonly calibration: Calibration;
  /** In the order of the examples. */
  readonly judged: readonly Judged[];
  readonly measures: TriageMeasures;
};

/** No example is judged by what has seen it: neither its votes nor, for the measures, the curve that makes a probability of them. */
export function examine(examples: readonly Example[], heldBack: readonly HeldBack[], seed: number): Examined {
  const voted = crossScores(examples, heldBack).map((votes, place) => {
    const isReal = examples[place]?.label === 'real';
    return votes.map((share) => ({ votes: share, isReal }));
  });
  const calibration = calibrate(voted.flat());
  const folds = assignFolds(examples, foldCount, seed);
  const curves = Array.from({ length: foldCount }, (_, fold) =>
    calibrate(voted.filter((_, place) => folds[place] !== fold).flat()),
  );
  return {
    calibration,
    judged: examples.map((example, place) =>
      judge(
        example,
        (voted[place] ?? []).map(({ votes }) => probabilityOf(calibration, votes)),
      ),
    ),
    measures: measuresOf(
      voted.flatMap(([first], place) => {
        const curve = curves[folds[place] ?? 0];
        if (first === undefined || curve === undefined) return [];
        return [{ probability: probabilityOf(curve, first.votes), isReal: first.isReal }];
      }),
    ),
  };
}

/** An example beside the probability at each of its looks. */
export function judge({ label, severity, looks, shownShare }: Example, probabilities: readonly number[]): Judged {
  return {
    probability: Math.max(...probabilities),
    atFirst: wasCritical(looks[0] ?? []) ? 1 : (probabilities[0] ?? 1),
    isReal: label === 'real',
    isSpared: severity === 'critical',
    weight: 1 / shownShare,
  };
}
