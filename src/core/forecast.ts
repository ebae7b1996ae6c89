import type { Harm } from './watch.ts';

/** What is to be forecast: one metric, of one entity or of all. */
export type ForecastRequest = {
  readonly query: string;
  readonly unit: string;
  /** `down`: the limit is a floor; else it is a ceiling. */
  readonly harm: Harm;
  /** The label that tells entities apart; null when the query is a person's own and its series go by all their labels. */
  readonly entityLabel: string | null;
  readonly entity: string | null;
  readonly horizonMs: number;
  /** In the metric's unit; null when nothing is to be reached. */
  readonly limit: number | null;
};

/** A moment that is not certain: with 80 % it lies between `from` and `to`. Epoch ms; null is after the horizon. */
export type Moment = { readonly at: number; readonly from: number; readonly to: number | null };

/** How a series and a limit meet. `chance` is the part of its possible futures that get to the limit within the horizon. */
export type LimitOutlook =
  | { readonly kind: 'reaches'; readonly moment: Moment; readonly chance: number }
  | { readonly kind: 'stays clear'; readonly chance: number }
  /** It is there already; `back` is when it comes back from there, null when it does not within the horizon. */
  | { readonly kind: 'is beyond'; readonly back: Moment | null };

/** Values at `from + k * stepMs`; 80 % of what comes should lie in `lower..upper`. */
export type Band = {
  readonly from: number;
  readonly stepMs: number;
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
};

/** How a forecaster did in the rolling tests. */
export type Contender = {
  readonly name: string;
  /** The mean distance from what came, in the metric's unit. */
  readonly error: number;
  readonly tests: number;
  /** Its error beside the best one's in the same tests: 1 for the best. */
  readonly behind: number;
};

export type EntityForecast =
  | {
      readonly kind: 'forecast';
      readonly entity: string;
      /** The last value, and when it was (epoch ms). */
      readonly seen: number;
      readonly seenAt: number;
      /** What was seen before, as far back as the band goes ahead: the last of it is one step before the band. */
      readonly recent: Float64Array;
      readonly band: Band;
      /** Everyone who was tested to the end; the first made the forecast. */
      readonly contenders: readonly Contender[];
      readonly limit: LimitOutlook | null;
    }
  | {
      readonly kind: 'too little history';
      readonly entity: string;
      readonly knownMs: number;
      readonly neededMs: number;
    }
  | { readonly kind: 'silent'; readonly entity: string; readonly lastSeen: number }
  | { readonly kind: 'unsuited'; readonly entity: string; readonly because: string };

export type ForecastReport = {
  /** The last row of the history, epoch ms. */
  readonly now: number;
  readonly stepMs: number;
  /** How far back history was asked for. */
  readonly historyMs: number;
  /** The most urgent first. */
  readonly entities: readonly EntityForecast[];
  /** Entities for which there was no time: those that are furthest from harm. */
  readonly leftOut: number;
};

/**
 * Forecasts a metric. Throws `UpstreamError` when its history can't be read, `UsageError` when the query or the entity is at
 * fault or too many wait already, and the signal's reason.
 */
export type ForecastMetric = (request: ForecastRequest, signal: AbortSignal) => Promise<ForecastReport>;
