import { type InjectedKind, injectedKinds } from '../core/backtest.ts';
import type { Frame } from '../core/frame.ts';
import type { WatchedMetric } from '../core/watch.ts';
import type { Span } from '../detection/measures/events.ts';
import { type Random, sampleWithout } from '../detection/random.ts';
import { canBefall, faultKinds, rowsOf } from './fault-kinds.ts';
import type { Fault, Usual } from './inject.ts';
import type { Fold, Slots } from './plan.ts';

export type Placing = {
  readonly history: Frame;
  readonly fold: Fold;
  readonly slots: Slots;
  readonly metrics: readonly WatchedMetric[];
  readonly stepMs: number;
  /** How each metric is in the rows that teach. */
  readonly usual: readonly (Usual | null)[];
  /** Where something was wrong already: no fault is put there. */
  readonly known: readonly Span[];
  /** How many slots came before these: the kinds take turns over all folds. */
  readonly turn: number;
  readonly random: Random;
};

/** A stretch of judged rows and the fault in it; null where none could be put. */
export type Slot = Span & { readonly fault: Fault | null };

/** So much of a metric's rows must be there for a fault to show. */
const presentShare = 0.9;
/** A metric that changes in less of its rows is flat as it is. */
const movingShare = 0.5;

/** Cuts a fold's judged rows into slots and puts one fault into each, at a random place well inside. */
export function placeFaults(placing: Placing): readonly Slot[] {
  const { fold, slots, known, turn } = placing;
  const count = Math.floor((fold.to - fold.from) / slots.rows);
  return Array.from({ length: count }, (_, at) => {
    const from = fold.from + at * slots.rows;
    const slot = { from, to: from + slots.rows };
    const isTaken = known.some((span) => span.from < slot.to && span.to > slot.from);
    return { ...slot, fault: isTaken ? null : faultIn(slot, turn + at, placing) };
  });
}

/** The kind whose turn it is, or the next one that can befall these metrics. */
function faultIn(slot: Span, turn: number, placing: Placing): Fault | null {
  for (let next = 0; next < injectedKinds.length; next += 1) {
    const kind = injectedKinds[(turn + next) % injectedKinds.length];
    const fault = kind === undefined ? null : faultOf(kind, slot, placing);
    if (fault !== null) return fault;
  }
  return null;
}

function faultOf(kind: InjectedKind, slot: Span, placing: Placing): Fault | null {
  const { slots, stepMs, metrics, random, history, usual } = placing;
  const rows = rowsOf(kind, stepMs);
  const free = slots.rows - rows - 2 * slots.marginRows;
  const from = slot.from + slots.marginRows + random.below(free + 1);
  const span = { from, to: from + rows };
  const able = metrics.flatMap((metric, column) => {
    const values = history.columns[column]?.values.subarray(span.from, span.to) ?? new Float64Array();
    const fits = (usual[column] ?? null) !== null && canBefall(kind, metric) && isThere(values);
    return fits && (faultKinds[kind].size !== null || isMoving(values)) ? [column] : [];
  });
  const wanted = faultKinds[kind].metrics;
  if (able.length < Math.min(wanted, 2)) return null;
  const columns = [...sampleWithout(able.length, wanted, random)].flatMap((place) => able[place] ?? []);
  return { kind, ...span, columns };
}

function isThere(values: Float64Array): boolean {
  return values.filter((value) => !Number.isNaN(value)).length >= presentShare * values.length;
}

function isMoving(values: Float64Array): boolean {
  return values.filter((value, row) => row > 0 && value !== values[row - 1]).length >= movingShare * values.length;
}
