import { alertsAt, countFalse, firstAlerted } from './alerts.ts';
import { eventsOf } from './events.ts';
import { sweepThresholds } from './sweep.ts';

const candidates = 120;
const searchedShare = 0.4;
/** Alerts of runs no further apart than this many rows are one alert. */
const gapRows = 10;
/** A threshold that alerts more of the rows than this (tied scores) is one endless alert and no detection. */
const largestShare = 0.25;

/**
 * The best F1 of the share of labelled events with an alert and the share of alerts that touch an event, over thresholds
 * chosen with the labels: an upper bound. No row is counted, so a long event is worth what a short one is.
 */
export function eventF1(scores: Float64Array, labels: Uint8Array): number {
  const events = eventsOf(labels);
  if (events.length === 0) return Number.NaN;
  let best = 0;
  for (const threshold of sweepThresholds(scores, candidates, searchedShare)) {
    if (countFrom(scores, threshold) / scores.length > largestShare) break;
    const alerts = alertsAt(scores, threshold, gapRows);
    const recall = firstAlerted(events, alerts).filter((first) => first !== null).length / events.length;
    const precision = 1 - countFalse(events, alerts) / alerts.length;
    if (recall + precision > 0) best = Math.max(best, (2 * recall * precision) / (recall + precision));
  }
  return best;
}

/** How many scores are at least so high. */
function countFrom(scores: Float64Array, threshold: number): number {
  let count = 0;
  for (let row = 0; row < scores.length; row += 1) if ((scores[row] ?? 0) >= threshold) count += 1;
  return count;
}
