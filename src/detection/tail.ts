import { quantile, sortedFinite } from './quantile.ts';

/** How rare a score is: the quantiles of normal rows up to `start`, an exponential tail from there on. */
export type Tail = {
  /** Scores at evenly spaced shares 0..`1 - share` of the normal rows, ascending; the last one is where the tail starts. */
  readonly body: Float32Array;
  /** The part of normal rows that lies in the tail. */
  readonly share: number;
  /** The mean excess in the tail. */
  readonly excess: number;
};

const fewestTailRows = 10;
const largestTailShare = 0.25;
const bodyPoints = 64;
/** A tail thinner than this part of the body would make a verdict of every next digit. */
const smallestExcess = 0.02;
/**
 * The mean of three rarities has a mean excess of 0.19 when they are independent and of 0.43 when they are one and the
 * same; what a history of a week shows is 0.2 to 0.3, and a shorter one can't tell.
 */
const fusedExcess = 0.3;

/**
 * Fits the tail to the scores of normal rows. The mean excess is taken from the tail's median (which is ln 2 of the mean
 * for an exponential), so that incidents left in history do not stretch it. `doubt` is how wide the tail is at least,
 * as a part of the body's upper half.
 * Method: peaks over threshold with shape 0 (Pickands 1975; Siffer et al., KDD 2017). It is a guess beyond the data.
 */
export function fitTail(scores: ArrayLike<number>, tailShare: number, doubt: number): Tail {
  const sorted = sortedFinite(scores);
  const share = Math.min(largestTailShare, Math.max(tailShare, fewestTailRows / Math.max(1, sorted.length)));
  const body = Float32Array.from({ length: bodyPoints }, (_, at) =>
    quantile(sorted, ((1 - share) * at) / (bodyPoints - 1)),
  );
  const start = quantile(sorted, 1 - share);
  const median = quantile(sorted, 1 - share / 2) - start;
  const floor = (smallestExcess + doubt) * (start - quantile(sorted, 0.5));
  return { body, share, excess: Math.max(median / Math.LN2, floor, 1e-6) };
}

/** The same for scores that are means of rarities: how wide their tail is, is known beforehand. */
export function fitFusedTail(scores: ArrayLike<number>, tailShare: number): Tail {
  return { ...fitTail(scores, tailShare, 0), excess: fusedExcess };
}

/** -log10 of the share of normal rows that score at least so high: 0 for the commonest, 3 for one in a thousand. */
export function rarity(tail: Tail, score: number): number {
  const { body, share } = tail;
  const last = body.length - 1;
  const start = body[last] ?? 0;
  if (score >= start) return -Math.log10(share) + (score - start) / tail.excess / Math.LN10;
  let below = 0;
  let above = last;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if ((body[middle] ?? 0) <= score) below = middle;
    else above = middle;
  }
  const [low, high] = [body[below] ?? 0, body[above] ?? 0];
  const part = high > low ? Math.max(0, Math.min(1, (score - low) / (high - low))) : 0;
  return -Math.log10(1 - ((1 - share) * (below + part)) / last);
}
