/** Where the numbers lie that a metric's forecast is made from, and how far they usually are from there; in scaled units. */
export type Stance = { readonly middle: number; readonly size: number };

/** The stance of differences from a level: they lie around nothing, and are scaled already. */
export const aroundNothing: Stance = { middle: 0, size: 1 };

/** A value that is so many sizes off says no more than that it is far. */
const farthest = 20;
/** A metric is believed to stand this part of its reach around its middle at the least. */
const smallestSize = 0.02;

/** Mean and standard deviation of one column of `values` (`width` columns, row by row) over some rows. */
export function fitStance(
  values: Float64Array,
  width: number,
  rows: Uint32Array,
  { at, reach }: { readonly at: number; readonly reach: number },
): Stance {
  let [sum, squares] = [0, 0];
  for (const row of rows) {
    const value = values[row * width + at] ?? 0;
    sum += value;
    squares += value * value;
  }
  const count = Math.max(1, rows.length);
  const middle = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - middle * middle));
  return { middle, size: Math.max(smallestSize * reach, deviation) };
}

/** A scaled value in sizes from the middle. */
export const toStance = ({ middle, size }: Stance, value: number): number => (value - middle) / size;

/** Such a value as far off as a forecast is made from. */
export const cutToStance = (value: number): number => Math.max(-farthest, Math.min(farthest, value));
