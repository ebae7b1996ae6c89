import type { History } from './feature-group.ts';

/** Two metrics by their place among the known ones, the earlier one first. */
export type Pair = { readonly left: number; readonly right: number };

/** All pairs are looked at while there are no more than this, or than there are metrics. */
const mostPairs = 10;
/** History shows metrics as related from this correlation on, either way. */
const related = 0.3;
/** More rows than this say nothing new about who goes with whom. */
const enoughRows = 4_096;
/** A value further away counts as this far: one incident makes no relation. */
const farthest = 5;

/**
 * The pairs whose company is watched. All of them while they are few; else those that history shows as related, the most
 * related first, at most as many as there are metrics, so that the work grows with the metrics and not with their square.
 */
export function relatedPairs({ scaled }: History): readonly Pair[] {
  const pairs = scaled.flatMap((_, right) => Array.from({ length: right }, (_, left) => ({ left, right })));
  if (pairs.length <= mostPairs) return pairs;
  const some = scaled.map(thinOut);
  return pairs
    .map((pair) => ({ pair, strength: strengthOf(some[pair.left] ?? [], some[pair.right] ?? []) }))
    .filter(({ strength }) => strength >= related)
    .sort((a, b) => b.strength - a.strength)
    .slice(0, Math.max(mostPairs, scaled.length))
    .map(({ pair }) => pair);
}

function thinOut(column: Float64Array): readonly number[] {
  const stride = Math.ceil(column.length / enoughRows);
  return [...column]
    .filter((_, row) => row % stride === 0)
    .map((value) => Math.max(-farthest, Math.min(farthest, value)));
}

/** The size of the correlation over the rows that have both; 0 where one of them does not move. */
function strengthOf(left: readonly number[], right: readonly number[]): number {
  let [count, lefts, rights, leftSquares, rightSquares, products] = [0, 0, 0, 0, 0, 0];
  left.forEach((a, row) => {
    const b = right[row] ?? Number.NaN;
    if (Number.isNaN(a + b)) return;
    count += 1;
    lefts += a;
    rights += b;
    leftSquares += a * a;
    rightSquares += b * b;
    products += a * b;
  });
  const spread = Math.sqrt((leftSquares - (lefts * lefts) / count) * (rightSquares - (rights * rights) / count));
  return spread > 0 ? Math.abs(products - (lefts * rights) / count) / spread : 0;
}
