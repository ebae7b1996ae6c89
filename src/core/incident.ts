import type { Contribution } from './detector.ts';
import { everyEntity, sourceWatch } from './names.ts';

export type Severity = 'warning' | 'critical';

export type IncidentKind = 'anomaly' | 'no data';

export type IncidentState =
  | { readonly kind: 'open'; readonly since: number }
  | { readonly kind: 'acknowledged'; readonly since: number; readonly by: string }
  | { readonly kind: 'resolved'; readonly since: number; readonly by: string };

/** One thing that is wrong with one entity, from its first sign to its end. A resolved incident never reopens. */
export type Incident = {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly watch: string;
  readonly entity: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  /** When it began (the first anomalous row, or the last sample before the silence), epoch ms. */
  readonly openedAt: number;
  /** The last time it was seen to be wrong, epoch ms. */
  readonly lastSeenAt: number;
  /** Rises each time there is something new that an audience should know. */
  readonly revision: number;
  /** Of the worst row so far; in units of the threshold. */
  readonly peakScore: number;
  readonly confidence: number;
  readonly because: readonly Contribution[];
  /** Entities of its watch that broke in the same minutes, in the order in which that was seen. */
  readonly alongside: readonly string[];
};

export function isOpen(incident: Incident): boolean {
  return incident.state.kind !== 'resolved';
}

/** What carries the blame: parts with at least a tenth of it, and always the first. */
export function blamedIn({ because }: Pick<Incident, 'because'>): readonly Contribution[] {
  return because.filter((part, index) => index === 0 || part.share >= 0.1);
}

/** Where it is, in words. `name` writes a name that somebody else has chosen. */
export function placeOf({ watch, entity }: Incident, name: (text: string) => string = (text) => text): string {
  if (watch === sourceWatch) return 'Prometheus';
  return entity === everyEntity ? `every one of ${name(watch)}` : `${name(entity)} (${name(watch)})`;
}
