import type { Example } from '../core/triage.ts';
import { assignFolds } from './folds.ts';

/** Learns from some examples and gives what scores a vector of features in 0..1: high is likelier real. */
export type Learn = (examples: readonly Example[], seed: number) => Score;

export type Score = (features: readonly number[]) => number;

/** A held-back example, by its place, beside what judges it, which has not seen it. */
export type HeldBack = { readonly place: number; readonly score: Score };

export const foldCount = 5;
/** Which examples share a fold is chance, so it is drawn anew and scores are means. */
const rounds = 3;

/** Each example in each round once, with what was learnt from the other folds. */
export function holdBack(examples: readonly Example[], learn: Learn, seed: number): readonly HeldBack[] {
  return Array.from({ length: rounds }, (_, round) => {
    const folds = assignFolds(examples, foldCount, seed + round);
    return Array.from({ length: foldCount }, (_, fold) => {
      const others = examples.filter((_, place) => folds[place] !== fold);
      const score = learn(others, seed + round * foldCount + fold);
      return [...examples.keys()].filter((place) => folds[place] === fold).map((place) => ({ place, score }));
    }).flat();
  }).flat();
}

/** The mean score of each look at each example by those that have not seen the example. */
export function crossScores(
  examples: readonly Pick<Example, 'looks'>[],
  heldBack: readonly HeldBack[],
): readonly (readonly number[])[] {
  const sums = examples.map(({ looks }) => looks.map(() => 0));
  for (const { place, score } of heldBack) {
    const own = sums[place] ?? [];
    examples[place]?.looks.forEach((features, look) => {
      own[look] = (own[look] ?? 0) + score(features) / rounds;
    });
  }
  return sums;
}
