import type { Bounds, Forecaster, ForecasterFit, TimeSeries } from '../core/forecaster.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import { createCarryOver } from './carry-over.ts';
import { spreadByHour } from './spread.ts';

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

/** Residuals beyond so many scales say nothing about how long a deviation lasts. */
const clipScales = 4;

/**
 * A forecaster out of a usual course: what is off it now is carried over as far as history shows that such a thing lasts. Its
 * band is what history kept to around the course, wider at the hours at which it was wider: a shape, whose width is calibrated
 * by whoever tests it.
 */
export function createCourseForecaster({ name, learn, rest }: CourseOptions): Forecaster {
  return {
    name,
    fit(history, bounds) {
      const outcome = learn(history);
      if (outcome.kind !== 'fitted') return outcome;
      const { course } = outcome;
      const { from, stepMs, values } = history;
      const usual = course(0, values.length);
      const residuals = values.map((value, row) => value - (usual[row] ?? Number.NaN));
      const spread = spreadByHour(residuals, from, stepMs);
      const sorted = sortedFinite(residuals);
      const clip = clipScales * scaleOf(sorted);
      const carryOver = createCarryOver({ residuals: { from, stepMs, values: residuals }, clip, rest });
      const [below, above] = [Math.min(0, quantile(sorted, 0.1)), Math.max(0, quantile(sorted, 0.9))];
      const within = clipTo(bounds);
      const forecast = (steps: number) => {
        const ahead = course(values.length, steps);
        const carried = carryOver(steps);
        const expected = ahead.map((value, step) => within(value + (carried[step] ?? 0)));
        const edge = (side: number): Float64Array =>
          expected.map((value, step) => within(value + side * spread(values.length + step)));
        return { expected, lower: edge(below), upper: edge(above) };
      };
      return { kind: 'fitted', forecaster: { name, forecast } };
    },
  };
}

/** The half of the interquartile range that is a standard deviation for normal numbers; without one, the root mean square. */
function scaleOf(sorted: Float64Array): number {
  const scale = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
  if (scale > 0) return scale;
  return Math.sqrt(sorted.reduce((sum, value) => sum + value * value, 0) / Math.max(1, sorted.length));
}

export function clipTo({ lower, upper }: Bounds): (value: number) => number {
  return (value) => Math.min(upper, Math.max(lower, value));
}
