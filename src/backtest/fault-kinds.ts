import { type InjectedKind, injectedKinds } from '../core/backtest.ts';
import type { Harm, WatchedMetric } from '../core/watch.ts';

/** What a kind of fault is. `part` is how much of its size is there, given how far the fault is along (0..1). */
export type FaultKind = {
  readonly lastsMs: number;
  /** In multiples of the metric's usual spread; null when the metric sticks to its last value instead. */
  readonly size: number | null;
  readonly part: (along: number) => number;
  readonly direction: (harm: Harm) => 1 | -1 | null;
  /** How many metrics it goes through, one after the other. */
  readonly metrics: number;
};

const minute = 60_000;
/** A fault of less rows than this is a matter of luck. */
const fewestRows = 3;

const atOnce = (): number => 1;
/** The way in which a metric hurts. */
const harmful = (harm: Harm): 1 | -1 => (harm === 'down' ? -1 : 1);
/** What hurts by being high alone is no worse for falling. */
const falling = (harm: Harm): -1 | null => (harm === 'up' ? null : -1);

export const faultKinds: Readonly<Record<InjectedKind, FaultKind>> = {
  spike: { lastsMs: 5 * minute, size: 6, part: atOnce, direction: harmful, metrics: 1 },
  'level shift': { lastsMs: 45 * minute, size: 4, part: atOnce, direction: harmful, metrics: 1 },
  // Rises for half of its time and stays there.
  ramp: { lastsMs: 60 * minute, size: 5, part: (along) => Math.min(1, 2 * along), direction: harmful, metrics: 1 },
  // Rises to its end, where the process is taken to be started anew.
  leak: { lastsMs: 120 * minute, size: 6, part: (along) => along, direction: harmful, metrics: 1 },
  'flat line': { lastsMs: 60 * minute, size: null, part: atOnce, direction: harmful, metrics: 1 },
  drop: { lastsMs: 30 * minute, size: 4, part: atOnce, direction: falling, metrics: 1 },
  cascade: { lastsMs: 30 * minute, size: 3, part: atOnce, direction: harmful, metrics: 3 },
};

/** How much later each metric of a cascade follows. */
export const cascadeLagMs = 2 * minute;

/** The metrics of a watch that a kind of fault can befall. */
export function canBefall(kind: InjectedKind, metric: WatchedMetric): boolean {
  return faultKinds[kind].direction(metric.harm) !== null;
}

/** How many rows a fault of a kind lasts. */
export function rowsOf(kind: InjectedKind, stepMs: number): number {
  return Math.max(fewestRows, Math.ceil(faultKinds[kind].lastsMs / stepMs));
}

export function longestRows(stepMs: number): number {
  return Math.max(...injectedKinds.map((kind) => rowsOf(kind, stepMs)));
}
