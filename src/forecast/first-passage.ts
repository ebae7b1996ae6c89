import { bandShare } from '../core/forecaster.ts';

/** Steps from now, 1 being the next; null where it is later than the paths reach. */
export type Passage = {
  readonly early: number | null;
  readonly middle: number | null;
  readonly late: number | null;
  /** The part of all paths that get there. */
  readonly chance: number;
};

/**
 * When a series first fulfils a condition, out of sample paths: the median of the paths' first passages, and the interval that
 * holds the first passage of one more path of the same kind with the share of the band, by order statistics (of n paths the k-th
 * and the (n + 1 - k)-th hold it with (n + 1 - 2k) / (n + 1)). It is the first *sample* that fulfils it, as somebody who watches
 * would see it: a noisy series is at a limit for a moment before the line through its middle is. Steps are whole, so that ties
 * make the interval hold a bit more than its share.
 */
export function firstPassage(paths: readonly Float64Array[], isBeyond: (value: number) => boolean): Passage {
  const passages = paths
    .map((path) => path.findIndex(isBeyond))
    .map((index) => (index < 0 ? Number.POSITIVE_INFINITY : index + 1))
    .sort((a, b) => a - b);
  const tail = (1 - bandShare) / 2;
  return {
    early: orderStatistic(passages, tail),
    middle: orderStatistic(passages, 0.5),
    late: orderStatistic(passages, 1 - tail),
    chance: passages.filter(Number.isFinite).length / paths.length,
  };
}

/** At place `share * (n + 1)` of ascending numbers, between neighbours by the straight line; null when that is infinite. */
function orderStatistic(ascending: readonly number[], share: number): number | null {
  const place = Math.min(ascending.length, Math.max(1, share * (ascending.length + 1))) - 1;
  const below = ascending[Math.floor(place)] ?? Number.POSITIVE_INFINITY;
  const above = ascending[Math.ceil(place)] ?? Number.POSITIVE_INFINITY;
  const value = below === above ? below : below + (above - below) * (place - Math.floor(place));
  return Number.isFinite(value) ? value : null;
}
