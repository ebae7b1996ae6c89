import { formatDuration, formatValue } from '../core/format.ts';
import type { EntitySituation, Reading, Situation, Unread } from '../core/situation.ts';
import { byUrgency, incidentLine, unitsOf } from './incident-line.ts';
import { shortened } from './shortened.ts';

const asItIs = (text: string): string => text;

/** What is wrong now, and what keeps this from being the whole truth. */
export function wrongText(seen: Situation): string {
  const { open, now } = seen;
  const doubts = doubtsOf(seen);
  if (open.length === 0)
    return [
      doubts.length === 0 ? 'Nothing is wrong that I can see: no open incident.' : 'No incident is open, but:',
      ...doubts,
    ].join('\n');
  const units = unitsOf(seen);
  const lines = byUrgency(open).map((incident) => incidentLine(incident, now, units, asItIs));
  return [`${count(open.length, 'open incident')}:`, ...shortened(lines), ...doubts].join('\n');
}

/** How each watch is, in a line. */
export function overviewText({ watches, now }: Situation): string {
  const lines = watches.map(({ watch, at, entities }) => {
    const counts = Map.groupBy(entities, ({ state }) => state);
    const states = [...counts].map(([state, those]) => `${those.length} ${state}`).join(', ');
    const age = at === null ? 'not read yet' : `read ${formatDuration(Math.max(0, now - at))} ago`;
    return `${watch}: ${entities.length === 0 ? 'nothing seen yet' : states}; ${age}`;
  });
  return lines.join('\n');
}

/** One entity: is it well, and its last numbers beside what was expected. */
export function entityText(entity: string, seen: Situation): string {
  const { watches, open, now } = seen;
  const units = unitsOf(seen);
  const incidents = byUrgency(open.filter((incident) => incident.entity === entity));
  const states = watches.flatMap(({ entities }) => entities.filter((one) => one.entity === entity));
  return [
    verdictOf(entity, states, incidents.length),
    ...incidents.map((incident) => incidentLine(incident, now, units, asItIs)),
    ...states.flatMap((one) => stateLines(one, now)),
    ...watches.flatMap(({ watch, unread, entities }) =>
      unread !== null && entities.some((one) => one.entity === entity) ? [unreadText(watch, unread)] : [],
    ),
    ...(seen.source.reachable ? [] : [unreadable(seen)]),
  ].join('\n');
}

/** What is watched: every watch with its metrics and its entities. */
export function watchedText({ watches }: Situation): string {
  const lines = watches.map(({ watch, entities }) => {
    const metrics = (entities[0]?.readings ?? []).map(({ metric }) => metric).join(', ');
    const names = shortened(entities.map(({ entity }) => entity)).join(', ');
    return entities.length === 0
      ? `${watch}: nothing seen yet`
      : `${watch}: ${metrics} of ${entities.length === 1 ? names : `${entities.length} entities: ${names}`}`;
  });
  return lines.length === 0 ? 'I watch nothing.' : ['I watch:', ...lines].join('\n');
}

function verdictOf(entity: string, states: readonly EntitySituation[], incidents: number): string {
  if (incidents > 0) return `${entity} is not well: ${count(incidents, 'open incident')}.`;
  const [strange] = states.filter(({ state }) => state !== 'normal');
  if (strange === undefined) return `${entity} is well: no open incident, and nothing about its numbers is unusual.`;
  if (strange.state === 'warming up')
    return `${entity} has no open incident, but I can not judge it yet: its model is warming up.`;
  if (strange.state === 'silent') return `${entity} has fallen silent: it has stopped giving numbers.`;
  return `${entity} is unusual just now; no incident is open yet.`;
}

function stateLines({ entity, state, at, readings }: EntitySituation, now: number): readonly string[] {
  return [
    `${entity} is ${state}; its numbers are ${formatDuration(Math.max(0, now - at))} old:`,
    ...readings.map(readingText),
  ];
}

function readingText({ metric, value, unit, expected }: Reading): string {
  return `${metric}: ${formatValue(value, unit)}${besideOf(expected, unit)}`;
}

/** What was expected, or nothing while that is not known. */
export function besideOf(expected: number | null, unit: string): string {
  return expected === null || Number.isNaN(expected) ? '' : ` (expected ${formatValue(expected, unit)})`;
}

/** Why "nothing is open" may not mean that all is well. */
function doubtsOf(seen: Situation): readonly string[] {
  const unlearnt = seen.watches.flatMap(({ watch, model, entities, unread }) => {
    if (unread !== null) return [unreadText(watch, unread)];
    if (model.kind === 'none')
      return [`The watch ${watch} has no model yet (${model.because}), so nothing of it is judged.`];
    const warming = entities.filter(({ state }) => state === 'warming up').length;
    return warming === 0 ? [] : [`${warming} of ${entities.length} in ${watch} can not be judged yet: warming up.`];
  });
  return seen.source.reachable ? unlearnt : [unreadable(seen), ...unlearnt];
}

function unreadText(watch: string, { because }: Unread): string {
  return `The watch ${watch} can not be read (${because}), so nothing of it is judged.`;
}

function unreadable({ source, now }: Situation): string {
  const age = formatDuration(Math.max(0, now - source.since));
  const because = source.because === null ? '' : ` (${source.because})`;
  return `Prometheus has not been readable for ${age}${because}, so I may not see everything.`;
}

function count(size: number, thing: string): string {
  return `${size} ${thing}${size === 1 ? '' : 's'}`;
}
