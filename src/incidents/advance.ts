import type { Detection, Observation } from '../core/detection.ts';
import { type Incident, type IncidentKind, isOpen } from '../core/incident.ts';
import { withCompany } from './company.ts';
import { severityOf, worse } from './severity.ts';
import { isBelieved, type Suspect, type Suspects, suspectAgain, suspectKey } from './suspects.ts';

export type AdvancePolicy = {
  /** An incident of this watch is over after this many ms without an anomalous row. */
  resolveAfterMs(watch: string): number;
  /** An entity that has been silent for so long is gone for good, and its incidents with it. */
  forgetAfterMs: number;
  /** Names a new incident. */
  newId(): string;
};

export type Advanced = {
  /** Incidents that are new or changed, in their new state. */
  readonly changed: readonly Incident[];
  readonly suspects: Suspects;
};

/**
 * One step in the life of incidents: what was open and what was just seen give what is open now.
 * A resolved incident is never touched again; the same trouble later is a new one. An entity that could not be judged
 * (warming up, no observation at all) leaves its incidents as they are.
 */
export function advance(
  open: readonly Incident[],
  observations: readonly Observation[],
  suspects: Suspects,
  policy: AdvancePolicy,
): Advanced {
  const live = new Map(open.filter(isOpen).map((incident) => [incidentKey(incident.kind, incident), incident]));
  const changed = new Map<string, Incident>();
  const nextSuspects = new Map(suspects);
  const keep = (incident: Incident): void => {
    changed.set(incident.id, incident);
    live.set(incidentKey(incident.kind, incident), incident);
  };

  for (const observation of observations) {
    for (const [kind, step] of stepsFor(observation)) {
      const incident = live.get(incidentKey(kind, observation));
      const next = incident === undefined ? undefined : step(incident, observation, policy);
      if (next !== undefined && next !== incident) keep(next);
      if (next !== undefined && !isOpen(next)) live.delete(incidentKey(kind, observation));
    }
    if (observation.kind !== 'anomalous' && observation.kind !== 'silent') {
      forgetSuspects(nextSuspects, observation);
      continue;
    }
    const kind = kindOf(observation);
    if (live.has(incidentKey(kind, observation))) continue;
    const suspect = suspectAgain(nextSuspects.get(suspectKey(observation)), observation);
    nextSuspects.set(suspectKey(observation), suspect);
    if (!isBelieved(suspect, observation)) continue;
    nextSuspects.delete(suspectKey(observation));
    keep(begin(observation, suspect, policy.newId()));
  }
  for (const incident of withCompany(live.values())) keep(incident);
  return { changed: [...changed.values()], suspects: nextSuspects };
}

type Step = (incident: Incident, observation: Observation, policy: AdvancePolicy) => Incident;

/** What an observation means for each kind of incident that may be open on its entity. */
function stepsFor(observation: Observation): readonly (readonly [IncidentKind, Step])[] {
  switch (observation.kind) {
    case 'anomalous':
      return [
        ['no data', recover],
        ['anomaly', (incident) => worsen(incident, observation.detection)],
      ];
    case 'normal':
      return [
        ['no data', recover],
        ['anomaly', calm],
      ];
    case 'warming':
      return [['no data', recover]];
    case 'silent':
      return [
        ['no data', stillSilent],
        ['anomaly', forget],
      ];
    case 'unwatched':
      return [
        ['no data', giveUp],
        ['anomaly', giveUp],
      ];
  }
}

function begin(observation: Observation & { kind: 'anomalous' | 'silent' }, suspect: Suspect, id: string): Incident {
  const common = {
    id,
    watch: observation.watch,
    entity: observation.entity,
    state: { kind: 'open' as const, since: observation.at },
    openedAt: suspect.since,
    lastSeenAt: observation.at,
    revision: 1,
    alongside: [],
  };
  if (observation.kind === 'silent')
    return { ...common, kind: 'no data', severity: 'critical', peakScore: 0, confidence: 1, because: [] };
  const { score, confidence, because } = observation.detection;
  return { ...common, kind: 'anomaly', severity: severityOf(score), peakScore: score, confidence, because };
}

/** The numbers follow the worst row; only a rise in severity is news to an audience. */
function worsen(incident: Incident, detection: Detection): Incident {
  const severity = worse(incident.severity, severityOf(detection.score));
  const isWorst = detection.score > incident.peakScore;
  return {
    ...incident,
    lastSeenAt: detection.at,
    severity,
    revision: severity === incident.severity ? incident.revision : incident.revision + 1,
    peakScore: Math.max(incident.peakScore, detection.score),
    confidence: Math.max(incident.confidence, detection.confidence),
    because: isWorst ? detection.because : incident.because,
  };
}

function calm(incident: Incident, observation: Observation, policy: AdvancePolicy): Incident {
  const quiet = observation.at - incident.lastSeenAt;
  return quiet >= policy.resolveAfterMs(incident.watch) ? resolve(incident, observation.at, 'recovered') : incident;
}

function recover(incident: Incident, observation: Observation): Incident {
  return resolve(incident, observation.at, 'recovered');
}

function stillSilent(incident: Incident, observation: Observation, policy: AdvancePolicy): Incident {
  const silent = { ...incident, lastSeenAt: observation.at };
  return observation.at - incident.openedAt >= policy.forgetAfterMs ? resolve(silent, observation.at, 'gone') : silent;
}

function forget(incident: Incident, observation: Observation, policy: AdvancePolicy): Incident {
  const unseen = observation.at - incident.lastSeenAt;
  return unseen >= policy.forgetAfterMs ? resolve(incident, observation.at, 'gone') : incident;
}

function giveUp(incident: Incident, observation: Observation): Incident {
  return resolve(incident, observation.at, 'no longer watched');
}

function resolve(incident: Incident, at: number, by: string): Incident {
  return { ...incident, state: { kind: 'resolved', since: at, by }, revision: incident.revision + 1 };
}

function kindOf(observation: { readonly kind: 'anomalous' | 'silent' }): IncidentKind {
  return observation.kind === 'silent' ? 'no data' : 'anomaly';
}

function incidentKey(kind: IncidentKind, of: { readonly watch: string; readonly entity: string }): string {
  return JSON.stringify([kind, of.watch, of.entity]);
}

function forgetSuspects(suspects: Map<string, Suspect>, observation: Observation): void {
  suspects.delete(JSON.stringify(['no data', observation.watch, observation.entity]));
  if (observation.kind === 'normal')
    suspects.delete(JSON.stringify(['anomaly', observation.watch, observation.entity]));
}
