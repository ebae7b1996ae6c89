import { anomalousRows, type Limits } from '../hold.ts';
import { type AlertMeasures, alertMeasures } from './alerts.ts';
import { eventF1 } from './event-f1.ts';
import { countMarked } from './events.ts';
import { type RankMeasures, rankMeasures } from './ranking.ts';
import { type VolumeUnderSurface, volumeUnderSurface } from './vus.ts';

/** How the rows that a threshold alerts compare to the labelled ones, row by row. */
export type RowMeasures = { readonly rowPrecision: number; readonly rowRecall: number; readonly rowF1: number };

export type Measures = VolumeUnderSurface & RankMeasures & { readonly eventF1: number } & AlertMeasures & RowMeasures;

/**
 * Everything that is measured of scores (high is strange) beside labels (0 or 1). A row without a score is NaN: it counts
 * as score 0 and raises no alert. A measure that does not exist, for want of events or of alerts, is NaN.
 */
export function measure(scores: Float64Array, labels: Uint8Array, at: Limits & { readonly stepMs: number }): Measures {
  const known = scores.map((score) => (Number.isNaN(score) ? 0 : score));
  return {
    ...volumeUnderSurface(known, labels),
    ...rankMeasures(known, labels),
    eventF1: eventF1(known, labels),
    ...alertMeasures(scores, labels, at),
    ...rowMeasures(anomalousRows(scores, at), labels),
  };
}

function rowMeasures(anomalous: Uint8Array, labels: Uint8Array): RowMeasures {
  const alerted = countMarked(anomalous);
  const hits = countMarked(labels.filter((_, row) => anomalous[row] === 1));
  const labelled = countMarked(labels);
  return { rowPrecision: hits / alerted, rowRecall: hits / labelled, rowF1: (2 * hits) / (alerted + labelled) };
}
