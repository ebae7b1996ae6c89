import type { Calibration } from '../core/triage.ts';

/** A share of votes that nothing which had seen the incident gave, and what the incident was. */
export type Voted = { readonly votes: number; readonly isReal: boolean };

/** Far more than it takes: some ten do. */
const mostSteps = 100;
const closeEnough = 1e-9;
/** Keeps the step finite where all votes are alike. */
const ridge = 1e-6;

export function probabilityOf({ slope, intercept }: Calibration, votes: number): number {
  return 1 / (1 + Math.exp(-(slope * votes + intercept)));
}

/**
 * Fits a logistic curve to votes (Platt 1999), by Newton's method, with Platt's own targets, which are short of 0 and 1 by what
 * so few examples can't say. A curve and not steps (isotonic regression): with some hundred examples steps follow chance.
 * Votes that say the opposite of what was give a flat curve: the share of real ones.
 */
export function calibrate(voted: readonly Voted[]): Calibration {
  const real = voted.filter(({ isReal }) => isReal).length;
  const high = (real + 1) / (real + 2);
  const low = 1 / (voted.length - real + 2);
  const flat: Calibration = { slope: 0, intercept: logit((real + 1) / (voted.length + 2)) };
  let curve = flat;
  for (let step = 0; step < mostSteps; step += 1) {
    const { slope, intercept } = newtonStep(voted, curve, { high, low });
    curve = { slope: curve.slope + slope, intercept: curve.intercept + intercept };
    if (Math.abs(slope) + Math.abs(intercept) < closeEnough) break;
  }
  return curve.slope > 0 && Number.isFinite(curve.intercept) ? curve : flat;
}

type Targets = { readonly high: number; readonly low: number };

/** What to add to a curve. */
function newtonStep(voted: readonly Voted[], curve: Calibration, { high, low }: Targets): Calibration {
  let [bySlope, byIntercept] = [0, 0];
  let [bend, mixed, flatness] = [ridge, 0, ridge];
  for (const { votes, isReal } of voted) {
    const stated = probabilityOf(curve, votes);
    const missing = (isReal ? high : low) - stated;
    const weight = stated * (1 - stated);
    bySlope += missing * votes;
    byIntercept += missing;
    bend += weight * votes * votes;
    mixed += weight * votes;
    flatness += weight;
  }
  const determinant = bend * flatness - mixed * mixed;
  return {
    slope: (flatness * bySlope - mixed * byIntercept) / determinant,
    intercept: (bend * byIntercept - mixed * bySlope) / determinant,
  };
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}
