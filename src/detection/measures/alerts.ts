import { anomalousRows, type Limits } from '../hold.ts';
import { eventsOf, type Span } from './events.ts';

/** Alerts: runs of rows that score at least the threshold, merged when no more than `gapRows` apart. */
export function alertsAt(scores: Float64Array, threshold: number, gapRows: number): readonly Span[] {
  return alertsOf(anomalousRows(scores, { threshold, release: threshold }), gapRows);
}

/** The same of rows that are marked. */
function alertsOf(anomalous: Uint8Array, gapRows: number): readonly Span[] {
  const alerts: { from: number; to: number }[] = [];
  for (let row = 0; row < anomalous.length; row += 1) {
    if (anomalous[row] !== 1) continue;
    const last = alerts.at(-1);
    if (last !== undefined && row - (last.to - 1) <= gapRows) last.to = row + 1;
    else alerts.push({ from: row, to: row + 1 });
  }
  return alerts;
}

const overlap = (one: Span, other: Span): boolean => one.from < other.to && one.to > other.from;

/** By event, the first of its rows that lies in an alert; null when it was missed. */
export function firstAlerted(events: readonly Span[], alerts: readonly Span[]): readonly (number | null)[] {
  return events.map((event) => {
    const alert = alerts.find((candidate) => overlap(candidate, event));
    return alert === undefined ? null : Math.max(alert.from, event.from);
  });
}

/** How many alerts touch no event. */
export function countFalse(events: readonly Span[], alerts: readonly Span[]): number {
  return alerts.filter((alert) => !events.some((event) => overlap(alert, event))).length;
}

/** What somebody on call feels of a threshold. */
export type AlertMeasures = {
  readonly events: number;
  readonly caught: number;
  readonly alerts: number;
  /** Alerts per day that touch no labelled event. */
  readonly falsePerDay: number;
  /** The share of alerts that touch a labelled event; NaN without an alert. */
  readonly precision: number;
  /** From an event's first row to its alert, minutes; NaN when none is caught. */
  readonly medianDelayMinutes: number;
};

const dayMs = 86_400_000;
/** Alerts no further apart than this are one alert. */
const mergeMs = 15 * 60_000;

export const mergeRowsOf = (stepMs: number): number => Math.max(1, Math.trunc(mergeMs / stepMs));

/** The alerts that scores raise within their limits; a row without a score (NaN) is no alert. */
export function alertsWithin(
  scores: Float64Array,
  { stepMs, ...limits }: Limits & { readonly stepMs: number },
): readonly Span[] {
  return alertsOf(anomalousRows(scores, limits), mergeRowsOf(stepMs));
}

/** Counts what the limits raise; a row without a score (NaN) is no alert. */
export function alertMeasures(
  scores: Float64Array,
  labels: Uint8Array,
  options: Limits & { readonly stepMs: number },
): AlertMeasures {
  const events = eventsOf(labels);
  const alerts = alertsWithin(scores, options);
  const firsts = firstAlerted(events, alerts);
  const delays = firsts.flatMap((first, at) => (first === null ? [] : first - (events[at]?.from ?? 0)));
  const wrong = countFalse(events, alerts);
  return {
    events: events.length,
    caught: delays.length,
    alerts: alerts.length,
    falsePerDay: wrong / ((labels.length * options.stepMs) / dayMs),
    precision: (alerts.length - wrong) / alerts.length,
    medianDelayMinutes: (medianOf(delays) * options.stepMs) / 60_000,
  };
}

/** The middle one, or the mean of the middle two; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
