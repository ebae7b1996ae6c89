import type { Contribution, Scorer } from '../core/detector.ts';
import type { Frame } from '../core/frame.ts';
import { rowCount } from '../core/frame.ts';
import { forEachRow } from '../detection/rows.ts';
import type { Judge } from './plain-forest.ts';
import { rowsOf, type Series } from './series.ts';

/** What a scorer said of rows in order; NaN is a row without a score, which is while it warms up or is blind. */
export type Followed = {
  readonly scores: Float64Array;
  /** The score of the part named `forest`. */
  readonly forest: Float64Array;
  /** By row, the metrics to blame, for the rows that were asked for. */
  readonly reasons: ReadonlyMap<number, readonly Contribution[]>;
};

/** Which rows a reason is wanted for; the scores are those of the row. */
export type WantsReason = (row: number, score: number, forest: number) => boolean;

/** Pushes the rows of a frame into a scorer, one after another as a tick does, and writes down what it says. */
export function follow(scorer: Scorer, frame: Frame, wantsReason: WantsReason): Followed {
  const scores = new Float64Array(rowCount(frame)).fill(Number.NaN);
  const forest = scores.slice();
  const reasons = new Map<number, readonly Contribution[]>();
  forEachRow(frame, (values, row) => {
    const said = scorer.push(frame.times[row] ?? 0, values);
    if (said.kind !== 'scored') return;
    const part = scorer.parts().find(({ name }) => name === 'forest')?.score ?? Number.NaN;
    scores[row] = said.score;
    forest[row] = part;
    if (wantsReason(row, said.score, part)) reasons.set(row, scorer.explain());
  });
  return { scores, forest, reasons };
}

export const noReason: WantsReason = () => false;

/** The same over the rows to judge, by a scorer that was warmed on the last rows of history as the live tick is. */
export function followTest(judge: Judge, { train, test }: Series, wantsReason: WantsReason): Followed {
  const scorer = judge.open();
  const rows = rowCount(train);
  follow(scorer, rowsOf(train, Math.max(0, rows - judge.warmupRows), rows), noReason);
  return follow(scorer, test, wantsReason);
}
