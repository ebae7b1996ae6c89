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
  return rowsBetween(frame, firstKnownRow(frame), rowCount(frame));
}

/** The first row with a value; the number of rows when there is none. */
export function firstKnownRow({ columns, times }: Frame): number {
  const first = times.findIndex((_, row) => columns.some(({ values }) => !Number.isNaN(values[row] ?? Number.NaN)));
  return first === -1 ? times.length : first;
}

/** The rows `from..to` of a frame, `to` excluded; they are not copied. */
export function rowsBetween(frame: Frame, from: number, to: number): Frame {
  return {
    times: frame.times.subarray(from, to),
    columns: frame.columns.map(({ name, values }) => ({ name, values: values.subarray(from, to) })),
  };
}
