import type { WatchedMetric } from '../core/watch.ts';
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
export const farAway = 20;

/** The smallest spread that matters to a person, by unit: a metric that never moved must not turn a whisper into a scream. */
const smallestSpread: Readonly<Record<string, number>> = {
  '%': 0.5,
  bytes: 1 << 20,
  'bytes/s': 1024,
  s: 0.001,
  '1/s': 0.05,
};
const smallestSpreadOtherwise = 0.005;
const smallestShareOfCenter = 0.002;
/** Widths of these ranges on the normal distribution, in standard deviations. */
const quartileWidth = 1.349;
const wideWidth = 4.652;
const normalRange = [0.005, 0.995] as const;

/**
 * Center and spread of a metric that incidents in history hardly move: the median and the quartile range. A metric that
 * rests most of the time and moves in bursts has no quartile range; there the 1 % to 99 % range speaks.
 * Null when history holds no number at all.
 */
export function fitScale(values: ArrayLike<number>, metric: Pick<WatchedMetric, 'unit'>): Scale | null {
  const sorted = sortedFinite(values);
  if (sorted.length === 0) return null;
  const range = (from: number, to: number): number => quantile(sorted, to) - quantile(sorted, from);
  const center = quantile(sorted, 0.5);
  const floor = Math.max(
    smallestSpread[metric.unit] ?? smallestSpreadOtherwise,
    smallestShareOfCenter * Math.abs(center),
  );
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

/** A value in units of the spread, cut at ±20; infinities are cut too and NaN stays NaN. */
export function toScale(scale: Scale, value: number): number {
  return Math.max(-farAway, Math.min(farAway, (value - scale.center) / scale.spread));
}

export function fromScale(scale: Scale, scaled: number): number {
  return scale.center + scaled * scale.spread;
}
