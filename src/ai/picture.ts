import { formatDuration, formatTime, formatValue } from '../core/format.ts';
import type { EntitySituation, EntityState, Reading, Situation, WatchSituation } from '../core/situation.ts';
import { byUrgency, incidentLine, unitsOf } from './incident-line.ts';
import { besideOf } from './state-answers.ts';

/** A picture is never longer than this many characters: about two thousand tokens. */
export const longestPicture = 6_000;
const mostIncidents = 10;
const mostEntities = 20;
const fewestEntities = 3;
const longestName = 80;
const longestQuery = 160;

/** What stands first is what an answer needs most. */
const ranks: Readonly<Record<EntityState, number>> = { anomalous: 0, silent: 1, 'warming up': 2, normal: 3 };

/**
 * What is true now, for a model to answer from: open incidents, then the latest value and expectation of every watched metric
 * with its age, the strangest entities first, then the query behind each metric. Names and labels are data that anybody may have
 * chosen: they can neither end a line nor close the fence, and what is not plainly a name stands in quotation marks.
 */
export function pictureOf(situation: Situation): string {
  const { now, simulated, source, watches } = situation;
  const reachable = source.reachable
    ? 'reachable'
    : `NOT readable since ${formatTime(source.since)}: ${tame(source.because ?? 'unknown', longestQuery)}`;
  const share = Math.max(fewestEntities, Math.floor(mostEntities / Math.max(1, watches.length)));
  return bounded([
    `now: ${formatTime(now)}; ${simulated ? 'all of this is SIMULATED' : 'not simulated'}`,
    `source: Prometheus, ${reachable}`,
    ...incidentLines(situation),
    ...watches.flatMap((watch) => watchLines(watch, share, now)),
    ...watches.flatMap(queryLines),
  ]);
}

/** Text that stays on its line and within the fence, cut to what a name needs; quoted unless it is plainly a name. */
export function tame(text: string, longest = longestName): string {
  const flat = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('"', "'")
    .trim();
  const signs = [...flat];
  const short = signs.length > longest ? `${signs.slice(0, longest).join('')}…` : flat;
  return /^[\p{L}\p{N}_.:/@-]+$/u.test(short) ? short : `"${short}"`;
}

function incidentLines(situation: Situation): readonly string[] {
  const { open, now } = situation;
  const units = unitsOf(situation);
  const lines = byUrgency(open)
    .slice(0, mostIncidents)
    .map((incident) => `- ${incidentLine(incident, now, (watch, metric) => tamedUnit(units(watch, metric)), tame)}`);
  const more = open.length > mostIncidents ? [`- … ${open.length - mostIncidents} more`] : [];
  return [`open incidents: ${open.length}`, ...lines, ...more];
}

function watchLines(
  { watch, model, at, unread, entities }: WatchSituation,
  share: number,
  now: number,
): readonly string[] {
  const learnt =
    model.kind === 'ready'
      ? `learnt ${formatDuration(Math.max(0, now - model.trainedAt))} ago`
      : `no model: ${tame(model.because)}`;
  const last = at === null ? 'not read yet' : `read ${formatDuration(Math.max(0, now - at))} ago`;
  const read = unread === null ? last : `${last} and NOT readable now: ${tame(unread.because, longestQuery)}`;
  const ranked = entities.toSorted((a, b) => ranks[a.state] - ranks[b.state] || deviation(b) - deviation(a));
  const rows = ranked.slice(0, share).map((entity) => entityLine(entity, now));
  const more = entities.length > share ? [`- … ${entities.length - share} more, none stranger than these`] : [];
  return [`watch ${tame(watch)}: ${entities.length} entities, ${read}, ${learnt}`, ...rows, ...more];
}

function queryLines({ watch, entities }: WatchSituation): readonly string[] {
  return (entities[0]?.readings ?? []).map(
    ({ metric, query }) => `${tame(metric)} of ${tame(watch)} is from ${tame(query, longestQuery)}`,
  );
}

function entityLine({ entity, state, at, readings }: EntitySituation, now: number): string {
  const values = readings.map(({ metric, unit, value, expected }) => {
    const written = tamedUnit(unit);
    return `${tame(metric)} ${formatValue(value, written)}${besideOf(expected, written)}`;
  });
  return `- ${tame(entity)}: ${state}, ${formatDuration(Math.max(0, now - at))} old; ${values.join(', ')}`;
}

/** A unit of a person's own stands behind a number as it is. */
function tamedUnit(unit: string): string {
  return unit === '' || /^[\p{L}%/°µ\d]{1,12}$/u.test(unit) ? unit : tame(unit, 12);
}

/** How far the strangest reading is from what was expected, as a part of the larger of both. */
function deviation({ readings }: EntitySituation): number {
  const parts = readings.map(({ value, expected }: Reading) => {
    const size = Math.max(Math.abs(value), Math.abs(expected ?? Number.NaN));
    if (size === Number.POSITIVE_INFINITY) return 1;
    return size > 0 ? Math.abs(value - (expected ?? value)) / size : 0;
  });
  return Math.max(0, ...parts);
}

/** Whole lines up to the limit, and how many had no room. */
function bounded(lines: readonly string[]): string {
  let length = 0;
  const kept = lines.findIndex((line) => {
    length += line.length + 1;
    return length > longestPicture - 40;
  });
  if (kept === -1) return lines.join('\n');
  return [...lines.slice(0, kept), `… ${lines.length - kept} more lines`].join('\n');
}
