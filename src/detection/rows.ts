import { type Frame, rowCount } from '../core/frame.ts';

/** Visits every row of a frame in order; the array is one and the same, filled anew for each row. */
export function forEachRow(frame: Frame, visit: (values: Float64Array, row: number) => void): void {
  const values = new Float64Array(frame.columns.length);
  for (let row = 0; row < frame.times.length; row += 1) {
    for (let at = 0; at < values.length; at += 1) values[at] = frame.columns[at]?.values[row] ?? Number.NaN;
    visit(values, row);
  }
}

/** How many rows of a frame hold a value at all. */
export function countKnownRows(frame: Frame): number {
  let known = 0;
  forEachRow(frame, (values) => {
    if (values.some((value) => !Number.isNaN(value))) known += 1;
  });
  return known;
}

/** A frame from its first row with a value on: what lies before was never recorded and is no part of history. */
export function fromFirstKnownRow(frame: Frame): Frame {
  const isKnown = (row: number): boolean =>
    frame.columns.some(({ values }) => !Number.isNaN(values[row] ?? Number.NaN));
  let first = 0;
  while (first < rowCount(frame) && !isKnown(first)) first += 1;
  return {
    times: frame.times.subarray(first),
    columns: frame.columns.map(({ name, values }) => ({ name, values: values.subarray(first) })),
  };
}
