import type { BacktestOutcome, BacktestProgress } from '../core/backtest.ts';
import { rowCount } from '../core/frame.ts';
import type { TimeRange } from '../core/metric-source.ts';
import { createRandom } from '../detection/random.ts';
import { firstKnownRow } from '../detection/rows.ts';
import { moreTelling, type Stretch } from './choose-stretch.ts';
import { exampleOf } from './example.ts';
import type { FoldResult } from './judge.ts';
import { neededRows, planFolds, slotsOf } from './plan.ts';
import type { Histories } from './read-history.ts';
import { sumUp } from './report.ts';
import { type WalkInput, walk } from './walk.ts';

export type BacktestInput = WalkInput & {
  readonly histories: Histories;
  readonly range: TimeRange;
  /** Asked before each entity but the first; those that there is no time for are left out. */
  readonly hasTime: () => boolean;
  readonly onProgress: (progress: BacktestProgress) => void;
};

/** Walks forward through the history of every entity: learns from the rows before a block and judges the block, fold by fold. */
export async function runBacktest(input: BacktestInput): Promise<BacktestOutcome> {
  const { watch, histories, range, seed, onProgress } = input;
  const random = createRandom(seed);
  const results: FoldResult[] = [];
  const measured: string[] = [];
  let [turn, mostKnown, folds] = [0, 0, 0];
  let telling: Stretch | null = null;
  for (const [at, [entity, history]] of [...histories.frames].entries()) {
    if (measured.length > 0 && !input.hasTime()) break;
    const first = firstKnownRow(history);
    mostKnown = Math.max(mostKnown, rowCount(history) - first);
    const planned = planFolds(watch, first, rowCount(history));
    for (const [done, fold] of planned.entries()) {
      const part = (at + done / planned.length) / histories.frames.size;
      onProgress({ part, doing: `${entity}, fold ${done + 1} of ${planned.length}` });
      const walked = await walk(input, { entity, history, fold, turn, random });
      if (walked === null) continue;
      const { result } = walked;
      results.push(result);
      telling = moreTelling(telling, walked);
      turn += result.slots.length;
      folds = Math.max(folds, planned.length);
      if (measured.at(-1) !== entity) measured.push(entity);
    }
  }
  const { stepMs } = watch;
  if (measured.length === 0)
    return { kind: 'too little history', knownMs: mostKnown * stepMs, neededMs: neededRows(watch) * stepMs };
  return {
    kind: 'done',
    report: {
      watch: watch.name,
      ...range,
      folds,
      entities: measured,
      leftOut: histories.entities - measured.length,
      seed,
      alertBudgetPerDay: watch.alertBudgetPerDay,
      faultEveryMs: slotsOf(watch).rows * stepMs,
      ...sumUp(results, stepMs),
      example: telling === null ? null : await exampleOf(telling, input.replay),
    },
  };
}
