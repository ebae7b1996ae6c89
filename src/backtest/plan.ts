import type { TimeRange } from '../core/metric-source.ts';
import type { Watch } from '../core/watch.ts';
import { longestRows } from './fault-kinds.ts';

/** Rows `learnFrom..from` teach, rows `from..to` are judged; `from` and `to` are the first rows that are not any more. */
export type Fold = { readonly learnFrom: number; readonly from: number; readonly to: number };

/** Judged blocks; each is long enough for several faults. */
const mostFolds = 4;
const slotsPerFold = 3;
const shortestSlotMs = 4 * 3_600_000;
/** Calm between faults: the alert of the one is over before the next begins. */
const calmMs = 30 * 60_000;
const calmRows = 4;

/** A slot is the time around one fault; a fault keeps `marginRows` from both of its ends. All in rows. */
export type Slots = { readonly rows: number; readonly marginRows: number };

export function slotsOf({ stepMs, resolveAfterMs }: Pick<Watch, 'stepMs' | 'resolveAfterMs'>): Slots {
  const marginRows = Math.ceil(Math.max(calmMs, resolveAfterMs) / stepMs) + calmRows;
  const rows = Math.max(Math.ceil(shortestSlotMs / stepMs), longestRows(stepMs) + 3 * marginRows);
  return { rows, marginRows };
}

/** The history that a backtest needs at least: as much to learn from as to judge. */
export function neededRows(watch: Pick<Watch, 'stepMs' | 'resolveAfterMs'>): number {
  return 2 * slotsPerFold * slotsOf(watch).rows;
}

/** The range that a backtest reads, on the grid that the ticks are on. */
export function rangeOf({ stepMs }: Pick<Watch, 'stepMs'>, days: number, now: number): TimeRange {
  const to = Math.floor(now / stepMs) * stepMs;
  return { from: to - Math.floor((days * 86_400_000) / stepMs) * stepMs, to, stepMs };
}

/**
 * Cuts the rows `first..rows` of a history into folds: the younger half is judged block by block, and each block is judged by
 * what was learnt from the rows before it, no more of them than a live model learns from. None when that is too little.
 */
export function planFolds(
  watch: Pick<Watch, 'stepMs' | 'resolveAfterMs' | 'historyMs'>,
  first: number,
  rows: number,
  most: number = mostFolds,
): readonly Fold[] {
  const known = rows - first;
  if (known < neededRows(watch)) return [];
  const judged = Math.floor(known / 2);
  const count = Math.min(most, Math.floor(judged / (slotsPerFold * slotsOf(watch).rows)));
  const block = Math.floor(judged / count);
  const mostLearnt = Math.floor(watch.historyMs / watch.stepMs);
  return Array.from({ length: count }, (_, at): Fold => {
    const from = rows - (count - at) * block;
    return { learnFrom: Math.max(first, from - mostLearnt), from, to: from + block };
  });
}
