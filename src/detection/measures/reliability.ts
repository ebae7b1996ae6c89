import type { Limits } from '../hold.ts';
import { alertsWithin, countFalse } from './alerts.ts';
import { eventsOf } from './events.ts';

/** One alert: how sure it was at its surest, and whether it touches a labelled event. */
export type StatedAlert = { readonly confidence: number; readonly isRight: boolean };

/** The alerts that were stated with a confidence of `from` up to `to`. */
export type ReliabilityBin = {
  readonly from: number;
  readonly to: number;
  readonly alerts: number;
  /** The mean of what was stated. */
  readonly stated: number;
  /** The share that touches a labelled event. */
  readonly right: number;
};

export type Reliability = {
  /** Those that hold an alert, from unsure to sure. */
  readonly bins: readonly ReliabilityBin[];
  /** The mean distance between what was stated and the share that was right, each bin by its alerts; NaN without one. */
  readonly error: number;
};

/** Confidence is where decisions are made, so what is nearly sure is looked at more closely. */
const bounds = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/** The alerts that scores raise within their limits, each with the confidence of its highest score. */
export function statedAlerts(
  scores: Float64Array,
  labels: Uint8Array,
  options: Limits & { readonly stepMs: number; confidence(score: number): number },
): readonly StatedAlert[] {
  const events = eventsOf(labels);
  return alertsWithin(scores, options).map((alert) => {
    const highest = scores
      .subarray(alert.from, alert.to)
      .reduce((most, score) => (score > most ? score : most), Number.NEGATIVE_INFINITY);
    return { confidence: options.confidence(highest), isRight: countFalse(events, [alert]) === 0 };
  });
}

/**
 * Whether a stated confidence means what it says (the reliability diagram of DeGroot and Fienberg 1983, and the calibration
 * error of Naeini et al., AAAI 2015): of the alerts that are 80 % sure, 80 % should be right. A bin of few alerts says little.
 */
export function reliabilityOf(alerts: readonly StatedAlert[]): Reliability {
  const bins = bounds.flatMap((from, at) => {
    const to = bounds[at + 1] ?? 1;
    const own = alerts.filter(({ confidence }) => confidence >= from && (confidence < to || to === 1));
    if (own.length === 0) return [];
    const stated = own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length;
    return [{ from, to, alerts: own.length, stated, right: own.filter(({ isRight }) => isRight).length / own.length }];
  });
  const off = bins.reduce((sum, bin) => sum + bin.alerts * Math.abs(bin.stated - bin.right), 0);
  return { bins, error: off / alerts.length };
}
