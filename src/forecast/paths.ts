import type { Bounds, Forecast } from '../core/forecaster.ts';
import type { RollingTest } from './backtest.ts';
import { clipTo } from './course.ts';
import { type Widths, widthsFor } from './widths.ts';

/**
 * Ways in which the future may go, one for each rolling test: the new forecast plus the errors of that test, step by step, in
 * widths of the band. What hangs together in time stays together. Where a test saw nothing come (a gap, or the end of the
 * history) the error of the next test that did stands in.
 */
export function samplePaths(raw: Forecast, tests: readonly RollingTest[], bounds: Bounds): readonly Float64Array[] {
  const clip = clipTo(bounds);
  const widths = widthsFor(raw);
  return tests.map((_, first) =>
    raw.expected.map((expected, step) => {
      for (let turn = 0; turn < tests.length; turn += 1) {
        const test = tests[(first + turn) % tests.length];
        const error = test === undefined ? Number.NaN : errorInWidths(test, step, widths);
        if (!Number.isNaN(error))
          return clip(expected + error * (error < 0 ? widths.below(raw, step) : widths.above(raw, step)));
      }
      return expected;
    }),
  );
}

function errorInWidths({ actual, forecast }: RollingTest, step: number, widths: Widths): number {
  const error = (actual[step] ?? Number.NaN) - (forecast.expected[step] ?? Number.NaN);
  return error / (error < 0 ? widths.below(forecast, step) : widths.above(forecast, step));
}
