import { type Incident, type Label, type Part, partsOf } from '../core/incident.ts';

import { quantile, sortedFinite } from '../detection/quantile.ts';

/** An incident that began before, and what people have said of it by now. */
export type PastIncident = { readonly incident: Incident; readonly label: Label | null };

export const pastNames = [
  'same entity, last day',
  'same entity, last week',
  'same entity and first metric, last week',
  'minutes since the last of the same entity',
  'days of two weeks at this time',
  'weeks of four at this time',
  'usual minutes of the same entity',
  'other entities, last hour',
  'called real, same entity',
  'called real, same entity and first metric',
] as const;

export type PastFeatures = Readonly<Record<(typeof pastNames)[number], number>>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
/** So far back an incident's past goes. */
export const pastMs = 4 * weekMs;
/** What begins so close to a time of day begins at that time. */
const sameTimeMs = 30 * minuteMs;

/** What became of the same entity before, what people called it, and what happens elsewhere. */
export function pastFeatures(incident: Incident, past: readonly PastIncident[]): PastFeatures {
  const at = incident.openedAt;
  const before = past.filter((one) => isBefore(one.incident, incident));
  const own = before.filter((one) => partOf(one.incident, incident.entity) !== null);
  const alike = own.filter((one) => firstMetric(partOf(one.incident, incident.entity)) === firstMetric(incident));
  const others = before.filter((one) => partOf(one.incident, incident.entity) === null);
  const within = (some: readonly PastIncident[], ms: number): readonly PastIncident[] =>
    some.filter((one) => at - one.incident.openedAt <= ms);
  const last = Math.max(at - weekMs, ...own.map((one) => one.incident.openedAt));
  return {
    'same entity, last day': within(own, dayMs).length,
    'same entity, last week': within(own, weekMs).length,
    'same entity and first metric, last week': within(alike, weekMs).length,
    'minutes since the last of the same entity': (at - last) / minuteMs,
    'days of two weeks at this time': turnsAtThisTime(own, at, dayMs, 14),
    'weeks of four at this time': turnsAtThisTime(own, at, weekMs, 4),
    'usual minutes of the same entity': usualMinutes(within(own, weekMs)),
    'other entities, last hour': within(others, hourMs).length,
    'called real, same entity': shareCalledReal(own),
    'called real, same entity and first metric': shareCalledReal(alike),
  };
}

function isBefore(one: Incident, incident: Incident): boolean {
  const agoMs = incident.openedAt - one.openedAt;
  const isOfItsKind = one.kind === incident.kind && one.watch === incident.watch && one.id !== incident.id;
  return isOfItsKind && agoMs >= 0 && agoMs <= pastMs;
}

/** What was wrong with an entity in an incident; null when it had no part in it. */
function partOf(incident: Incident, entity: string): Part | null {
  return partsOf(incident).find((part) => part.entity === entity) ?? null;
}

const firstMetric = (part: Part | null): string | undefined => part?.because[0]?.metric;

/** In how many of the last turns of a rhythm something began at the same time of the turn. */
function turnsAtThisTime(own: readonly PastIncident[], at: number, turnMs: number, turns: number): number {
  const turnsAgo = own
    .map(({ incident }) => at - incident.openedAt)
    .map((agoMs) => ({ agoMs, ago: Math.round(agoMs / turnMs) }))
    .filter(({ agoMs, ago }) => ago >= 1 && ago <= turns && Math.abs(agoMs - ago * turnMs) <= sameTimeMs)
    .map(({ ago }) => ago);
  return new Set(turnsAgo).size;
}

/** The median length of those that are over; zero when there is none. */
function usualMinutes(own: readonly PastIncident[]): number {
  const lengths = own.flatMap(({ incident: { state, openedAt } }) =>
    state.kind === 'resolved' ? [(state.since - openedAt) / minuteMs] : [],
  );
  return quantile(sortedFinite(lengths), 0.5) || 0;
}

/** Of those that have a label; a half without one, and near it with few (Laplace's rule of succession). */
function shareCalledReal(some: readonly PastIncident[]): number {
  const labelled = some.filter(({ label }) => label !== null);
  return (labelled.filter(({ label }) => label === 'real').length + 1) / (labelled.length + 2);
}
