/** The last values of every metric; NaN for a gap and for what was before the first row. */
export type Recent = {
  /** A metric's last values lie side by side, the newest at `newest(metric)` and older ones before it. */
  readonly values: Float64Array;
  newest(metric: number): number;
  push(row: Float64Array): void;
};

/** Every value is written twice, a length apart, so that the last ones never wrap around. */
export function createRecent(metrics: number, length: number): Recent {
  const values = new Float64Array(metrics * 2 * length).fill(Number.NaN);
  let place = length - 1;
  return {
    values,
    newest: (metric) => metric * 2 * length + place + length,
    push(row) {
      place = (place + 1) % length;
      for (let metric = 0; metric < metrics; metric += 1) {
        const first = metric * 2 * length + place;
        const value = row[metric] ?? Number.NaN;
        values[first] = value;
        values[first + length] = value;
      }
    },
  };
}
