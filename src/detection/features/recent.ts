/** The last values of every metric; NaN for a gap and for what was before the first row. */
export type Recent = {
  push(row: Float64Array): void;
  /** The value of a metric so many rows ago, which are fewer than the length; 0 is the newest row. */
  value(metric: number, back: number): number;
};

/** Every value is written twice, a length apart, so that the last ones always lie side by side. */
export function createRecent(metrics: number, length: number): Recent {
  const ring = new Float64Array(metrics * 2 * length).fill(Number.NaN);
  let place = length - 1;
  return {
    push(row) {
      place = (place + 1) % length;
      for (let metric = 0; metric < metrics; metric += 1) {
        const first = metric * 2 * length + place;
        const value = row[metric] ?? Number.NaN;
        ring[first] = value;
        ring[first + length] = value;
      }
    },
    value: (metric, back) => ring[metric * 2 * length + place + length - back] ?? Number.NaN,
  };
}
