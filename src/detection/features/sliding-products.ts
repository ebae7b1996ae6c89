/**
 * Visits every row with the count of the last `window` rows that have both values, and over them the sums of squares and of
 * products of the differences from the means. Blocks and merging as in `slideMoments`, for two columns.
 */
export function slideProducts(
  x: Float64Array,
  y: Float64Array,
  window: number,
  visit: (row: number, count: number, xSquares: number, ySquares: number, products: number) => void,
): void {
  const ends = Array.from({ length: window + 1 }, createSums);
  const [begin, both] = [createSums(), createSums()];
  for (let block = 0; block < x.length; block += window) {
    const size = Math.min(window, x.length - block);
    clear(begin);
    for (let at = 0; at < size; at += 1) {
      add(begin, x[block + at] ?? Number.NaN, y[block + at] ?? Number.NaN);
      merge(both, ends[at + 1] ?? begin, begin);
      visit(block + at, both.count, both.xs, both.ys, both.products);
    }
    clear(begin);
    for (let at = size - 1; at >= 0; at -= 1) {
      add(begin, x[block + at] ?? Number.NaN, y[block + at] ?? Number.NaN);
      Object.assign(ends[at] ?? {}, begin);
    }
  }
}

type Sums = { count: number; xMean: number; yMean: number; xs: number; ys: number; products: number };

const createSums = (): Sums => ({ count: 0, xMean: 0, yMean: 0, xs: 0, ys: 0, products: 0 });
const clear = (sums: Sums): Sums => Object.assign(sums, createSums());

/** Takes one row; one that does not have both takes no part. */
function add(sums: Sums, x: number, y: number): void {
  if (Number.isNaN(x) || Number.isNaN(y)) return;
  sums.count += 1;
  const xAway = x - sums.xMean;
  const yAway = y - sums.yMean;
  sums.xMean += xAway / sums.count;
  sums.yMean += yAway / sums.count;
  sums.xs += xAway * (x - sums.xMean);
  sums.ys += yAway * (y - sums.yMean);
  sums.products += xAway * (y - sums.yMean);
}

/** Fills `into` with the sums of squares and products of two lots of rows together. */
function merge(into: Sums, a: Sums, b: Sums): void {
  const xApart = b.xMean - a.xMean;
  const yApart = b.yMean - a.yMean;
  into.count = a.count + b.count;
  const share = into.count === 0 ? 0 : (a.count * b.count) / into.count;
  into.xs = a.xs + b.xs + share * xApart * xApart;
  into.ys = a.ys + b.ys + share * yApart * yApart;
  into.products = a.products + b.products + share * xApart * yApart;
}
