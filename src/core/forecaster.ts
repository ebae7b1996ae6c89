/** One metric of one entity on an even grid: value k was at `from + k * stepMs` (epoch ms). A gap is NaN, never zero. */
export type TimeSeries = { readonly from: number; readonly stepMs: number; readonly values: Float64Array };

/** What a value can be at all; infinite where nothing is known. */
export type Bounds = { readonly lower: number; readonly upper: number };

/** Entry k is `k + 1` steps after the last row of the history. 80 % of what comes should lie in `lower..upper`. */
export type Forecast = {
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
};

/** A series as it was understood when its history ended. */
export type FittedForecaster = {
  readonly name: string;
  forecast(steps: number): Forecast;
};

export type ForecasterFit =
  | { readonly kind: 'fitted'; readonly forecaster: FittedForecaster }
  /** `rows` are those with a value. */
  | { readonly kind: 'too little history'; readonly rows: number; readonly needed: number }
  /** There is enough history, and this way of forecasting can not make anything of it. */
  | { readonly kind: 'unsuited'; readonly because: string };

/**
 * Learns how a series goes on. Same history, same forecast, but for where an optimiser is content; nothing that stands in a
 * history makes it throw.
 */
export type Forecaster = {
  readonly name: string;
  fit(history: TimeSeries, bounds: Bounds): ForecasterFit;
};

/** How much of what comes should lie in a forecast's band. */
export const bandShare = 0.8;
