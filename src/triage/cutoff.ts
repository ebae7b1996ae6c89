import type { Cutoff, Tally } from '../core/triage.ts';
import { atMost } from './at-most.ts';

/** An incident that is labelled, with what something that has not seen it stated. */
export type Judged = {
  /** The highest probability of all looks. */
  readonly probability: number;
  /** The probability when it was announced; 1 when it was critical at once. */
  readonly atFirst: number;
  readonly isReal: boolean;
  /** It was or became critical, so it was shown whatever it was thought to be. */
  readonly isSpared: boolean;
  /** For how many of its like it stands. */
  readonly weight: number;
};

/** So many of the real ones may be expected to be demoted, by cross-validation, which has less to learn from and so is the more careful; */
const bearableRisk = 0.03;
/** and with 95 % confidence it must be no more than this. */
const bearableAtMost = 0.1;
/** What is likelier real than not is never demoted. */
const neverFrom = 0.5;

/** How many real ones there are, were they all to stand for as many (Kish 1965), and how many of so many a cutoff loses. */
type Count = { readonly real: number; readonly lost: number };

const riskOf = ({ real, lost }: Count): number => (lost + 0.5) / (real + 1);
const atMostOf = ({ real, lost }: Count): number => atMost(Math.ceil(lost), Math.floor(real));
const isBearable = (count: Count): boolean => riskOf(count) <= bearableRisk && atMostOf(count) <= bearableAtMost;

/** So many real ones must be labelled before anything may be demoted. */
export const neededReal = fewestReal();

/**
 * The highest cutoff that loses few enough real incidents: 3 % are to be expected at most, and 10 % with 95 % confidence. What
 * is to be expected is the mean that is left of Jeffreys' prior (Brown, Cai and DasGupta 2001) after the cross-validated
 * count: 0 of 16 real ones are 3 %, 1 of 49 are as well. The bound is that of Clopper and Pearson. One that was shown although it would have been
 * demoted stands for all of those that were not. Both hold as long as the next incidents are like those that are labelled. While there
 * are too few real ones the cutoff is the highest that loses none, and it is not proven.
 */
export function chooseCutoff(judged: readonly Judged[]): Cutoff {
  const isProven = isBearable(countAt(judged, 0));
  const isAllowed = (below: number): boolean => {
    const count = countAt(judged, below);
    return isProven ? isBearable(count) : count.lost === 0;
  };
  const candidates = [neverFrom, ...judged.map(({ probability }) => probability)]
    .filter((below) => below <= neverFrom)
    .toSorted((a, b) => b - a);
  const below = candidates.find(isAllowed) ?? 0;
  return { below, risk: riskOf(countAt(judged, below)), isProven };
}

/** What a cutoff does with some incidents that are labelled. */
export function tally(judged: readonly Judged[], below: number): Tally {
  const isDemoted = (one: Judged): boolean => !one.isSpared && one.probability < below;
  const real = judged.filter(({ isReal }) => isReal);
  return {
    incidents: judged.length,
    real: real.length,
    demoted: judged.filter(isDemoted).length,
    demotedReal: real.filter(isDemoted).length,
    demotedRealAtMost: atMostOf(countAt(judged, below)),
    realShownLater: real.filter((one) => one.atFirst < below && !isDemoted(one)).length,
  };
}

function countAt(judged: readonly Judged[], below: number): Count {
  const real = judged.filter(({ isReal }) => isReal);
  const lost = real.filter(({ isSpared, probability }) => !isSpared && probability < below);
  const standing = sumOf(real, (weight) => weight);
  const equals = real.length === 0 ? 0 : standing ** 2 / sumOf(real, (weight) => weight ** 2);
  return { real: equals, lost: real.length === 0 ? 0 : (sumOf(lost, (weight) => weight) * equals) / standing };
}

function sumOf(judged: readonly Judged[], of: (weight: number) => number): number {
  return judged.reduce((sum, { weight }) => sum + of(weight), 0);
}

function fewestReal(): number {
  let real = 1;
  while (!isBearable({ real, lost: 0 })) real += 1;
  return real;
}
