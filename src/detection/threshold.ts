export type BudgetOptions = {
  /** False alerts that are accepted, per entity and day. */
  readonly alertBudgetPerDay: number;
  readonly stepMs: number;
};

const dayMs = 86_400_000;
/** Alerts closer than this are one alert. */
export const mergeMs = 15 * 60_000;
/** With fewer alerts than this to count, history is too short to set the threshold by counting alone. */
const fewestAlerts = 3;
/** A threshold lies at least this much above the last score that history would have been alerted for. */
const margin = 1.05;

/** The number of alerts that scores in time order raise at a threshold; NaN is a row without a score. */
export function countAlerts(scores: Float64Array, threshold: number, mergeRows: number): number {
  let alerts = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < scores.length; row += 1) {
    if (!((scores[row] ?? Number.NaN) >= threshold)) continue;
    if (row - last > mergeRows) alerts += 1;
    last = row;
  }
  return alerts;
}

/**
 * The lowest threshold that keeps normal history within the budget. `scores` are rarities (-log10 of a tail probability)
 * of normal rows in time order. Where history is too short to hold a few budgeted alerts, the tail says how rare a
 * row must be: a budget of one alert a day at 2,880 rows a day asks for a rarity of log10(2880) = 3.5.
 */
export function fitThreshold(scores: Float64Array, options: BudgetOptions): number {
  const { alertBudgetPerDay, stepMs } = options;
  const judged = scores.reduce((count, score) => (Number.isNaN(score) ? count : count + 1), 0);
  const affordable = Math.floor(((judged * stepMs) / dayMs) * alertBudgetPerDay);
  const mergeRows = Math.floor(mergeMs / stepMs);
  const counted = lowestWithin(scores, affordable, mergeRows) * margin;
  if (affordable >= fewestAlerts) return counted;
  return Math.max(counted, Math.log10(dayMs / stepMs / alertBudgetPerDay));
}

/**
 * Lowers the threshold score by score from the top and stops before the first alert too many. Bisection would be wrong:
 * at a low threshold all rows merge into one alert.
 */
function lowestWithin(scores: Float64Array, affordable: number, mergeRows: number): number {
  const order = Uint32Array.from(scores.keys())
    .filter((row) => !Number.isNaN(scores[row] ?? Number.NaN))
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const alerted = new Uint8Array(scores.length);
  let alerts = 0;
  for (const row of order) {
    const before = nearest(alerted, row, -1, mergeRows);
    const after = nearest(alerted, row, 1, mergeRows);
    if (before === null && after === null) alerts += 1;
    else if (before !== null && after !== null && before + after > mergeRows) alerts -= 1;
    alerted[row] = 1;
    if (alerts > affordable) return scores[row] ?? 0;
  }
  return scores[order.at(-1) ?? 0] ?? 0;
}

/** How many rows away the next alerted row is; null when none is within reach. */
function nearest(alerted: Uint8Array, row: number, direction: 1 | -1, reach: number): number | null {
  for (let away = 1; away <= reach; away += 1) if (alerted[row + direction * away] === 1) return away;
  return null;
}
