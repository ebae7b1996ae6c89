import type { Frame } from '../core/frame.ts';
import type { WatchedMetric } from '../core/watch.ts';

/** A labelled incident whose metrics at fault are known: rows `from` to `to` of what is measured, `to` included. */
export type Interpretation = { readonly from: number; readonly to: number; readonly atFault: ReadonlySet<number> };

/** One entity's numbers, cut into what is learnt from and what is judged. */
export type Series = {
  readonly name: string;
  readonly stepMs: number;
  readonly metrics: readonly WatchedMetric[];
  readonly train: Frame;
  readonly test: Frame;
  /** The rows of `test` that are measured, in order; the others are gaps between the rows of the file. */
  readonly measured: Uint32Array;
  /** One per measured row: 1 is anomalous. */
  readonly labels: Uint8Array;
  /** Empty when nobody wrote down which metrics were at fault. */
  readonly interpretations: readonly Interpretation[];
};

/** Where a series comes from; small enough to be sent to another thread, which reads it for itself. */
export type Source =
  | {
      readonly kind: 'machine';
      readonly name: string;
      readonly stepMs: number;
      readonly train: string;
      readonly test: string;
      readonly label: string;
      readonly interpretation: string | null;
    }
  | {
      readonly kind: 'nab';
      readonly name: string;
      readonly file: string;
      /** Labelled spans of time, epoch ms, both ends included. */
      readonly windows: readonly (readonly [number, number])[];
    }
  | { readonly kind: 'synthetic'; readonly name: string; readonly file: string };

/** The files that a series is read from. */
export function filesOf(source: Source): readonly string[] {
  if (source.kind !== 'machine') return [source.file];
  const { train, test, label, interpretation } = source;
  return [train, test, label, ...(interpretation === null ? [] : [interpretation])];
}

/** Metrics of which nothing is known but their number: no unit, and a deviation either way counts. */
export function namelessMetrics(names: readonly string[]): readonly WatchedMetric[] {
  return names.map((name) => ({ name, query: name, unit: '', harm: 'both' }));
}

/** Rows `from` to `to` of a frame, `to` excluded, without copying. */
export function rowsOf(frame: Frame, from: number, to: number): Frame {
  return {
    times: frame.times.subarray(from, to),
    columns: frame.columns.map(({ name, values }) => ({ name, values: values.subarray(from, to) })),
  };
}
