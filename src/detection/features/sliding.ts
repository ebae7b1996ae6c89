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
  for (let block = 0; block < rows; block += window) {
    const size = Math.min(window, rows - block);
    let [count, mean, square] = [0, 0, 0];
    for (let at = 0; at < size; at += 1) {
      const value = column[block + at] ?? Number.NaN;
      if (!Number.isNaN(value)) {
        count += 1;
        const away = value - mean;
        mean += away / count;
        square += away * (value - mean);
      }
      const before = at + 1 < window ? (ends.counts[at + 1] ?? 0) : 0;
      const total = before + count;
      const apart = mean - (ends.means[at + 1] ?? 0);
      const row = block + at;
      all.counts[row] = total;
      all.means[row] = before === 0 ? mean : (ends.means[at + 1] ?? 0) + (apart * count) / total;
      all.squares[row] =
        before === 0 ? square : (ends.squares[at + 1] ?? 0) + square + (apart * apart * before * count) / total;
    }
    fillEnds(column, block, size, ends);
  }
  return all;
}

/** The moments of a block's rows from each of them to its end. */
function fillEnds(column: Float64Array, block: number, size: number, ends: SlidingMoments): void {
  let [count, mean, square] = [0, 0, 0];
  for (let at = size - 1; at >= 0; at -= 1) {
    const value = column[block + at] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      count += 1;
      const away = value - mean;
      mean += away / count;
      square += away * (value - mean);
    }
    ends.counts[at] = count;
    ends.means[at] = mean;
    ends.squares[at] = square;
  }
}
