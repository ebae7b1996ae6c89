import { type BacktestReport, injectedKinds, type KindResult } from '../core/backtest.ts';
import { medianOf } from '../detection/measures/alerts.ts';
import { faultKinds, rowsOf } from './fault-kinds.ts';
import type { FoldResult, SlotResult } from './judge.ts';

const dayMs = 86_400_000;

type Measured = Pick<
  BacktestReport,
  | 'judgedRows'
  | 'falseAlerts'
  | 'falsePerDay'
  | 'known'
  | 'knownCaught'
  | 'injected'
  | 'caught'
  | 'precision'
  | 'medianDelayMs'
  | 'kinds'
>;

/** Sums up what all entities and folds gave. */
export function sumUp(results: readonly FoldResult[], stepMs: number): Measured {
  const sum = (of: (result: FoldResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const slots = results.flatMap((result) => result.slots);
  const judgedRows = sum((result) => result.judgedRows);
  const falseAlerts = sum((result) => result.falseAlerts);
  return {
    judgedRows,
    falseAlerts,
    falsePerDay: falseAlerts / ((judgedRows * stepMs) / dayMs),
    known: sum((result) => result.known),
    knownCaught: sum((result) => result.knownCaught),
    ...countOf(slots, stepMs),
    kinds: injectedKinds.map((kind): KindResult => {
      const ofKind = slots.filter(({ slot }) => slot.fault?.kind === kind);
      return {
        kind,
        size: faultKinds[kind].size,
        lastsMs: rowsOf(kind, stepMs) * stepMs,
        ...countOf(ofKind, stepMs),
      };
    }),
  };
}

function countOf(slots: readonly SlotResult[], stepMs: number) {
  const delays = slots.flatMap(({ delayRows }) => (delayRows === null ? [] : delayRows * stepMs));
  const wrong = slots.reduce((total, slot) => total + slot.falseAlerts.length, 0);
  return {
    injected: slots.filter(({ slot }) => slot.fault !== null).length,
    caught: delays.length,
    medianDelayMs: medianOf(delays),
    precision: delays.length / (delays.length + wrong),
  };
}
