import type { Observation } from '../core/detection.ts';

/** What looks wrong but is not yet an incident: how often in a row, and since when. */
export type Suspect = { readonly count: number; readonly since: number };

export type Suspects = ReadonlyMap<string, Suspect>;

/** A row this many times over the threshold needs no second one to be believed. */
const certainScore = 1.5;
/** This many suspicious rows in a row are believed. */
const believedCount = 2;

export function suspectKey(observation: Observation): string {
  const kind = observation.kind === 'silent' ? 'no data' : 'anomaly';
  return JSON.stringify([kind, observation.watch, observation.entity]);
}

/** One more suspicious observation of the same thing. */
export function suspectAgain(before: Suspect | undefined, observation: Observation): Suspect {
  const since = observation.kind === 'silent' ? observation.lastSeen : observation.at;
  return { count: (before?.count ?? 0) + 1, since: before?.since ?? since };
}

/** Whether it is time to make an incident of it: a single weak row or a single missed read is not one. */
export function isBelieved(suspect: Suspect, observation: Observation): boolean {
  const certain = observation.kind === 'anomalous' && observation.detection.score >= certainScore;
  // Another system has done its own doubting.
  return certain || observation.kind === 'reported' || suspect.count >= believedCount;
}
