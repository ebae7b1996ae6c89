import { quantile, sortedFinite } from './quantile.ts';

/** How a metric's own units become comparable numbers: (value - center) / spread. */
export type Scale = {
  readonly center: number;
  readonly spread: number;
  /** The smallest spread that matters, as a part of `spread`: at most 1. */
  readonly floor: number;
  /** The range that nearly all of history keeps, scaled. */
  readonly low: number;
  readonly high: number;
};

/** Scaled values beyond it say no more than that they are far away. */
export const farAway = 100;

/** The smallest spread that matters to a person, by unit: a metric that never moved must not turn a whisper into a scream. */
const smallestSpread: Readonly<Record<string, number>> = {
  '%': 1,
  bytes: 1 << 20,
  'bytes/s': 1024,
  s: 0.001,
  '1/s': 0.05,
};
const smallestSpreadOtherwise = 0.005;
const smallestShareOfCenter = 0.02;
const mostCoarse = 6;
const dayMs = 86_400_000;
/** A metric stirs around its level by at least this part of the smallest spread that matters. */
export const stirOfSpread = 0.4;
/** Widths of these ranges on the normal distribution, in standard deviations. */
const quartileWidth = 1.349;
const wideWidth = 4.652;
const normalRange = [0.005, 0.995] as const;

/**
 * Center and spread of a metric that incidents in history hardly move: the median and the quartile range. A metric that
 * rests most of the time and moves in bursts has no quartile range; there the 1 % to 99 % range speaks.
 * `sorted` are its numbers, ascending; `coarseness`, 1 or more, makes the smallest spread larger. Null when there is no number at all.
 */
export function fitScale(sorted: Float64Array, unit: string, coarseness: number): Scale | null {
  if (sorted.length === 0) return null;
  const range = (from: number, to: number): number => quantile(sorted, to) - quantile(sorted, from);
  const center = quantile(sorted, 0.5);
  const floor = smallestSpreadOf(center, unit, coarseness);
  const quartiles = range(0.25, 0.75) / quartileWidth;
  const spread = Math.max(floor, quartiles > floor ? quartiles : range(0.01, 0.99) / wideWidth);
  const scaled = (value: number): number => (value - center) / spread;
  const [low, high] = normalRange;
  return {
    center,
    spread,
    floor: floor / spread,
    low: scaled(quantile(sorted, low)),
    high: scaled(quantile(sorted, high)),
  };
}

function smallestSpreadOf(center: number, unit: string, coarseness: number): number {
  return (
    coarseness * Math.max(smallestSpread[unit] ?? smallestSpreadOtherwise, smallestShareOfCenter * Math.abs(center))
  );
}

/** The smallest standard deviation around its level that a metric is believed to have, in its own units; NaN without a number. */
export function smallestStirOf(values: ArrayLike<number>, unit: string, coarseness: number): number {
  return stirOfSpread * smallestSpreadOf(quantile(sortedFinite(values), 0.5), unit, coarseness);
}

/** How many times larger the smallest spreads are after `knownMs` of history: what it was too short to show is no alarm. */
export function coarsenessOf(knownMs: number): number {
  return Math.max(1, Math.min(mostCoarse, Math.sqrt(dayMs / knownMs)));
}

/** A value in units of the spread, cut at ±100; infinities are cut too and NaN stays NaN. */
export function toScale(scale: Scale, value: number): number {
  return Math.max(-farAway, Math.min(farAway, (value - scale.center) / scale.spread));
}

export function fromScale(scale: Scale, scaled: number): number {
  return scale.center + scaled * scale.spread;
}
