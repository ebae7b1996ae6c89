import type { Frame } from '../core/frame.ts';

/** Visits every row of a frame in order; the array is one and the same, filled anew for each row. */
export function forEachRow(frame: Frame, visit: (values: Float64Array, row: number) => void): void {
  const values = new Float64Array(frame.columns.length);
  for (let row = 0; row < frame.times.length; row += 1) {
    for (let at = 0; at < values.length; at += 1) values[at] = frame.columns[at]?.values[row] ?? Number.NaN;
    visit(values, row);
  }
}
