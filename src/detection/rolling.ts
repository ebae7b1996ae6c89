/** Mean and standard deviation of several metrics over several windows, kept up to date row by row. */
export type Rolling = {
  /** Takes a row; NaN is a gap, which takes its place in time and no part in the numbers. */
  push(row: Float64Array): void;
  /** Of the last `windows[window]` rows; `otherwise` when they hold nothing but gaps. */
  mean(metric: number, window: number, otherwise: number): number;
  /** The same for the standard deviation; too few values say nothing of it. */
  deviation(metric: number, window: number, otherwise: number): number;
  /** Turns the last rows of a metric into gaps, as if they had never been seen. */
  forget(metric: number, rows: number): void;
};

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

  function add(cell: number, value: number, sign: 1 | -1): void {
    if (Number.isNaN(value)) return;
    counts[cell] = (counts[cell] ?? 0) + sign;
    sums[cell] = (sums[cell] ?? 0) + sign * value;
    squares[cell] = (squares[cell] ?? 0) + sign * value * value;
    peaks[cell] = Math.max(peaks[cell] ?? 0, squares[cell] ?? 0);
  }

  function sumAnew(): void {
    counts.fill(0);
    sums.fill(0);
    squares.fill(0);
    peaks.fill(0);
    windows.forEach((window, at) => {
      for (let back = 1; back <= window; back += 1) {
        const row = (place - back + length) % length;
        for (let metric = 0; metric < metrics; metric += 1)
          add(at * metrics + metric, ring[row * metrics + metric] ?? Number.NaN, 1);
      }
    });
  }

  /** The deviation from the values in the ring. */
  function deviationOf(metric: number, window: number, count: number): number {
    const rows = windows[window] ?? 0;
    const valueAt = (back: number): number => ring[((place - back + length) % length) * metrics + metric] ?? Number.NaN;
    let [sum, far] = [0, 0];
    for (let back = 1; back <= rows; back += 1) sum += zeroForGap(valueAt(back));
    const mean = sum / count;
    for (let back = 1; back <= rows; back += 1) far += zeroForGap((valueAt(back) - mean) ** 2);
    return Math.sqrt(far / count);
  }

  return {
    push(row) {
      for (let at = 0; at < windows.length; at += 1) {
        const leaving = ((place - (windows[at] ?? 0) + length) % length) * metrics;
        for (let metric = 0; metric < metrics; metric += 1) {
          add(at * metrics + metric, ring[leaving + metric] ?? Number.NaN, -1);
          add(at * metrics + metric, row[metric] ?? Number.NaN, 1);
        }
      }
      ring.set(row, place * metrics);
      place = (place + 1) % length;
      if (place === 0) sumAnew();
    },
    mean(metric, window, otherwise) {
      const cell = window * metrics + metric;
      const count = counts[cell] ?? 0;
      return count > 0 ? (sums[cell] ?? 0) / count : otherwise;
    },
    deviation(metric, window, otherwise) {
      const cell = window * metrics + metric;
      const count = counts[cell] ?? 0;
      if (count < fewestForDeviation) return otherwise;
      const mean = (sums[cell] ?? 0) / count;
      const deviation = Math.sqrt(Math.max(0, (squares[cell] ?? 0) / count - mean * mean));
      const exact = deviation * count >= exactFrom * (peaks[cell] ?? 0);
      return exact ? deviation : deviationOf(metric, window, count);
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
