import { type Incident, isOpen, type Part, partKey, partsOf } from '../core/incident.ts';
import { everyEntity } from '../core/names.ts';

/** Entities that broke no further apart than this broke together. */
const sameMinutesMs = 15 * 60_000;
/** A storm in one watch is an incident for each so many. */
const mostParts = 500;

/**
 * The incident that a new part belongs to, or null: what breaks in the same watch, the same way and in the same minutes has one
 * cause; so have an anomaly and another system's alert of the same entity. What was a part of an open incident still is.
 */
export function companyFor(part: Part, incidents: Iterable<Incident>): Incident | null {
  for (const incident of incidents) {
    if (!isOpen(incident)) continue;
    if (partsOf(incident).some((known) => partKey(known) === partKey(part))) return incident;
    if (incident.others.length >= mostParts - 1) continue;
    if (brokeTogether(incident, part) || isSameTrouble(incident, part)) return incident;
  }
  return null;
}

function brokeTogether(incident: Incident, part: Part): boolean {
  return (
    incident.kind === part.kind &&
    incident.watch === part.watch &&
    part.kind !== 'alert' &&
    part.entity !== everyEntity &&
    incident.entity !== everyEntity &&
    Math.abs(part.openedAt - incident.openedAt) <= sameMinutesMs
  );
}

function isSameTrouble(incident: Incident, part: Part): boolean {
  return incident.entity === part.entity && (incident.kind === 'alert' || part.kind === 'alert');
}
