import type { Contribution } from './detector.ts';
import type { Mention } from './mention.ts';
import { chatWatch, everyEntity, sourceWatch } from './names.ts';

export const severities = ['warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What the detector found, what is missing, and what another system reports. */
export const incidentKinds = ['anomaly', 'no data', 'alert'] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** What people say an incident was. */
export const labels = ['real', 'noise', 'expected'] as const;
export type Label = (typeof labels)[number];

/** Who did something: as a platform names them, and as people call them. */
export type Actor = { readonly platform: string; readonly id: string; readonly name: string };

export type IncidentState =
  | { readonly kind: 'open'; readonly since: number }
  /** `endsAt` is null until the incident gets worse: from then on the acknowledgement runs out. */
  | { readonly kind: 'acknowledged'; readonly since: number; readonly by: Actor; readonly endsAt: number | null }
  /** `by` is a person, or why there is nothing wrong any more. */
  | { readonly kind: 'resolved'; readonly since: number; readonly by: Actor | Ending };

export type Ending = 'recovered' | 'gone' | 'no longer watched';

/** One thing that is wrong with one entity. */
export type Part = {
  readonly kind: IncidentKind;
  readonly watch: string;
  readonly entity: string;
  /** What another system calls it; null for what was found here. */
  readonly alert: AlertFacts | null;
  readonly severity: Severity;
  /** When it began (the first anomalous row, or the last sample before the silence), epoch ms. */
  readonly openedAt: number;
  /** The last time it was seen to be wrong, epoch ms. */
  readonly lastSeenAt: number;
  /** When it was right again, epoch ms; null while it is wrong. */
  readonly endedAt: number | null;
  /** Of the worst row so far; in units of the threshold. */
  readonly peakScore: number;
  readonly confidence: number;
  readonly because: readonly Contribution[];
};

/** An alert of another system, as it says so itself. `id` tells it from others of the same name. */
export type AlertFacts = {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly url: string | null;
};

/**
 * What happened to an incident, in words. The new `revision` came with it. `isLoud` reaches people who were told before;
 * `mentions` are called by name.
 */
export type Chapter = {
  readonly revision: number;
  readonly at: number;
  readonly by: Actor | null;
  readonly text: string;
  readonly isLoud: boolean;
  readonly mentions?: readonly Mention[];
};

/** What is learnt of incidents from labels sees of one: how it looked, and whether its card may share one with likely noise. */
export type Triaged = {
  /** Its features when it was announced and at each later look while it lasted. */
  readonly looks: readonly (readonly number[])[];
  /** Which list of features that is. */
  readonly featureSet: number;
  /** What a model said at the last look that had a say; null while there is none. */
  readonly verdict: {
    readonly kind: 'demoted' | 'explored' | 'shown';
    readonly probability: number;
    readonly because: string;
    /** The share of its like that people are shown. */
    readonly shownShare: number;
  } | null;
};

/**
 * One cause: what broke first, and whatever broke with it in the same minutes. A resolved incident never reopens. What it has of
 * a part is that of the first; `severity` is that of the worst.
 */
export type Incident = Part & {
  readonly id: string;
  readonly state: IncidentState;
  /** Rises each time there is something new that an audience should know. */
  readonly revision: number;
  /** In the order in which they broke. */
  readonly others: readonly Part[];
  readonly story: readonly Chapter[];
  /** The last incident of the same thing, when it was resolved not long ago. */
  readonly follows: { readonly id: string; readonly resolvedAt: number } | null;
  /** How often in a row it came back soon after it had been resolved. */
  readonly recurrences: number;
  /** Somebody resolved it while it was still wrong: the same thing is no new incident until it was right once, or got worse. */
  readonly lingers: boolean;
  /** How many steps of its escalation were taken since it was open, and when people were last reminded, epoch ms. */
  readonly escalation: { readonly steps: number; readonly lastAt: number | null };
  /** Null when it was not looked at. */
  readonly triaged: Triaged | null;
  readonly label: { readonly is: Label; readonly by: Actor; readonly at: number } | null;
};

export function isOpen(incident: Incident): boolean {
  return incident.state.kind !== 'resolved';
}

/** Everything that is or was wrong in an incident, the first mover first. */
export function partsOf(incident: Incident): readonly Part[] {
  return [incident, ...incident.others];
}

/** The name of what is wrong: there is one part of it at a time. */
export function partKey({ kind, watch, entity, alert }: Pick<Part, 'kind' | 'watch' | 'entity' | 'alert'>): string {
  return JSON.stringify([kind, watch, entity, ...(alert === null ? [] : [alert.id])]);
}

/** Who resolved or acknowledged, or why it ended, in words. */
export function nameOf(by: Actor | Ending): string {
  return typeof by === 'string' ? by : by.name;
}

/** What carries the blame: parts with at least a tenth of it, and always the first. */
export function blamedIn({ because }: Pick<Part, 'because'>): readonly Contribution[] {
  return because.filter((part, index) => index === 0 || part.share >= 0.1);
}

/** Where it is, in words. `name` writes a name that somebody else has chosen. */
export function placeOf(
  { watch, entity }: Pick<Part, 'watch' | 'entity'>,
  name: (text: string) => string = (text) => text,
): string {
  if (watch === sourceWatch) return 'Prometheus';
  if (watch === chatWatch) return entity === 'slack' ? 'Slack' : entity === 'discord' ? 'Discord' : entity;
  return entity === everyEntity ? `every one of ${name(watch)}` : `${name(entity)} (${name(watch)})`;
}
