import type { Contribution, Detector, FitOptions } from '../core/detector.ts';
import { ConfigError } from '../core/errors.ts';
import { anomalousRows, type Limits } from '../detection/hold.ts';
import { type BlamedIncident, type BlameMeasures, blameMeasures } from '../detection/measures/blame.ts';
import { type Measures, measure } from '../detection/measures/measure.ts';
import { type StatedAlert, statedAlerts } from '../detection/measures/reliability.ts';
import { fitByTheHour } from './by-the-hour.ts';
import { type Followed, follow, followTest, noReason, type WantsReason } from './follow.ts';
import type { fitPlainForest } from './plain-forest.ts';
import type { Interpretation, Series } from './series.ts';
import { thresholdWithin } from './threshold-within.ts';

/** The product's score, its forest alone on its features, a forest on rows as they are, and how far a row is from what is usual at this hour. */
export const methods = ['fused', 'forest', 'plain', 'hour'] as const;
export type Method = (typeof methods)[number];

export type Verdict = Measures & BlameMeasures & { readonly threshold: number };

/** What is judged and written of every measured row. */
export type ScoredRow = {
  readonly score: number;
  readonly forest: number;
  readonly isAlert: boolean;
  /** Numbers of metrics from 1 on, most blamed first; empty without an alert. */
  readonly blamed: readonly number[];
};

export type Judged = {
  readonly verdicts: Readonly<Record<Method, Verdict>>;
  readonly rows: readonly ScoredRow[];
  /** The product's alerts. */
  readonly alerts: readonly StatedAlert[];
};

export type Detectors = { readonly detector: Detector; readonly fitPlain: typeof fitPlainForest };

/** False alerts per day that the thresholds are set for. */
export const alertBudgetPerDay = 1;

/** Learns from the series' train rows, judges its test rows and measures the outcome. Throws a `ConfigError` for too little history. */
export function judgeSeries(series: Series, { detector, fitPlain }: Detectors, seed: number): Judged {
  const { metrics, stepMs, train } = series;
  const options: FitOptions = { metrics, seed, alertBudgetPerDay, stepMs };
  const outcome = detector.fit(train, options);
  if (outcome.kind !== 'fitted')
    throw new ConfigError([`${series.name} has ${outcome.rows} rows to learn from and needs ${outcome.needed}`]);
  const fused = outcome.detector;
  const learnt = follow(fused.open(), train, noReason);
  const forestThreshold = thresholdWithin(learnt.forest, options);
  const inIncident = rowsInIncidents(series);
  const wanted: WantsReason = (row, score) => inIncident.has(row) || score >= fused.release;
  const ours = followTest(fused, series, wanted);
  const plain = fitPlain(train, options);
  const theirs = followTest(plain, series, (row) => inIncident.has(row));
  const hour = fitByTheHour(train, options);
  const usual = followTest(hour, series, (row) => inIncident.has(row));
  return {
    verdicts: {
      fused: verdictOf(series, ours.scores, ours.reasons, fused),
      forest: verdictOf(series, ours.forest, ours.reasons, { threshold: forestThreshold, release: forestThreshold }),
      plain: verdictOf(series, theirs.scores, theirs.reasons, { ...plain, release: plain.threshold }),
      hour: verdictOf(series, usual.scores, usual.reasons, { ...hour, release: hour.threshold }),
    },
    rows: scoredRows(series, ours, fused),
    alerts: statedAlerts(measuredOf(series, ours.scores), series.labels, {
      threshold: fused.threshold,
      release: fused.release,
      stepMs,
      confidence: fused.confidence,
    }),
  };
}

/** The rows of an incident: the labelled ones between its ends, or all when none is labelled. */
function rowsOfIncident({ labels, measured }: Series, { from, to }: Interpretation): readonly number[] {
  const all = Array.from({ length: to - from + 1 }, (_, at) => from + at).filter((at) => at < labels.length);
  const labelled = all.filter((at) => labels[at] === 1);
  return (labelled.length > 0 ? labelled : all).map((at) => measured[at] ?? 0);
}

const rowsInIncidents = (series: Series): ReadonlySet<number> =>
  new Set(series.interpretations.flatMap((incident) => rowsOfIncident(series, incident)));

const measuredOf = ({ measured }: Series, scores: Float64Array): Float64Array =>
  Float64Array.from(measured, (row) => scores[row] ?? Number.NaN);

function verdictOf(
  series: Series,
  scores: Float64Array,
  reasons: Followed['reasons'],
  { threshold, release }: Limits,
): Verdict {
  const { labels, stepMs, interpretations } = series;
  const judged = measuredOf(series, scores);
  const incidents = interpretations.map((incident): BlamedIncident => {
    const rows = rowsOfIncident(series, incident);
    const alerted = rows.filter((row) => (scores[row] ?? Number.NaN) >= threshold);
    return { blame: sumUp(series, alerted.length > 0 ? alerted : rows, reasons), atFault: incident.atFault };
  });
  return { ...measure(judged, labels, { threshold, release, stepMs }), ...blameMeasures(incidents), threshold };
}

/** By metric, its shares of the blame over some rows. */
function sumUp(series: Series, rows: readonly number[], reasons: Followed['reasons']): Float64Array {
  const blame = new Float64Array(series.metrics.length);
  for (const row of rows)
    for (const { metric, share } of reasons.get(row) ?? []) {
      const at = placeOf(series, metric);
      blame[at] = (blame[at] ?? 0) + share;
    }
  return blame;
}

const placeOf = (series: Series, metric: string): number => series.metrics.findIndex(({ name }) => name === metric);

function scoredRows(series: Series, { scores, forest, reasons }: Followed, limits: Limits): readonly ScoredRow[] {
  const anomalous = anomalousRows(scores, limits);
  return Array.from(series.measured, (row) => {
    const isAlert = anomalous[row] === 1;
    const because: readonly Contribution[] = isAlert ? (reasons.get(row) ?? []) : [];
    const blamed = because.filter(({ share }) => share > 0).map(({ metric }) => placeOf(series, metric) + 1);
    const score = zeroForNone(scores[row] ?? Number.NaN);
    return { score, forest: zeroForNone(forest[row] ?? Number.NaN), isAlert, blamed };
  });
}

const zeroForNone = (score: number): number => (Number.isNaN(score) ? 0 : score);
