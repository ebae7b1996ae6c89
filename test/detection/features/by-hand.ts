/** The formulas of the features, the long way: every row from the whole of its past. */

export const isKnown = (value: number): boolean => !Number.isNaN(value);
export const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? Number.NaN) + (sorted[Math.ceil(half)] ?? Number.NaN)) / 2;
};

/** What the last rows of a metric hold, with how many rows ago. */
export const lastOf = (values: readonly number[], row: number, window: number) =>
  values
    .slice(Math.max(0, row - window + 1), row + 1)
    .map((value, at, all) => ({ value, time: at - all.length + 1 }))
    .filter(({ value }) => isKnown(value));
export const knownOf = (values: readonly number[], row: number, window: number): readonly number[] =>
  lastOf(values, row, window).map(({ value }) => value);

/** The exponential average of what is known up to a row, which begins as a plain mean. */
export function ewma(values: readonly number[], row: number, span: number): number {
  const known = values.slice(0, row + 1).filter(isKnown);
  return known.reduce((average, value, at) => {
    const weight = Math.max(2 / (span + 1), 1 / (at + 1));
    return weight * value + (1 - weight) * average;
  }, known[0] ?? Number.NaN);
}

export function slope(values: readonly number[], row: number): number {
  const points = lastOf(values, row, 15);
  if (points.length < 4) return Number.NaN;
  const [t, v] = [mean(points.map(({ time }) => time)), mean(points.map(({ value }) => value))];
  return (
    sum(points.map(({ time, value }) => (time - t) * (value - v))) / sum(points.map(({ time }) => (time - t) ** 2))
  );
}

export function deviation(values: readonly number[], row: number, window: number): number {
  const known = knownOf(values, row, window);
  return known.length < 4 ? Number.NaN : Math.sqrt(mean(known.map((value) => (value - mean(known)) ** 2)));
}
