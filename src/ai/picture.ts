import { formatDuration, formatTime, formatValue } from '../core/format.ts';
import type { Incident } from '../core/incident.ts';
import type { EntitySituation, EntityState, Reading, Situation, WatchSituation } from '../core/situation.ts';

/** A picture is never longer than this many characters: about two thousand tokens. */
export const longestPicture = 6_000;
const mostIncidents = 10;
const mostEntities = 20;
const longestName = 80;
const longestQuery = 160;

/** What stands first is what an answer needs most. */
const ranks: Readonly<Record<EntityState, number>> = { anomalous: 0, silent: 1, 'warming up': 2, normal: 3 };

/**
 * What is true now, for a model to answer from: open incidents, then the latest value and expectation of every watched metric with
 * the query it comes from and its age. Names and labels are data that anybody may have chosen; they can neither end a line nor
 * close the fence around the picture.
 */
export function pictureOf({ now, simulated, source, watches, open }: Situation): string {
  const reachable = source.reachable
    ? 'reachable'
    : `NOT readable since ${formatTime(source.since)}: ${tame(source.because ?? 'unknown')}`;
  const lines = [
    `now: ${formatTime(now)}${simulated ? '; all hosts are SIMULATED' : ''}`,
    `source: Prometheus, ${reachable}`,
    ...incidentLines(open, watches, now),
    ...watches.flatMap((watch) => watchLines(watch, now)),
  ];
  return bounded(lines);
}

/** Text that stays on its line and within the fence, cut to what a name needs. */
export function tame(text: string, longest = longestName): string {
  const flat = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .trim();
  return flat.length > longest ? `${flat.slice(0, longest)}…` : flat;
}

function incidentLines(open: readonly Incident[], watches: readonly WatchSituation[], now: number): readonly string[] {
  const lines = open.slice(0, mostIncidents).map((incident) => {
    const units = unitsOf(watches, incident.watch);
    const why = incident.because
      .slice(0, 3)
      .map(({ metric, seen, expected, share }) => {
        const unit = units.get(metric) ?? '';
        return `${tame(metric)} seen ${formatValue(seen, unit)}, expected ${formatValue(expected, unit)}, share ${Math.round(share * 100)} %`;
      })
      .join('; ');
    const age = formatDuration(Math.max(0, now - incident.openedAt));
    const sure = incident.kind === 'anomaly' ? `, confidence ${Math.round(incident.confidence * 100)} %` : '';
    return `- ${incident.severity} ${incident.kind} on ${tame(incident.entity)} (watch ${tame(incident.watch)}) for ${age}${sure}${why === '' ? '' : `: ${why}`}`;
  });
  const more = open.length > mostIncidents ? [`- … ${open.length - mostIncidents} more`] : [];
  return [`open incidents: ${open.length}`, ...lines, ...more];
}

function watchLines({ watch, model, at, entities }: WatchSituation, now: number): readonly string[] {
  const learnt =
    model.kind === 'ready' ? `learnt ${formatDuration(now - model.trainedAt)} ago` : `no model: ${tame(model.because)}`;
  const read = at === null ? 'not read yet' : `read ${formatDuration(Math.max(0, now - at))} ago`;
  const queries = (entities[0]?.readings ?? []).map(
    ({ metric, query }) => `  ${tame(metric)} is from ${tame(query, longestQuery)}`,
  );
  const ranked = [...entities].sort((a, b) => ranks[a.state] - ranks[b.state] || deviation(b) - deviation(a));
  const rows = ranked.slice(0, mostEntities).map((entity) => entityLine(entity, now));
  const more =
    entities.length > mostEntities ? [`- … ${entities.length - mostEntities} more, none stranger than these`] : [];
  return [`watch ${tame(watch)}: ${entities.length} entities, ${read}, ${learnt}`, ...rows, ...more, ...queries];
}

function entityLine({ entity, state, at, readings }: EntitySituation, now: number): string {
  const values = readings.map(({ metric, unit, value, expected }) => {
    const beside = expected === null || Number.isNaN(expected) ? '' : ` (expected ${formatValue(expected, unit)})`;
    return `${tame(metric)} ${formatValue(value, unit)}${beside}`;
  });
  return `- ${tame(entity)}: ${state}, ${formatDuration(Math.max(0, now - at))} old; ${values.join(', ')}`;
}

/** How far the strangest reading is from what was expected, as a part of the larger of both. */
function deviation({ readings }: EntitySituation): number {
  const parts = readings.map(({ value, expected }: Reading) => {
    const size = Math.max(Math.abs(value), Math.abs(expected ?? Number.NaN));
    return size > 0 ? Math.abs(value - (expected ?? value)) / size : 0;
  });
  return Math.max(0, ...parts);
}

function unitsOf(watches: readonly WatchSituation[], name: string): ReadonlyMap<string, string> {
  const readings = watches.filter(({ watch }) => watch === name).flatMap(({ entities }) => entities[0]?.readings ?? []);
  return new Map(readings.map(({ metric, unit }) => [metric, unit]));
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
