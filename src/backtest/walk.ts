import type { Detector, FittedDetector } from '../core/detector.ts';
import type { Frame } from '../core/frame.ts';
import { type Incident, partsOf } from '../core/incident.ts';
import type { Watch } from '../core/watch.ts';
import type { Span } from '../detection/measures/events.ts';
import type { Random } from '../detection/random.ts';
import { rowsBetween } from '../detection/rows.ts';
import { inject, usualOf } from './inject.ts';
import { type Announced, type FoldResult, judge } from './judge.ts';
import { placeFaults } from './place-faults.ts';
import { type Fold, slotsOf } from './plan.ts';

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

export type WalkInput = {
  readonly watch: Watch;
  readonly detector: Detector;
  /** What the bot knew of already. */
  readonly incidents: readonly Incident[];
  readonly seed: number;
  readonly replay: Replay;
};

export type Walk = {
  readonly entity: string;
  readonly history: Frame;
  readonly fold: Fold;
  readonly turn: number;
  readonly random: Random;
};

/** What a fold gave, and what can be looked at again: the rows with the faults in them, and the model that judged them. */
export type Walked = { readonly result: FoldResult; readonly faulty: Played };

/** One fold of one entity; null when the rows before are too few to learn from. */
export async function walk(
  { watch, detector, seed, replay, incidents }: WalkInput,
  { entity, history, fold, turn, random }: Walk,
): Promise<Walked | null> {
  const { metrics, alertBudgetPerDay, stepMs } = watch;
  const learnt = rowsBetween(history, fold.learnFrom, fold.from);
  const outcome = detector.fit(learnt, { metrics, seed, alertBudgetPerDay, stepMs });
  if (outcome.kind !== 'fitted') return null;
  const known = knownSpans(incidents, entity, { from: history.times[0] ?? 0, stepMs }, fold);
  const slots = slotsOf(watch);
  const usual = usualOf(learnt, metrics);
  const placed = placeFaults({ history, fold, slots, metrics, stepMs, usual, known, turn, random });
  const faults = placed.flatMap(({ fault }) => fault ?? []);
  const clean: Played = { watch, entity, history, detector: outcome.detector, from: fold.from, to: fold.to };
  const faulty: Played = { ...clean, history: inject(history, { faults, usual, metrics, stepMs }) };
  const result = judge({
    clean: await replay(clean),
    faulty: await replay(faulty),
    slots: placed,
    known,
    judged: fold,
    stepMs,
    marginRows: slots.marginRows,
  });
  return { result, faulty };
}

type Grid = { readonly from: number; readonly stepMs: number };

/** Where the incidents of an entity lie in the judged rows of a fold. */
function knownSpans(incidents: readonly Incident[], entity: string, { from, stepMs }: Grid, fold: Fold): Span[] {
  const rowAt = (at: number): number => Math.round((at - from) / stepMs);
  return incidents
    .flatMap(partsOf)
    .filter((part) => part.entity === entity && part.kind === 'anomaly')
    .map(({ openedAt, lastSeenAt }) => ({ from: rowAt(openedAt), to: rowAt(lastSeenAt) + 1 }))
    .filter((span) => span.from < fold.to && span.to > fold.from);
}
