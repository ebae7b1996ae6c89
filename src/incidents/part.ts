import type { Detection, Observation } from '../core/detection.ts';
import type { Ending, IncidentKind, Part } from '../core/incident.ts';
import { severityOf, worse } from './severity.ts';
import type { Suspect } from './suspects.ts';

export type PartPolicy = {
  /** A part is over after so many ms without an anomalous row. */
  readonly resolveAfterMs: number;
  /** An entity that has been silent for so long is gone for good. */
  readonly forgetAfterMs: number;
};

/** A part after an observation; `ending` says why it is over, when it is. */
export type PartStep = { readonly part: Part; readonly ending: Ending | null };

/** What an observation means for a part of the same entity; null when it means nothing for it. */
export function stepPart(part: Part, seen: Observation, policy: PartPolicy): PartStep | null {
  switch (part.kind) {
    case 'anomaly':
      return stepAnomaly(part, seen, policy);
    case 'no data':
      return stepSilence(part, seen, policy);
    case 'alert':
      return stepAlert(part, seen, policy);
  }
}

function stepAnomaly(part: Part, seen: Observation, policy: PartPolicy): PartStep | null {
  switch (seen.kind) {
    case 'anomalous':
      return { part: worsen(part, seen.detection), ending: null };
    case 'normal':
      return seen.at - part.lastSeenAt >= policy.resolveAfterMs ? end(part, seen.at, 'recovered') : null;
    case 'silent':
      return seen.at - part.lastSeenAt >= policy.forgetAfterMs ? end(part, seen.at, 'gone') : null;
    case 'unwatched':
      return end(part, seen.at, 'no longer watched');
    default:
      return null;
  }
}

function stepSilence(part: Part, seen: Observation, policy: PartPolicy): PartStep | null {
  switch (seen.kind) {
    case 'anomalous':
    case 'normal':
    case 'warming':
      return end(part, seen.at, 'recovered');
    case 'silent': {
      const still = { ...part, lastSeenAt: seen.at };
      if (seen.at - part.openedAt >= policy.forgetAfterMs) return end(still, seen.at, 'gone');
      return { part: still, ending: null };
    }
    case 'unwatched':
      return end(part, seen.at, 'no longer watched');
    default:
      return null;
  }
}

/** Another system repeats itself for as long as something is wrong: what it has not spoken of for so long is gone. */
function stepAlert(part: Part, seen: Observation, policy: PartPolicy): PartStep | null {
  if (seen.kind === 'unwatched' && seen.at - part.lastSeenAt >= policy.forgetAfterMs) return end(part, seen.at, 'gone');
  if (seen.kind !== 'reported' || seen.alert.id !== part.alert?.id) return null;
  if (!seen.isFiring) return end(part, seen.at, 'recovered');
  const severity = worse(part.severity, seen.severity);
  return { part: { ...part, alert: seen.alert, lastSeenAt: seen.at, severity }, ending: null };
}

/** The numbers follow the worst row. */
function worsen(part: Part, detection: Detection): Part {
  return {
    ...part,
    lastSeenAt: detection.at,
    severity: worse(part.severity, severityOf(detection.score)),
    peakScore: Math.max(part.peakScore, detection.score),
    confidence: Math.max(part.confidence, detection.confidence),
    because: detection.score > part.peakScore ? detection.because : part.because,
  };
}

const end = (part: Part, endedAt: number, ending: Ending): PartStep => ({ part: { ...part, endedAt }, ending });

/** The kind of part that an observation may begin; null when it tells of nothing wrong. */
export function kindBegunBy(seen: Observation): IncidentKind | null {
  if (seen.kind === 'anomalous') return 'anomaly';
  if (seen.kind === 'silent') return 'no data';
  return seen.kind === 'reported' && seen.isFiring ? 'alert' : null;
}

/** The part that a believed observation begins. */
export function beginPart(seen: Observation, suspect: Suspect): Part {
  const { watch, entity, at } = seen;
  const common = { watch, entity, alert: null, openedAt: suspect.since, lastSeenAt: at, endedAt: null, peakScore: 0 };
  if (seen.kind === 'anomalous') {
    const { score, confidence, because } = seen.detection;
    return { ...common, kind: 'anomaly', severity: severityOf(score), peakScore: score, confidence, because };
  }
  if (seen.kind === 'reported') {
    const { alert, severity, since } = seen;
    return { ...common, kind: 'alert', alert, severity, openedAt: since, confidence: 1, because: [] };
  }
  return { ...common, kind: 'no data', severity: 'critical', confidence: 1, because: [] };
}
