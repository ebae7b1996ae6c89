/** Mean and standard deviation of several metrics over several windows, kept up to date row by row. */
export type Rolling = {
  /** Takes a row; NaN is a gap, which takes its place in time and no part in the numbers. */
  push(row: Float64Array): void;
  /**
   * Writes mean and standard deviation of a metric's last `windows[window]` rows side by side, or what else is said of rows that
   * hold nothing but gaps, or too few values for a deviation.
   */
  write(metric: number, window: number, into: Float64Array, place: number, otherwise: Otherwise): void;
  /** Turns the last rows of a metric into gaps, as if they had never been seen. */
  forget(metric: number, rows: number): void;
};

export type Otherwise = { readonly mean: number; readonly deviation: number };

export const fewestForDeviation = 4;
/** A deviation of scaled values is right to 1e-9 when it is at least this part of the largest mean square in its sums. */
const exactFrom = 1.2e-4;

/**
 * Sums over a ring of the last rows: a push costs the same whatever the windows' length. Rounding can't pile up, because
 * every sum is made anew from the ring once a lap; a deviation that is small beside what the sums have held since is made
 * from the values themselves.
 */
export function createRolling(metrics: number, windows: readonly number[]): Rolling {
  const length = Math.max(...windows);
  const ring = new Float64Array(length * metrics).fill(Number.NaN);
  const cells = windows.length * metrics;
  const counts = new Float64Array(cells);
  const sums = new Float64Array(cells);
  const squares = new Float64Array(cells);
  /** The largest that each sum of squares has been since it was made anew. */
  const peaks = new Float64Array(cells);
  let place = 0;

  /** The row in the ring before one. */
  const before = (row: number): number => (row === 0 ? length : row) - 1;

  function add(cell: number, value: number): void {
    if (Number.isNaN(value)) return;
    counts[cell] = (counts[cell] ?? 0) + 1;
    sums[cell] = (sums[cell] ?? 0) + value;
    const square = (squares[cell] ?? 0) + value * value;
    squares[cell] = square;
    if (square > (peaks[cell] ?? 0)) peaks[cell] = square;
  }

  function remove(cell: number, value: number): void {
    if (Number.isNaN(value)) return;
    counts[cell] = (counts[cell] ?? 0) - 1;
    sums[cell] = (sums[cell] ?? 0) - value;
    squares[cell] = (squares[cell] ?? 0) - value * value;
  }

  function sumAnew(): void {
    counts.fill(0);
    sums.fill(0);
    squares.fill(0);
    peaks.fill(0);
    windows.forEach((window, at) => {
      for (let back = 1, row = before(place); back <= window; back += 1, row = before(row))
        for (let metric = 0; metric < metrics; metric += 1)
          add(at * metrics + metric, ring[row * metrics + metric] ?? Number.NaN);
    });
  }

  /** The deviation from the values in the ring. */
  function deviationOf(metric: number, window: number, count: number): number {
    const rows = windows[window] ?? 0;
    let [sum, far] = [0, 0];
    for (let back = 1, row = before(place); back <= rows; back += 1, row = before(row))
      sum += zeroForGap(ring[row * metrics + metric] ?? Number.NaN);
    const mean = sum / count;
    for (let back = 1, row = before(place); back <= rows; back += 1, row = before(row))
      far += zeroForGap(((ring[row * metrics + metric] ?? Number.NaN) - mean) ** 2);
    return Math.sqrt(far / count);
  }

  function deviationAround(mean: number, metric: number, window: number): number {
    const cell = window * metrics + metric;
    const count = counts[cell] ?? 0;
    const deviation = Math.sqrt(Math.max(0, (squares[cell] ?? 0) / count - mean * mean));
    const exact = deviation * count >= exactFrom * (peaks[cell] ?? 0);
    return exact ? deviation : deviationOf(metric, window, count);
  }

  return {
    push(row) {
      for (let at = 0; at < windows.length; at += 1) {
        const leaving = ((place - (windows[at] ?? 0) + length) % length) * metrics;
        for (let metric = 0; metric < metrics; metric += 1) {
          remove(at * metrics + metric, ring[leaving + metric] ?? Number.NaN);
          add(at * metrics + metric, row[metric] ?? Number.NaN);
        }
      }
      ring.set(row, place * metrics);
      place = (place + 1) % length;
      if (place === 0) sumAnew();
    },
    write(metric, window, into, at, otherwise) {
      const cell = window * metrics + metric;
      const count = counts[cell] ?? 0;
      const mean = count > 0 ? (sums[cell] ?? 0) / count : otherwise.mean;
      into[at] = mean;
      into[at + 1] = count < fewestForDeviation ? otherwise.deviation : deviationAround(mean, metric, window);
    },
    forget(metric, rows) {
      for (let back = 1; back <= Math.min(rows, length); back += 1)
        ring[((place - back + length) % length) * metrics + metric] = Number.NaN;
      sumAnew();
    },
  };
}

/** A gap adds nothing to a sum. */
const zeroForGap = (value: number): number => (Number.isNaN(value) ? 0 : value);
