import type { LimitOutlook, Moment } from '../core/forecast.ts';
import type { Harm } from '../core/watch.ts';
import { firstPassage, type Passage } from './first-passage.ts';

export type MeetLimitOptions = {
  readonly limit: number;
  readonly harm: Harm;
  /** The last value. */
  readonly seen: number;
  /** Ways in which it may go on, from the next step on. */
  readonly paths: readonly Float64Array[];
  /** The moment of a step, 1 being the next; epoch ms. */
  readonly timeOf: (step: number) => number;
};

/** The limit is a ceiling, or a floor for what harms by being low. */
function isBeyond(harm: Harm, limit: number): (value: number) => boolean {
  return harm === 'down' ? (value) => value <= limit : (value) => value >= limit;
}

/** When a series and a limit meet, out of its possible futures: the first value at the limit or beyond it, or back from there. */
export function meetLimit({ limit, harm, seen, paths, timeOf }: MeetLimitOptions): LimitOutlook {
  const beyond = isBeyond(harm, limit);
  if (beyond(seen)) {
    const back = firstPassage(paths, (value) => !beyond(value));
    return { kind: 'is beyond', back: momentOf(back, timeOf) };
  }
  const passage = firstPassage(paths, beyond);
  const moment = momentOf(passage, timeOf);
  return moment === null
    ? { kind: 'stays clear', chance: passage.chance }
    : { kind: 'reaches', moment, chance: passage.chance };
}

/** Null when it is more likely than not that the moment does not come within the horizon. */
function momentOf({ early, middle, late }: Passage, timeOf: (step: number) => number): Moment | null {
  if (early === null || middle === null) return null;
  return { at: timeOf(middle), from: timeOf(early), to: late === null ? null : timeOf(late) };
}
