import type { BacktestOutcome, BacktestProgress } from '../core/backtest.ts';
import type { Detector, FittedDetector } from '../core/detector.ts';
import { type Frame, rowCount } from '../core/frame.ts';
import type { Incident } from '../core/incident.ts';
import type { TimeRange } from '../core/metric-source.ts';
import type { Watch } from '../core/watch.ts';
import type { Span } from '../detection/measures/events.ts';
import { createRandom, type Random } from '../detection/random.ts';
import { firstKnownRow, rowsBetween } from '../detection/rows.ts';
import { inject, usualOf } from './inject.ts';
import { type Announced, type FoldResult, judge } from './judge.ts';
import { placeFaults } from './place-faults.ts';
import { type Fold, neededRows, planFolds, slotsOf } from './plan.ts';
import type { Histories } from './read-history.ts';
import { sumUp } from './report.ts';

/** Rows `from..to` of one entity's history, pushed one by one through a live tick that was warmed on the rows before. */
export type Played = {
  readonly watch: Watch;
  readonly entity: string;
  readonly history: Frame;
  readonly detector: FittedDetector;
  readonly from: number;
  readonly to: number;
};
export type Replay = (played: Played) => Promise<readonly Announced[]>;

export type BacktestInput = {
  readonly watch: Watch;
  readonly histories: Histories;
  readonly range: TimeRange;
  readonly detector: Detector;
  /** What the bot knew of already. */
  readonly incidents: readonly Incident[];
  readonly seed: number;
  readonly replay: Replay;
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
  for (const [at, [entity, history]] of [...histories.frames].entries()) {
    if (measured.length > 0 && !input.hasTime()) break;
    const first = firstKnownRow(history);
    mostKnown = Math.max(mostKnown, rowCount(history) - first);
    const planned = planFolds(watch, first, rowCount(history));
    for (const [done, fold] of planned.entries()) {
      const part = (at + done / planned.length) / histories.frames.size;
      onProgress({ part, doing: `${entity}, fold ${done + 1} of ${planned.length}` });
      const result = await walk(input, { entity, history, fold, turn, random });
      if (result === null) continue;
      results.push(result);
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
    },
  };
}

type Walk = {
  readonly entity: string;
  readonly history: Frame;
  readonly fold: Fold;
  readonly turn: number;
  readonly random: Random;
};

/** One fold of one entity; null when the rows before are too few to learn from. */
async function walk(input: BacktestInput, { entity, history, fold, turn, random }: Walk): Promise<FoldResult | null> {
  const { watch, detector, seed, replay, incidents, range } = input;
  const { metrics, alertBudgetPerDay, stepMs } = watch;
  const learnt = rowsBetween(history, fold.learnFrom, fold.from);
  const outcome = detector.fit(learnt, { metrics, seed, alertBudgetPerDay, stepMs });
  if (outcome.kind !== 'fitted') return null;
  const known = knownSpans(incidents, entity, range, fold);
  const slots = slotsOf(watch);
  const usual = usualOf(learnt, metrics);
  const placed = placeFaults({ history, fold, slots, metrics, stepMs, usual, known, turn, random });
  const faults = placed.flatMap(({ fault }) => fault ?? []);
  const faulty = inject(history, { faults, usual, metrics, stepMs });
  const play = (played: Frame) =>
    replay({ watch, entity, history: played, detector: outcome.detector, from: fold.from, to: fold.to });
  return judge({
    clean: await play(history),
    faulty: await play(faulty),
    slots: placed,
    known,
    judged: fold,
    stepMs,
    marginRows: slots.marginRows,
  });
}

/** Where the incidents of an entity lie in the judged rows of a fold. */
function knownSpans(incidents: readonly Incident[], entity: string, { from, stepMs }: TimeRange, fold: Fold): Span[] {
  const rowAt = (at: number): number => Math.round((at - from) / stepMs);
  return incidents
    .filter((incident) => incident.entity === entity && incident.kind === 'anomaly')
    .map(({ openedAt, lastSeenAt }) => ({ from: rowAt(openedAt), to: rowAt(lastSeenAt) + 1 }))
    .filter((span) => span.from < fold.to && span.to > fold.from);
}
