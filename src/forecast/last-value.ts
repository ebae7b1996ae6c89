import type { Forecaster } from '../core/forecaster.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import { createCourseForecaster } from './course.ts';

/**
 * No rhythm and no trend: the value stays as it is, but for what history shows to pass (a spike falls back to the usual level).
 * The naive forecast that everything else has to beat, and the best there is for what wanders or jumps.
 */
export function createLastValueForecaster(): Forecaster {
  return createCourseForecaster({
    name: 'last value',
    rest: 'stays',
    learn: ({ values }) => {
      const finite = sortedFinite(values);
      if (finite.length === 0) return { kind: 'too little history', rows: 0, needed: 1 };
      const middle = quantile(finite, 0.5);
      return { kind: 'fitted', course: (_, count) => new Float64Array(count).fill(middle) };
    },
  });
}
