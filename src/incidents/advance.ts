import type { Observation } from '../core/detection.ts';
import { type Ending, type Incident, isOpen, type Part, partKey, partsOf } from '../core/incident.ts';
import { companyFor } from './company.ts';
import { beginPart, kindBegunBy, type PartStep, stepPart } from './part.ts';
import { worse } from './severity.ts';
import { seen, withChapter } from './story.ts';
import { isBelieved, type Suspects, suspectAgain, suspectKey } from './suspects.ts';
import { joinedText, partEndedText, worseText } from './words.ts';

export type AdvancePolicy = {
  /** A part of this watch is over after this many ms without an anomalous row. */
  resolveAfterMs(watch: string): number;
  /** An entity that has been silent for so long is gone for good, and its incidents with it. */
  forgetAfterMs: number;
  /** An acknowledgement runs out so many ms after the incident got worse. */
  ackEndsAfterMs: number;
  /** Names a new incident. */
  newId(): string;
};

/** The last incident of something that was resolved. */
export type Last = { readonly id: string; readonly resolvedAt: number; readonly recurrences: number };

export type Advanced = {
  /** Incidents that are new or changed, in their new state. */
  readonly changed: readonly Incident[];
  readonly suspects: Suspects;
};

/** What comes back within this long after its end is the same trouble again. */
const recurrenceMs = 24 * 3_600_000;
/** What comes back sooner is flapping: with each time it has to be calm for twice as long, up to `mostPatience` times. */
const flapMs = 60 * 60_000;
const mostPatience = 8;

/**
 * One step in the life of incidents: what was open and what was just seen give what is open now.
 * A resolved incident is never opened again; the same trouble later is a new one that follows it. An entity that could not be
 * judged (warming up, no observation at all) leaves its incidents as they are. `known` holds the open ones and those that linger.
 */
export function advance(
  known: readonly Incident[],
  observations: readonly Observation[],
  suspects: Suspects,
  policy: AdvancePolicy,
  lastOf: (key: string) => Last | null = () => null,
): Advanced {
  const work = createWork(known);
  const nextSuspects = new Map(suspects);
  for (const observation of observations) {
    for (const incident of work.of(observation)) work.keep(stepped(incident, observation, policy));
    const kind = kindBegunBy(observation);
    if (kind === null) {
      forgetSuspects(nextSuspects, observation);
      continue;
    }
    const suspect = suspectAgain(nextSuspects.get(suspectKey(observation)), observation);
    const part = beginPart(observation, suspect);
    if (work.has(part)) continue;
    nextSuspects.set(suspectKey(observation), suspect);
    if (!isBelieved(suspect, observation)) continue;
    nextSuspects.delete(suspectKey(observation));
    const company = companyFor(part, work.open());
    if (company === null) work.begin(begin(part, policy.newId(), lastOf(partKey(part))));
    else work.join(company, part);
  }
  return { changed: work.changed(policy), suspects: nextSuspects };
}

/** The incidents that a step works on, by what is wrong in them; what joins one is told of once, at the end. */
function createWork(known: readonly Incident[]) {
  const all = new Map(known.filter((incident) => isOpen(incident) || incident.lingers).map((one) => [one.id, one]));
  const byEntity = new Map<string, Set<string>>();
  const byKey = new Map<string, string>();
  const touched = new Set<string>();
  const joined = new Map<string, Part[]>();
  const begun = new Set<string>();
  for (const incident of all.values()) index(incident);

  function index(incident: Incident): void {
    for (const part of partsOf(incident)) {
      if (part.endedAt === null) byKey.set(partKey(part), incident.id);
      else if (byKey.get(partKey(part)) === incident.id) byKey.delete(partKey(part));
      const entity = entityKey(part);
      byEntity.set(entity, (byEntity.get(entity) ?? new Set()).add(incident.id));
    }
  }

  function keep(incident: Incident): void {
    if (all.get(incident.id) === incident) return;
    all.set(incident.id, incident);
    touched.add(incident.id);
    index(incident);
  }

  return {
    keep,
    begin(incident: Incident): void {
      begun.add(incident.id);
      keep(incident);
    },
    of: (observation: Observation): readonly Incident[] =>
      [...(byEntity.get(entityKey(observation)) ?? [])].flatMap((id) => all.get(id) ?? []),
    /** Whether this is wrong already: in an open incident, or in one that somebody resolved before it was over. */
    has: (part: Part): boolean => {
      const owner = all.get(byKey.get(partKey(part)) ?? '');
      return owner !== undefined && (isOpen(owner) || owner.lingers);
    },
    open: () => [...all.values()].filter(isOpen),
    join(incident: Incident, part: Part): void {
      keep(withJoined(incident, part));
      joined.set(incident.id, [...(joined.get(incident.id) ?? []), part]);
    },
    changed(policy: AdvancePolicy): readonly Incident[] {
      return [...touched].flatMap((id) => {
        const incident = all.get(id);
        const parts = joined.get(id);
        if (incident === undefined) return [];
        return [parts === undefined ? incident : afterJoining(incident, parts, begun.has(id), policy)];
      });
    },
  };
}

/** An incident after one observation of one of its entities. */
function stepped(incident: Incident, observation: Observation, policy: AdvancePolicy): Incident {
  const patience = Math.min(mostPatience, 2 ** incident.recurrences);
  const resolveAfterMs = policy.resolveAfterMs(incident.watch) * patience;
  const { forgetAfterMs } = policy;
  let next = incident;
  for (const [position, part] of partsOf(incident).entries()) {
    if (part.endedAt !== null || entityKey(part) !== entityKey(observation)) continue;
    const step = stepPart(part, observation, { resolveAfterMs, forgetAfterMs });
    if (step !== null) next = withPart(next, position, step, policy);
  }
  return next;
}

function withPart(incident: Incident, position: number, { part, ending }: PartStep, policy: AdvancePolicy): Incident {
  const own = position === 0;
  const others = own ? incident.others : incident.others.with(position - 1, part);
  const severity = worse(incident.severity, part.severity);
  const next: Incident = own ? { ...incident, ...part, severity } : { ...incident, others, severity };
  if (incident.lingers) return afterLingering(incident, next);
  if (ending !== null) return afterEnding(next, part, ending);
  return severity === incident.severity ? next : gotWorse(next, part, policy);
}

/** Somebody resolved it before it was over: it is quiet until it is over, or worse than what they saw. */
function afterLingering(before: Incident, next: Incident): Incident {
  const isOver = partsOf(next).every(({ endedAt }) => endedAt !== null);
  if (next.severity !== before.severity) return { ...before, lingers: false };
  return isOver ? { ...next, lingers: false } : next;
}

function afterEnding(incident: Incident, part: Part, ending: Ending): Incident {
  const at = part.endedAt ?? part.lastSeenAt;
  if (partsOf(incident).some(({ endedAt }) => endedAt === null))
    return withChapter(incident, seen(at, partEndedText(part, ending)));
  const resolved = { ...incident, state: { kind: 'resolved' as const, since: at, by: ending } };
  return withChapter(resolved, seen(at, partEndedText(part, ending)));
}

function gotWorse(incident: Incident, part: Part, policy: AdvancePolicy): Incident {
  const news = seen(part.lastSeenAt, worseText(part, incident.severity), true);
  return withChapter(withAckRunningOut(incident, part.lastSeenAt, policy), news);
}

function withAckRunningOut(incident: Incident, at: number, { ackEndsAfterMs }: AdvancePolicy): Incident {
  const { state } = incident;
  if (state.kind !== 'acknowledged' || state.endsAt !== null) return incident;
  return { ...incident, state: { ...state, endsAt: at + ackEndsAfterMs } };
}

/** What was over and breaks again flaps: it has to be calm for longer the next time. */
function withJoined(incident: Incident, part: Part): Incident {
  const position = partsOf(incident).findIndex((one) => partKey(one) === partKey(part));
  if (position < 0) return { ...incident, others: [...incident.others, part] };
  const again = { ...incident, recurrences: incident.recurrences + 1 };
  const { openedAt } = partsOf(incident)[position] ?? part;
  const revived = { ...part, openedAt };
  return position === 0 ? { ...again, ...revived } : { ...again, others: again.others.with(position - 1, revived) };
}

/** What joins an incident in the step that begins it is on its first card. */
function afterJoining(incident: Incident, parts: readonly Part[], isNew: boolean, policy: AdvancePolicy): Incident {
  const severity = parts.reduce((worst, part) => worse(worst, part.severity), incident.severity);
  const at = Math.max(...parts.map(({ lastSeenAt }) => lastSeenAt));
  const isWorse = severity !== incident.severity;
  const news = seen(at, joinedText(parts), isWorse);
  const next = withAckRunningOut({ ...incident, severity }, at, policy);
  return isNew ? { ...next, story: [...next.story, { ...news, revision: 1 }] } : withChapter(next, news);
}

function begin(part: Part, id: string, last: Last | null): Incident {
  const at = part.lastSeenAt;
  const follows = last !== null && at - last.resolvedAt <= recurrenceMs ? last : null;
  return {
    ...part,
    id,
    state: { kind: 'open', since: at },
    revision: 1,
    others: [],
    story: [{ ...seen(at, worseText(part, part.severity), true), revision: 1 }],
    follows: follows === null ? null : { id: follows.id, resolvedAt: follows.resolvedAt },
    recurrences: follows !== null && at - follows.resolvedAt <= flapMs ? follows.recurrences + 1 : 0,
    lingers: false,
    escalation: notEscalated,
    triaged: null,
    label: null,
  };
}

/** Acknowledgements that ran out by an instant: whoever gave one has not ended what got worse since. */
export function withoutOldAcks(known: readonly Incident[], now: number): readonly Incident[] {
  return known.flatMap((incident) => {
    const { state } = incident;
    if (state.kind !== 'acknowledged' || state.endsAt === null || state.endsAt > now) return [];
    const news = seen(now, `${state.by.name}'s acknowledgement ran out: it got worse and is not over`, true);
    return [withChapter({ ...incident, state: { kind: 'open', since: now }, escalation: notEscalated }, news)];
  });
}

const notEscalated = { steps: 0, lastAt: null };

const entityKey = ({ watch, entity }: { readonly watch: string; readonly entity: string }): string =>
  JSON.stringify([watch, entity]);

function forgetSuspects(suspects: Map<string, unknown>, observation: Observation): void {
  suspects.delete(JSON.stringify(['no data', observation.watch, observation.entity]));
  if (observation.kind === 'normal')
    suspects.delete(JSON.stringify(['anomaly', observation.watch, observation.entity]));
}
