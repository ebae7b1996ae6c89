import { formatDuration } from '../core/format.ts';
import { type Actor, type Incident, type Label, nameOf, partsOf } from '../core/incident.ts';
import type { Act, Acted } from '../core/incident-control.ts';
import { done, withChapter } from './story.ts';

/** One outcome for however many clicks: the first one counts, the others are told of it. */
export function act(incident: Incident, what: Act, by: Actor, now: number): Acted {
  switch (what.kind) {
    case 'acknowledge':
      return acknowledge(incident, by, now);
    case 'resolve':
      return resolve(incident, by, now);
    case 'label':
      return label(incident, what.is, by, now);
    case 'note':
      return { kind: 'done', incident: withChapter(incident, done(now, by, what.text)) };
  }
}

function acknowledge(incident: Incident, by: Actor, now: number): Acted {
  const { state } = incident;
  if (state.kind === 'resolved') return { kind: 'stale', incident, because: overSince(incident, now) };
  if (state.kind === 'acknowledged' && state.endsAt === null)
    return { kind: 'stale', incident, because: `${whose(state.by, by)} acknowledged it ${ago(state.since, now)}` };
  const next = { ...incident, state: { kind: 'acknowledged' as const, since: now, by, endsAt: null } };
  return { kind: 'done', incident: withChapter(next, done(now, by, 'acknowledged')) };
}

function resolve(incident: Incident, by: Actor, now: number): Acted {
  if (incident.state.kind === 'resolved') return { kind: 'stale', incident, because: overSince(incident, now) };
  const lingers = partsOf(incident).some(({ endedAt }) => endedAt === null);
  const next = { ...incident, lingers, state: { kind: 'resolved' as const, since: now, by } };
  return { kind: 'done', incident: withChapter(next, done(now, by, 'resolved')) };
}

/** People may think again, also after the end: the last word counts. */
function label(incident: Incident, is: Label, by: Actor, now: number): Acted {
  if (incident.label?.is === is)
    return {
      kind: 'stale',
      incident,
      because: `${whose(incident.label.by, by)} called it ${is} ${ago(incident.label.at, now)}`,
    };
  const next = { ...incident, label: { is, by, at: now } };
  return { kind: 'done', incident: withChapter(next, done(now, by, `called it ${is}`)) };
}

function overSince({ state }: Incident, now: number): string {
  if (state.kind !== 'resolved') return '';
  const who = typeof state.by === 'string' ? `it ${endings[state.by]}` : `${nameOf(state.by)} resolved it`;
  return `${who} ${ago(state.since, now)}`;
}

const endings = { recovered: 'recovered', gone: 'was closed as gone', 'no longer watched': 'was closed as unwatched' };

const whose = (who: Actor, asks: Actor): string =>
  who.platform === asks.platform && who.id === asks.id ? 'you' : who.name;

const ago = (at: number, now: number): string => `${formatDuration(Math.max(0, now - at))} ago`;
