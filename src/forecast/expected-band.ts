import type { Band } from '../core/forecast.ts';
import type { Bounds, Forecaster, TimeSeries } from '../core/forecaster.ts';
import { createChooser } from './choose.ts';
import { fastForecasters } from './fast-forecasters.ts';

export type ExpectedBandOptions = {
  readonly history: TimeSeries;
  /** The last rows of the history, of which the band is to know nothing. */
  readonly window: number;
  readonly bounds: Bounds;
  /** Rows after the end of the history that the band goes on for. */
  readonly ahead?: number;
  readonly forecasters?: readonly [Forecaster, ...Forecaster[]];
};

export type BandFit =
  | { readonly kind: 'band'; readonly name: string; readonly band: Band }
  | { readonly kind: 'too little history'; readonly rows: number; readonly needed: number }
  | { readonly kind: 'unsuited'; readonly because: string };

/**
 * What was to be expected over the last rows of a history and the 80 % band around it, by all that was known before them: what
 * happened in the window bends nothing. It is the forecast of that moment, with its choice and its calibration.
 */
export function expectedBand(options: ExpectedBandOptions): BandFit {
  const { history, window, bounds, ahead = 0, forecasters = fastForecasters() } = options;
  const { from, stepMs, values } = history;
  const known = Math.max(0, values.length - window);
  const fit = createChooser({ forecasters, steps: window }).fit(
    { from, stepMs, values: values.subarray(0, known) },
    bounds,
  );
  if (fit.kind !== 'fitted') return fit;
  const { name, forecast } = fit.forecaster;
  return { kind: 'band', name, band: { from: from + known * stepMs, stepMs, ...forecast(window + ahead) } };
}
