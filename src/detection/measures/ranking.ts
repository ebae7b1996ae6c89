import { countMarked } from './events.ts';

/**
 * What a threshold at every distinct score, from the highest down, would alert: rows in all, and labelled rows among
 * them. Tied scores can't be told apart by a threshold, so they are one point.
 */
type Ranking = { readonly alerted: Float64Array; readonly hits: Float64Array; readonly labelled: number };

function rank(scores: Float64Array, labels: Uint8Array): Ranking {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const alerted = new Float64Array(scores.length);
  const hits = new Float64Array(scores.length);
  let [points, found] = [0, 0];
  order.forEach((row, place) => {
    found += labels[row] ?? 0;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[row]) return;
    alerted[points] = place + 1;
    hits[points] = found;
    points += 1;
  });
  return { alerted: alerted.subarray(0, points), hits: hits.subarray(0, points), labelled: countMarked(labels) };
}

/** Measures of how well scores put labelled rows before the others, whatever the threshold. NaN when a class is missing. */
export type RankMeasures = {
  /** Average precision: the step-wise area under precision over recall (no interpolation). */
  readonly aucPr: number;
  /** The area under the true over the false positive rate. */
  readonly aucRoc: number;
  /** The best F1 of single rows that any threshold reaches, chosen with the labels: an upper bound. */
  readonly f1: number;
};

/** `scores` hold no NaN; high is strange. `labels` are 0 or 1, as many as scores. */
export function rankMeasures(scores: Float64Array, labels: Uint8Array): RankMeasures {
  const { alerted, hits, labelled } = rank(scores, labels);
  const others = scores.length - labelled;
  let [precisionArea, rocArea, f1] = [0, 0, 0];
  let [hitsBefore, falseBefore] = [0, 0];
  alerted.forEach((rows, point) => {
    const found = hits[point] ?? 0;
    const wrong = rows - found;
    precisionArea += (found - hitsBefore) * (found / rows);
    rocArea += ((wrong - falseBefore) * (found + hitsBefore)) / 2;
    f1 = Math.max(f1, (2 * found) / (rows + labelled));
    [hitsBefore, falseBefore] = [found, wrong];
  });
  if (labelled === 0) return { aucPr: Number.NaN, aucRoc: Number.NaN, f1: Number.NaN };
  return { aucPr: precisionArea / labelled, aucRoc: rocArea / (labelled * others), f1 };
}
