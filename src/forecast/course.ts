import type { Bounds, Forecaster, ForecasterFit, TimeSeries } from '../core/forecaster.ts';
import { createCarryOver } from './carry-over.ts';

/**
 * How a series usually goes, without what is special now: a value for each of `count` rows from `firstRow` on. Row 0 is the
 * first of the history; rows go on past its end.
 */
export type Course = (firstRow: number, count: number) => Float64Array;

export type CourseFit =
  | { readonly kind: 'fitted'; readonly course: Course }
  | Exclude<ForecasterFit, { readonly kind: 'fitted' }>;

export type CourseOptions = {
  readonly name: string;
  readonly learn: (history: TimeSeries) => CourseFit;
  /** What becomes of a deviation of which history says little. */
  readonly rest: 'gone' | 'stays';
};

/** A forecaster out of a usual course: what is off it now is carried over as far as history shows that such a thing lasts. */
export function createCourseForecaster({ name, learn, rest }: CourseOptions): Forecaster {
  return {
    name,
    fit(history, bounds) {
      const outcome = learn(history);
      if (outcome.kind !== 'fitted') return outcome;
      const { course } = outcome;
      const rows = history.values.length;
      const usual = course(0, rows);
      const residuals = history.values.map((value, row) => value - (usual[row] ?? Number.NaN));
      const carryOver = createCarryOver({ ...history, values: residuals }, rest);
      const clip = clipTo(bounds);
      const forecast = (steps: number) => {
        const ahead = course(rows, steps);
        const { expected, lower, upper } = carryOver(steps);
        const onTop = (of: Float64Array): Float64Array => ahead.map((value, step) => clip(value + (of[step] ?? 0)));
        return { expected: onTop(expected), lower: onTop(lower), upper: onTop(upper) };
      };
      return { kind: 'fitted', forecaster: { name, forecast } };
    },
  };
}

export function clipTo({ lower, upper }: Bounds): (value: number) => number {
  return (value) => Math.min(upper, Math.max(lower, value));
}
