import type { FitOptions } from '../../core/detector.ts';
import type { Frame } from '../../core/frame.ts';
import type { Scale } from '../scale.ts';

/** What is told of a feature. `per` says how often it is there: for every metric, every related pair, or once a row. */
export type FeatureKind = {
  readonly name: string;
  readonly per: 'metric' | 'pair' | 'row';
  readonly formula: string;
  readonly unit: string;
  readonly reason: string;
};

/** A kind of feature of one metric or pair: `of` names it, and is empty for what a row has once. */
export type Feature = FeatureKind & { readonly of: string };

/** A metric of which history holds at least one number. `column` is its place in raw rows. */
export type FeatureMetric = { readonly name: string; readonly column: number; readonly scale: Scale };

/** Rows column by column: as they came, and by known metric in scaled units. NaN is a gap. */
export type History = {
  readonly frame: Frame;
  readonly stepMs: number;
  readonly metrics: readonly FeatureMetric[];
  readonly scaled: readonly Float64Array[];
};

/** One row of a history. The arrays may be filled anew for the next row. */
export type FeatureRow = { readonly at: number; readonly raw: Float64Array; readonly scaled: Float64Array };

/** Follows one entity row by row. */
export type FeatureStream = {
  /** Takes the next row and writes its features; NaN where there is none. */
  push(row: FeatureRow, features: Float64Array): void;
};

/** Takes one feature of all rows of a history. The column is the giver's own and is overwritten by the next. */
export type TakeColumn = (feature: number, column: Float64Array) => void;

/**
 * A group after it has learnt what it needs. Both forms give the same: row t is made of rows up to t, a gap moves nothing
 * and is never taken for zero, and a feature that a row does not have is NaN.
 */
export type FittedGroup = {
  readonly features: readonly Feature[];
  /** The form for the tick. */
  open(): FeatureStream;
  /** The form for history, whose first row is the first row ever; `history` has the metrics that were learnt from. */
  fill(history: History, take: TakeColumn): void;
};

/** Features that are made in one way. */
export type FeatureGroup = {
  readonly name: string;
  readonly kinds: readonly FeatureKind[];
  fit(history: History, options: FitOptions): FittedGroup;
};

/** Every kind for every metric, one metric after another. */
export function forEachMetric(metrics: readonly FeatureMetric[], kinds: readonly FeatureKind[]): readonly Feature[] {
  return metrics.flatMap(({ name }) => kinds.map((kind) => ({ ...kind, of: name })));
}
