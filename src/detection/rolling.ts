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

const fewestForDeviation = 4;

/**
 * Sums over a ring of the last rows: a push costs the same whatever the windows' length. Rounding can't pile up, because
 * every sum is made anew from the ring once a lap.
 */
export function createRolling(metrics: number, windows: readonly number[]): Rolling {
  const length = Math.max(...windows);
  const ring = new Float64Array(length * metrics).fill(Number.NaN);
  const cells = windows.length * metrics;
  const counts = new Float64Array(cells);
  const sums = new Float64Array(cells);
  const squares = new Float64Array(cells);
  let place = 0;

  function add(cell: number, value: number, sign: 1 | -1): void {
    if (Number.isNaN(value)) return;
    counts[cell] = (counts[cell] ?? 0) + sign;
    sums[cell] = (sums[cell] ?? 0) + sign * value;
    squares[cell] = (squares[cell] ?? 0) + sign * value * value;
  }

  function sumAnew(): void {
    counts.fill(0);
    sums.fill(0);
    squares.fill(0);
    windows.forEach((window, at) => {
      for (let back = 1; back <= window; back += 1) {
        const row = (place - back + length) % length;
        for (let metric = 0; metric < metrics; metric += 1)
          add(at * metrics + metric, ring[row * metrics + metric] ?? Number.NaN, 1);
      }
    });
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
      return Math.sqrt(Math.max(0, (squares[cell] ?? 0) / count - mean * mean));
    },
    forget(metric, rows) {
      for (let back = 1; back <= Math.min(rows, length); back += 1)
        ring[((place - back + length) % length) * metrics + metric] = Number.NaN;
      sumAnew();
    },
  };
}
