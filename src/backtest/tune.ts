import type { Detector, DetectorSettings } from '../core/detector.ts';
import { type Frame, rowCount } from '../core/frame.ts';
import type { Tuning } from '../core/tuning.ts';
import { createRandom, sampleWithout } from '../detection/random.ts';
import { firstKnownRow } from '../detection/rows.ts';
import { type CellResult, holds, prefer, said, type Tried } from './choose-settings.ts';
import { type Fold, planFolds, slotsOf } from './plan.ts';
import { type Candidate, candidatesAround } from './settings-grid.ts';
import { type WalkInput, walk } from './walk.ts';

export type TuneInput = Omit<WalkInput, 'incidents'> & {
  readonly frames: ReadonlyMap<string, Frame>;
  readonly usual: DetectorSettings;
  /** What is under way when it turns false is finished, and nothing new is begun. */
  readonly hasTime: () => boolean;
};

export type Tuned = Pick<Tuning, 'name' | 'settings' | 'because'>;

/** The last fold is held back: settings are chosen on those before it. */
const mostFolds = 3;
const mostEntities = 3;
const dayMs = 86_400_000;

type Course = { readonly entity: string; readonly history: Frame; readonly folds: readonly Fold[] };

/**
 * Chooses settings on folds of the history itself, with injected faults and no label: every candidate meets the same
 * entities, folds and faults, and what is preferred has to hold on the last fold, which it was not chosen on. Null when no
 * history is long enough for a fold to choose on and one to hold back.
 */
export async function tune(input: TuneInput): Promise<Tuned | null> {
  const { watch, usual, hasTime } = input;
  const candidates = candidatesAround(usual);
  const courses = coursesOf(input);
  if (courses.length === 0) return null;
  let tried: readonly Tried[] = candidates.map((candidate) => ({ candidate, cells: [] }));
  const walked: Course[] = [];
  for (const course of courses) {
    const next = await tryAll(input, course, tried);
    if (next === null) break;
    tried = next;
    walked.push(course);
    if (!hasTime()) break;
  }
  const preference = walked.length === 0 ? null : prefer(tried, watch.alertBudgetPerDay);
  const [first] = candidates;
  if (first === undefined) return null;
  if (preference === null) return { ...first, because: 'there was no time to try others' };
  const { chosen, because } = preference;
  const on = `on ${walked.length} of ${input.frames.size} entities`;
  if (chosen.candidate === first) return { ...first, because: `${because} ${on}` };
  const [kept, plain] = [
    await heldBack(input, walked, chosen),
    await heldBack(input, walked, { candidate: first, cells: [] }),
  ];
  const test = `on the last fold, held back, they ${said(kept)}, the usual ones ${said(plain)}`;
  if (holds(kept, plain, watch.alertBudgetPerDay)) return { ...chosen.candidate, because: `${because} ${on}; ${test}` };
  return { ...first, because: `${chosen.candidate.name} were ahead (${because} ${on}), but ${test}` };
}

/** Some entities whose history is long enough, by chance. */
function coursesOf({ frames, watch, seed }: TuneInput): readonly Course[] {
  const able = [...frames].flatMap(([entity, history]) => {
    const folds = planFolds(watch, firstKnownRow(history), rowCount(history), mostFolds);
    return folds.length < 2 ? [] : [{ entity, history, folds }];
  });
  return [...sampleWithout(able.length, mostEntities, createRandom(seed))].flatMap((place) => able[place] ?? []);
}

/** Every candidate on the folds of one entity but the last; null when the time was over before all had their turn. */
async function tryAll(input: TuneInput, course: Course, tried: readonly Tried[]): Promise<readonly Tried[] | null> {
  const next: Tried[] = [];
  for (const one of tried) {
    if (!input.hasTime()) return null;
    const cells: CellResult[] = [];
    for (const fold of course.folds.keys())
      if (fold < course.folds.length - 1) cells.push(...(await cellOf(input, course, fold, one.candidate)));
    next.push({ ...one, cells: [...one.cells, ...cells] });
  }
  return next;
}

async function heldBack(input: TuneInput, courses: readonly Course[], { candidate }: Tried): Promise<Tried> {
  const cells: CellResult[] = [];
  for (const course of courses) cells.push(...(await cellOf(input, course, course.folds.length - 1, candidate)));
  return { candidate, cells };
}

/** One candidate in one fold; the same faults whoever the candidate is. */
async function cellOf(
  input: TuneInput,
  { entity, history, folds }: Course,
  at: number,
  { settings }: Candidate,
): Promise<readonly CellResult[]> {
  const fold = folds[at];
  if (fold === undefined) return [];
  const { watch, seed } = input;
  const turn = at * Math.floor((fold.to - fold.from) / slotsOf(watch).rows);
  const detector = withSettings(input.detector, settings);
  const random = createRandom(seed + at);
  const walked = await walk({ ...input, detector, incidents: [] }, { entity, history, fold, turn, random });
  if (walked === null) return [];
  const { result } = walked;
  const injected = result.slots.filter(({ slot }) => slot.fault !== null).length;
  const caught = result.slots.filter(({ delayRows }) => delayRows !== null).length;
  const days = (result.judgedRows * watch.stepMs) / dayMs;
  return [{ fold: at, injected, caught, falseAlerts: result.falseAlerts, days }];
}

function withSettings(detector: Detector, settings: DetectorSettings): Detector {
  return { ...detector, fit: (frame, options) => detector.fit(frame, { ...options, settings }) };
}
