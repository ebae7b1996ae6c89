import type { Forecast } from '../core/forecaster.ts';

/** How far a forecast's band reaches from what it expects, at a step; never zero. */
export type Widths = {
  below(forecast: Forecast, step: number): number;
  above(forecast: Forecast, step: number): number;
};

/** A band that is narrower than this part of the forecast's mean width counts as that wide. */
const narrowest = 0.25;
/** A history that never moved has a band of nothing, and what leaves it is far out. */
const smallest = 1e-9;

/**
 * Widths in which errors of the past are measured so that they can be laid on a forecast: without a least width, an error beside a
 * band from a time when the series never moved would weigh without limit.
 */
export function widthsFor({ expected, lower, upper }: Forecast): Widths {
  let sum = 0;
  expected.forEach((value, step) => {
    sum += (upper[step] ?? value) - (lower[step] ?? value) + smallest * (1 + Math.abs(value));
  });
  const least = Math.max(Number.MIN_VALUE, (narrowest * sum) / 2 / Math.max(1, expected.length));
  return {
    below: (forecast, step) => Math.max(least, (forecast.expected[step] ?? 0) - (forecast.lower[step] ?? 0)),
    above: (forecast, step) => Math.max(least, (forecast.upper[step] ?? 0) - (forecast.expected[step] ?? 0)),
  };
}
