import type { Bounds } from '../core/forecaster.ts';

/**
 * What a metric can be: never below 0 when it never was, and a percentage at most 100. A history that was beyond an end says that
 * there is none: the percentage of one core goes to 800.
 */
export function boundsOf(unit: string, values: Float64Array): Bounds {
  return {
    lower: values.some((value) => value < 0) ? Number.NEGATIVE_INFINITY : 0,
    upper: unit === '%' && !values.some((value) => value > 100) ? 100 : Number.POSITIVE_INFINITY,
  };
}
