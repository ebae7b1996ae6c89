/** One metric over the rows of a frame. A gap is NaN, never zero. */
export type Column = { readonly name: string; readonly values: Float64Array };

/**
 * The metrics of one entity on one clock: `times` are epoch ms, ascending and evenly spaced;
 * every column has as many values as there are times.
 */
export type Frame = { readonly times: Float64Array; readonly columns: readonly Column[] };

export function rowCount(frame: Frame): number {
  return frame.times.length;
}
