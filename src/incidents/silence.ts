import { formatTime } from '../core/format.ts';
import { type Incident, isOpen, type Part, partsOf } from '../core/incident.ts';
import type { Matcher, Silence } from '../core/silence.ts';
import { seen, withChapter } from './story.ts';

export function isOn(silence: Silence, now: number): boolean {
  return silence.from <= now && now < endOf(silence);
}

/** When it ends, or did. */
export function endOf({ until, ended }: Silence): number {
  return Math.min(until, ended?.at ?? until);
}

/** Whether everything that is still wrong in an incident is meant; of one that is over, everything that was. */
export function isMeant(match: Matcher, incident: Incident): boolean {
  const parts = partsOf(incident);
  const wrong = parts.filter(({ endedAt }) => endedAt === null);
  return (wrong.length > 0 ? wrong : parts).every((part) => isPartMeant(match, part));
}

export function isPartMeant({ watch, entity, kind, severity }: Matcher, part: Part): boolean {
  return (
    matches(watch, part.watch) &&
    matches(entity, part.entity) &&
    (kind === null || kind === part.kind) &&
    (severity === null || severity === part.severity)
  );
}

/** `*` stands for anything, `|` stands between alternatives, all else for itself. Takes time in proportion to the lengths, whatever the pattern. */
export function matches(pattern: string | null, name: string): boolean {
  return pattern === null || pattern.split('|').some((one) => matchesOne(one, name));
}

function matchesOne(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}

/** The silence that keeps an incident quiet the longest; null when none does. */
export function silenceOf(incident: Incident, silences: readonly Silence[], now: number): Silence | null {
  const on = silences.filter((silence) => isOn(silence, now) && isMeant(silence.match, incident));
  return on.toSorted((a, b) => endOf(b) - endOf(a))[0] ?? null;
}

/** So many entities are named; what is wrong with more of a watch is silenced with all of that watch. */
const mostEntities = 20;

/** What silences an incident: everything that is or was wrong in it, and nothing else. */
export function matcherOf(incident: Incident): Matcher {
  const parts = partsOf(incident);
  const [watches, entities] = [new Set(parts.map(({ watch }) => watch)), new Set(parts.map(({ entity }) => entity))];
  const [watch = null] = watches.size === 1 ? watches : [];
  const isMany = watch !== null && entities.size > mostEntities;
  return { watch, entity: isMany ? '*' : [...entities].join('|'), kind: null, severity: null };
}

/** What is silenced, in words: "web-* of hosts, warning only". */
export function matchWords({ watch, entity, kind, severity }: Matcher): string {
  const what = entity === null || entity === '*' ? 'everything' : entity.split('|').join(', ');
  const only = [kind, severity].filter((one) => one !== null).map((one) => `, ${one} only`);
  return `${what}${watch === null ? '' : ` of ${watch}`}${only.join('')}`;
}

/** The chapter of an incident that somebody silenced. */
export function silencedText({ until, reason }: Silence): string {
  return `silenced it until ${formatTime(until)}${reason === '' ? '' : `: ${reason}`}`;
}

/** What is still open when a silence has ended, and no other keeps it quiet: people hear of it again, once for each silence. */
export function afterSilence(
  incidents: readonly Incident[],
  silences: readonly Silence[],
  now: number,
): readonly Incident[] {
  const over = silences.filter((one) => endOf(one) <= now);
  return incidents.flatMap((incident) => {
    if (!isOpen(incident) || silenceOf(incident, silences, now) !== null) return [];
    const text = (one: Silence): string => `the silence ${one.id} ended and it is not over`;
    const last = over
      .filter((one) => endOf(one) > incident.openedAt)
      .filter((one) => isMeant(one.match, incident) && !incident.story.some((chapter) => chapter.text === text(one)))
      .at(-1);
    return last === undefined ? [] : [withChapter(incident, seen(now, text(last), true))];
  });
}
