/** Where an anomaly begins, and where it ends. */
export type Limits = { readonly threshold: number; readonly release: number };

/** An anomaly lasts until it scores less than this part of the threshold. */
const releasePart = 0.7;

export const releaseOf = (threshold: number): number => releasePart * threshold;

/** Whether a row is anomalous after one that was or was not: a score that flutters around one limit is one alert, not many. */
export function isAnomalous(score: number, wasAnomalous: boolean, { threshold, release }: Limits): boolean {
  return score >= (wasAnomalous ? release : threshold);
}

/** Marks the anomalous ones of rows in time order; NaN is a row without a score and ends what was. */
export function anomalousRows(scores: Float64Array, limits: Limits): Uint8Array {
  const anomalous = new Uint8Array(scores.length);
  let was = false;
  for (let row = 0; row < scores.length; row += 1) {
    was = isAnomalous(scores[row] ?? Number.NaN, was, limits);
    if (was) anomalous[row] = 1;
  }
  return anomalous;
}
