/** Count, mean and squared differences from the mean, by row, of what is known of some rows that end there. */
export type SlidingMoments = {
  readonly counts: Float64Array;
  readonly means: Float64Array;
  readonly squares: Float64Array;
};

/**
 * The moments of the last `window` values of every row; gaps are left out. Windows are put together from the end of one
 * block of rows and the beginning of the next (van Herk 1992), whose moments are merged (Chan, Golub and LeVeque 1983):
 * the same few steps a row whatever the window, and nothing is ever subtracted from a sum.
 */
export function slideMoments(column: Float64Array, window: number): SlidingMoments {
  const rows = column.length;
  const all = { counts: new Float64Array(rows), means: new Float64Array(rows), squares: new Float64Array(rows) };
  const ends = { counts: new Float64Array(window), means: new Float64Array(window), squares: new Float64Array(window) };
  const sums = { count: 0, mean: 0, square: 0 };
  for (let block = 0; block < rows; block += window) {
    const size = Math.min(window, rows - block);
    clear(sums);
    for (let at = 0; at < size; at += 1) {
      add(sums, column[block + at] ?? Number.NaN);
      const { count, mean, square } = sums;
      const before = at + 1 < window ? (ends.counts[at + 1] ?? 0) : 0;
      const total = before + count;
      const apart = mean - (ends.means[at + 1] ?? 0);
      const row = block + at;
      all.counts[row] = total;
      all.means[row] = before === 0 ? mean : (ends.means[at + 1] ?? 0) + (apart * count) / total;
      all.squares[row] =
        before === 0 ? square : (ends.squares[at + 1] ?? 0) + square + (apart * apart * before * count) / total;
    }
    clear(sums);
    for (let at = size - 1; at >= 0; at -= 1) {
      add(sums, column[block + at] ?? Number.NaN);
      ends.counts[at] = sums.count;
      ends.means[at] = sums.mean;
      ends.squares[at] = sums.square;
    }
  }
  return all;
}

type Sums = { count: number; mean: number; square: number };

function clear(sums: Sums): void {
  sums.count = 0;
  sums.mean = 0;
  sums.square = 0;
}

/** Takes one value (Welford 1962); a gap takes no part. */
function add(sums: Sums, value: number): void {
  if (Number.isNaN(value)) return;
  const away = value - sums.mean;
  sums.count += 1;
  sums.mean += away / sums.count;
  sums.square += away * (value - sums.mean);
}
