import type { InjectedKind } from '../core/backtest.ts';
import type { Column, Frame } from '../core/frame.ts';
import type { WatchedMetric } from '../core/watch.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import { fitScale } from '../detection/scale.ts';
import { cascadeLagMs, faultKinds } from './fault-kinds.ts';

/** A fault in rows: from its first to the first that it does not touch any more. `columns` in the order they are befallen. */
export type Fault = {
  readonly kind: InjectedKind;
  readonly from: number;
  readonly to: number;
  readonly columns: readonly number[];
};

/** How a metric is in the rows that teach: what a fault is measured by, and what it can't go beyond. */
export type Usual = { readonly spread: number; readonly low: number; readonly high: number };

/** By column; null for one that the rows have no number of. */
export function usualOf(learnt: Frame, metrics: readonly WatchedMetric[]): readonly (Usual | null)[] {
  return learnt.columns.map(({ name, values }) => {
    const unit = metrics.find((metric) => metric.name === name)?.unit ?? '';
    const sorted = sortedFinite(values);
    const scale = fitScale(sorted, unit, 1);
    if (scale === null) return null;
    const isNegative = quantile(sorted, 0) < 0;
    return { spread: scale.spread, low: isNegative ? -Infinity : 0, high: unit === '%' ? 100 : Infinity };
  });
}

export type Injection = {
  readonly faults: readonly Fault[];
  readonly usual: readonly (Usual | null)[];
  readonly metrics: readonly WatchedMetric[];
  readonly stepMs: number;
};

/** A copy of a history with faults in it. A gap stays a gap, and no value leaves what the metric can be. */
export function inject(history: Frame, { faults, usual, metrics, stepMs }: Injection): Frame {
  const columns: readonly Column[] = history.columns.map(({ name, values }) => ({ name, values: values.slice() }));
  const lag = Math.max(1, Math.round(cascadeLagMs / stepMs));
  for (const fault of faults)
    fault.columns.forEach((place, order) => {
      const column = columns[place];
      const range = usual[place];
      const metric = metrics[place];
      if (column === undefined || metric === undefined || range === undefined || range === null) return;
      befall(column.values, { ...fault, from: fault.from + order * lag }, range, metric);
    });
  return { times: history.times, columns };
}

function befall(values: Float64Array, { kind, from, to }: Fault, { spread, low, high }: Usual, metric: WatchedMetric) {
  const { size, part, direction } = faultKinds[kind];
  const stuck = lastKnown(values, from);
  for (let row = from; row < to; row += 1) {
    const value = values[row] ?? Number.NaN;
    const along = (row - from + 1) / (to - from);
    const moved = size === null ? stuck : value + (direction(metric.harm) ?? 0) * size * spread * part(along);
    if (!Number.isNaN(value)) values[row] = Math.max(low, Math.min(high, moved));
  }
}

/** The last number before a row. */
function lastKnown(values: Float64Array, row: number): number {
  for (let at = row - 1; at >= 0; at -= 1) if (!Number.isNaN(values[at] ?? Number.NaN)) return values[at] ?? 0;
  return Number.NaN;
}
