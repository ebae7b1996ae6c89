import type { Bounds, Forecast, Forecaster, TimeSeries } from '../core/forecaster.ts';

/** What a forecaster said at a moment of the past, beside what came. `error` is the mean distance over the horizon. */
export type RollingTest = {
  /** Rows that were known. */
  readonly origin: number;
  readonly forecast: Forecast;
  readonly actual: Float64Array;
  readonly error: number;
};

const mostTests = 20;
/** The first test knows this part of the history. */
const firstPart = 0.5;
/** The last test still sees this part of the horizon come. */
const lastPart = 1 / 8;

/** The moments to test at, ascending: evenly spread, so that they fall on all hours of the day. */
export function originsOf(rows: number, steps: number): readonly number[] {
  const first = Math.ceil(firstPart * rows);
  const last = rows - Math.max(3, Math.ceil(lastPart * steps));
  const places = Array.from({ length: mostTests }, (_, k) =>
    Math.round(first + ((last - first) * k) / (mostTests - 1)),
  );
  return [...new Set(places)].filter((origin) => origin >= first && origin < rows);
}

/** One rolling test; null when the forecaster can not be fitted to what was known then, or nothing came but gaps. */
export function testAt(
  origin: number,
  forecaster: Forecaster,
  { from, stepMs, values }: TimeSeries,
  bounds: Bounds,
  steps: number,
): RollingTest | null {
  const fit = forecaster.fit({ from, stepMs, values: values.subarray(0, origin) }, bounds);
  if (fit.kind !== 'fitted') return null;
  const actual = values.subarray(origin, origin + steps);
  const forecast = fit.forecaster.forecast(actual.length);
  let [sum, seen] = [0, 0];
  actual.forEach((value, step) => {
    if (Number.isNaN(value)) return;
    sum += Math.abs(value - (forecast.expected[step] ?? 0));
    seen += 1;
  });
  return seen === 0 ? null : { origin, forecast, actual, error: sum / seen };
}
