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
/** What stands out may cost so many times the budget in history. */
const bearableBudgets = 2;
/** A threshold lies this much above the highest score when not one alert can be afforded. */
const margin = 1.05;

/** A history of this length would hold one row in ten times that scores so much: it is no part of what is normal. */
export function outstandingFrom(scores: Float64Array): number {
  return Math.log10(countScored(scores)) + 1;
}

/** How many rows have a score. */
export const countScored = (scores: Float64Array): number =>
  scores.reduce((count, score) => (Number.isNaN(score) ? count : count + 1), 0);

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

/** Rarities (-log10 of a tail probability) of history in time order; NaN is a row without one. */
export type HistoryScores = {
  readonly all: Float64Array;
  /** The same without the rows that are kept out of learning. */
  readonly normal: Float64Array;
};

/**
 * The lowest threshold that keeps history within the budget. What stands out in history counts like all else, for most of
 * it is the odd hour that will come again, and an incident of any length costs one alert; but what is so rare that it is no
 * part of what is normal is alerted for, unless history held it more than twice as often as the budget. Where history is too short to hold a few budgeted alerts, one
 * incident would cost all: only normal rows count, and the tail says how rare a row must be. A budget of one alert a day
 * at 2,880 rows a day asks for a rarity of log10(2880) = 3.5.
 */
export function fitThreshold({ all, normal }: HistoryScores, options: BudgetOptions): number {
  const { alertBudgetPerDay, stepMs } = options;
  const affordableIn = (scores: Float64Array): number =>
    Math.floor(((countScored(scores) * stepMs) / dayMs) * alertBudgetPerDay);
  const mergeRows = Math.floor(mergeMs / stepMs);
  const affordable = affordableIn(all);
  if (affordable >= fewestAlerts) {
    const bearable = lowestWithin(all, bearableBudgets * affordable, mergeRows);
    return Math.min(lowestWithin(all, affordable, mergeRows), Math.max(outstandingFrom(all), bearable));
  }
  const counted = lowestWithin(normal, affordableIn(normal), mergeRows);
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
  let lowest: number | null = null;
  for (const row of order) {
    const before = nearest(alerted, row, -1, mergeRows);
    const after = nearest(alerted, row, 1, mergeRows);
    if (before === null && after === null) alerts += 1;
    else if (before !== null && after !== null && before + after > mergeRows) alerts -= 1;
    alerted[row] = 1;
    const score = scores[row] ?? 0;
    if (alerts > affordable) return lowest ?? score * margin;
    lowest = score;
  }
  return lowest ?? 0;
}

/** How many rows away the next alerted row is; null when none is within reach. */
function nearest(alerted: Uint8Array, row: number, direction: 1 | -1, reach: number): number | null {
  for (let away = 1; away <= reach; away += 1) if (alerted[row + direction * away] === 1) return away;
  return null;
}
