/**
 * Scores to try as thresholds, the highest first: `count` ranks in geometric steps from the top score down to the share
 * `top` of all rows. Equal ones are given once.
 */
export function sweepThresholds(scores: Float64Array, count: number, top: number): readonly number[] {
  const sorted = scores.slice().sort();
  const lowest = Math.max(2, Math.trunc(scores.length * top));
  const step = Math.log10(lowest) / (count - 1);
  const ranks = Array.from({ length: count }, (_, at) =>
    at === count - 1 ? lowest : Math.max(1, Math.trunc(10 ** (at * step))),
  );
  const values = ranks.map((rank) => sorted[Math.max(0, scores.length - rank)] ?? 0);
  return [...new Set(values)];
}
