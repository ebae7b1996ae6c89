import { alertsAt, mergeRowsOf } from '../detection/measures/alerts.ts';
import { sweepThresholds } from '../detection/measures/sweep.ts';

const dayMs = 86_400_000;
const candidates = 150;
const searchedShare = 0.25;

/**
 * The threshold of a score that has none of its own: the lowest, coming from the top, at which the rows it was learnt from
 * raise no more alerts than the budget. NaN is a row without a score.
 */
export function thresholdWithin(
  scores: Float64Array,
  { alertBudgetPerDay, stepMs }: { readonly alertBudgetPerDay: number; readonly stepMs: number },
): number {
  const judged = scores.filter((score) => !Number.isNaN(score));
  const affordable = ((judged.length * stepMs) / dayMs) * alertBudgetPerDay;
  let lowest = Number.POSITIVE_INFINITY;
  for (const threshold of sweepThresholds(judged, candidates, searchedShare)) {
    if (alertsAt(scores, threshold, mergeRowsOf(stepMs)).length > affordable) break;
    lowest = threshold;
  }
  return lowest;
}
