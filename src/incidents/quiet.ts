import { formatTime } from '../core/format.ts';
import { type Incident, isOpen, type Part, partsOf } from '../core/incident.ts';
import type { Inhibition, Maintenance, Rules } from '../core/routing.ts';
import type { Silence } from '../core/silence.ts';
import { noiseDigest, quietDigest } from './digest.ts';
import type { Telling } from './due.ts';
import { hoursAt, lastHoursBefore, type Span } from './hours.ts';
import { endOf, isMeant, isPartMeant, silenceOf } from './silence.ts';

/** Why nobody is to hear of an incident, and until when: epoch ms, or null when nobody can know. */
export type Quiet = { readonly because: string; readonly until: number | null };

/** What an incident is judged by: all that are open, the rules, the silences, and the time. */
export type Surroundings = {
  readonly incidents: readonly Incident[];
  readonly rules: Rules;
  readonly silences: readonly Silence[];
  /** Whether likely noise of a watch goes on a card of its own; left out: of none. */
  readonly isTriageOn?: (watch: string) => boolean;
  readonly now: number;
};

/** The end of a window is told of within this long: a story that loses its oldest chapters must not tell it again. */
const freshMs = 3_600_000;

/** Says of incidents, among all that are known, what keeps them quiet at this moment. */
export type QuietAmong = (known: readonly Incident[]) => (incident: Incident) => Quiet | null;

/** Says of incidents what keeps them quiet; null when nothing does. A silence comes first: a person wanted it. */
export function createQuiet({ incidents, rules, silences, now }: Surroundings): (incident: Incident) => Quiet | null {
  const windows = rules.maintenance.flatMap((window) => {
    const span = windowAt(window, now);
    return span === null ? [] : [{ ...window, span }];
  });
  const inhibitions = rules.inhibit.map((rule) => ({ rule, sources: incidents.filter((one) => isSource(rule, one)) }));

  return (incident) => {
    const silence = silenceOf(incident, silences, now);
    if (silence !== null) {
      const reason = silence.reason === '' ? '' : `: ${silence.reason}`;
      return { because: `${silence.by.name} silenced it${reason}`, until: endOf(silence) };
    }
    const window = windows.find(({ match }) => isMeant(match, incident));
    if (window !== undefined)
      return { because: `it is in the maintenance window "${window.name}"`, until: window.span.until };
    for (const { rule, sources } of inhibitions) {
      const source = sources.find((other) => hides(rule, other, incident) && !isLaterOfTwo(rule, other, incident));
      if (source !== undefined) return { because: `incident ${source.id} explains it`, until: null };
    }
    return null;
  };
}

const wrongIn = (incident: Incident): readonly Part[] => partsOf(incident).filter(({ endedAt }) => endedAt === null);

function isSource({ source }: Inhibition, incident: Incident): boolean {
  return isOpen(incident) && wrongIn(incident).some((part) => isPartMeant(source, part));
}

/** Whether everything that is wrong in one incident is explained by something that is wrong in another. */
function hides({ source, target, same }: Inhibition, other: Incident, incident: Incident): boolean {
  if (other.id === incident.id || !isOpen(other) || !isMeant(target, incident)) return false;
  const sources = wrongIn(other).filter((part) => isPartMeant(source, part));
  return (
    sources.length > 0 &&
    wrongIn(incident).every((part) => same === null || sources.some((one) => one[same] === part[same]))
  );
}

/** Two that hide each other would both be unheard: the one that began first is told. */
function isLaterOfTwo(rule: Inhibition, other: Incident, incident: Incident): boolean {
  if (!hides(rule, incident, other)) return false;
  return other.openedAt > incident.openedAt || (other.openedAt === incident.openedAt && other.id > incident.id);
}

function windowAt({ time }: Maintenance, now: number): Span | null {
  if ('days' in time) return hoursAt(time, now);
  return time.from <= now && now < time.until ? time : null;
}

/** Says of incidents which maintenance window they outlasted, as their story tells it; null when there was none. */
export function createOutlasted(rules: Rules, now: number): (incident: Incident) => string | null {
  const over = rules.maintenance
    .flatMap((window) => {
      const span = lastWindow(window, now);
      return span === null || now - span.until > freshMs ? [] : [{ ...window, until: span.until }];
    })
    .toSorted((a, b) => b.until - a.until);
  return (incident) => {
    const last = over.find(({ match, until }) => incident.openedAt < until && isMeant(match, incident));
    if (last === undefined) return null;
    return `the maintenance window "${last.name}" ended at ${formatTime(last.until)} and it is not over`;
  };
}

function lastWindow({ time }: Maintenance, now: number): Span | null {
  if ('days' in time) return lastHoursBefore(time, now);
  return time.until <= now ? time : null;
}

/** "ada silenced it, until 2026-01-05 12:00:00 UTC". */
export function quietWords({ because, until }: Quiet): string {
  return until === null ? because : `${because}, until ${formatTime(until)}`;
}

/** Says of incidents until when quiet hours hold them back, epoch ms: warnings alone, and never what is critical. Null: they don't. */
export function createHeld(rules: Rules, now: number): (incident: Incident) => number | null {
  const hours = rules.quietHours === null ? null : hoursAt(rules.quietHours, now);
  return ({ severity }) => (hours !== null && severity === 'warning' ? hours.until : null);
}

/** Never what is critical, whatever it was thought to be before. */
function isDemoted({ severity, kind, triaged }: Incident): boolean {
  return kind === 'anomaly' && severity === 'warning' && triaged?.verdict?.kind === 'demoted';
}

/** How incidents are told to those who have not heard of them. */
export function createTelling(surroundings: Surroundings): (incident: Incident) => Telling {
  const quietOf = createQuiet(surroundings);
  const heldUntil = createHeld(surroundings.rules, surroundings.now);
  return (incident) => {
    if (quietOf(incident) !== null) return 'not';
    const at = heldUntil(incident);
    if (at !== null) return { at, digest: quietDigest(at) };
    if (isDemoted(incident) && surroundings.isTriageOn?.(incident.watch))
      return { at: incident.openedAt, digest: noiseDigest(incident.openedAt) };
    return 'now';
  };
}
