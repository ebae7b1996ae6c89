import type { Chart, Panel, Span } from './chart.ts';
import { formatValue } from './format.ts';
import { calendarDay, clockTime, daysOf, type TimeZone, timeZoneOf, zoneName } from './time-zone.ts';

/** Discord takes 1,024 characters of it. */
const longestAlt = 1_000;
const longestName = 80;
const dayMs = 86_400_000;

/**
 * What a chart shows in sentences that can be acted on without seeing it: what and when, what is marked, and of every panel where it ended,
 * how far it went, when it left what is normal, which limits it reached, and what is expected to come.
 */
export function altOf(chart: Omit<Chart, 'alt'>): string {
  const { title, from, to, panels, spans, simulated } = chart;
  const zone = timeZoneOf(chart.timeZone);
  const moment = momentIn(zone, from, to);
  const sentences = [
    ...(simulated ? ['Simulated.'] : []),
    `${nameOf(title)}, ${moment(from)} to ${moment(to)}, ${daysOf(from, to, zone)}, ${zoneName(zone, from, to)}.`,
    ...spans.map((span) => spanWords(span, moment)),
    ...panels.map((panel) => panelWords(panel, moment)),
  ];
  const text = sentences.join(' ');
  return text.length <= longestAlt
    ? text
    : `${text
        .slice(0, longestAlt - 1)
        .toWellFormed()
        .trimEnd()}…`;
}

type Moment = (at: number) => string;

/** Within a day the clock is enough; beyond it the day belongs to it. */
function momentIn(zone: TimeZone, from: number, to: number): Moment {
  const isShort =
    to - from < dayMs && calendarDay(from, zone, { year: true }) === calendarDay(to, zone, { year: true });
  return (at) => {
    const clock = clockTime(at, zone, { seconds: false });
    return isShort ? clock : `${calendarDay(at, zone, { year: false })} ${clock}`;
  };
}

function spanWords({ from, to, label }: Span, moment: Moment): string {
  return `Marked as ${nameOf(label)}: ${moment(from)} to ${moment(to)}.`;
}

function panelWords(panel: Panel, moment: Moment): string {
  const { name, unit, times, values } = panel;
  const seen = times.flatMap((at, index) => {
    const value = values[index];
    return isNumber(value) ? [{ at, value, index }] : [];
  });
  const last = seen.at(-1);
  const said: string[] = [];
  if (last === undefined) said.push('no values');
  else {
    const highest = seen.reduce((high, point) => (point.value > high.value ? point : high));
    const lowest = seen.reduce((low, point) => (point.value < low.value ? point : low));
    said.push(`last ${formatValue(last.value, unit)} at ${moment(last.at)}`);
    if (highest.value === lowest.value) said.push('all the same');
    else
      said.push(
        `highest ${formatValue(highest.value, unit)} at ${moment(highest.at)}, lowest ${formatValue(lowest.value, unit)} at ${moment(lowest.at)}`,
      );
    said.push(...normalWords(panel, seen, moment));
  }
  said.push(...forecastWords(panel, last?.index ?? -1, moment), ...limitWords(panel, moment));
  return `${nameOf(name)}: ${said.join('; ')}.`;
}

type Seen = { readonly at: number; readonly value: number; readonly index: number };

function normalWords({ unit, lower, upper }: Panel, seen: readonly Seen[], moment: Moment): readonly string[] {
  const judged = seen.flatMap(({ at, value, index }) => {
    const [low, high] = [lower[index], upper[index]];
    return isNumber(low) && isNumber(high) ? [{ at, low, high, isOutside: value < low || value > high }] : [];
  });
  const last = judged.at(-1);
  if (last === undefined) return [];
  const outside = judged.filter(({ isOutside }) => isOutside);
  const [first] = outside;
  const count = `${outside.length} of ${judged.length}`;
  return [
    `normal then ${formatValue(last.low, unit)} to ${formatValue(last.high, unit)}`,
    first === undefined ? 'always within that' : `${count} values outside of that, the first at ${moment(first.at)}`,
  ];
}

function forecastWords(panel: Panel, lastSeen: number, moment: Moment): readonly string[] {
  const { unit, times, expected, lower, upper } = panel;
  const end = times.findLastIndex((_at, index) => index > lastSeen && isNumber(expected[index]));
  const [at, value] = [times[end], expected[end]];
  if (at === undefined || !isNumber(value)) return [];
  const [low, high] = [lower[end], upper[end]];
  const between =
    isNumber(low) && isNumber(high) ? `, between ${formatValue(low, unit)} and ${formatValue(high, unit)}` : '';
  return [`expected at ${moment(at)} ${formatValue(value, unit)}${between}`];
}

function limitWords({ unit, times, values, limits }: Panel, moment: Moment): readonly string[] {
  const first = values.find(isNumber);
  if (first === undefined) return [];
  return limits.map(({ value: limit, label }) => {
    const crossed = values.findIndex((value) => isNumber(value) && value >= limit !== first >= limit);
    const at = times[crossed];
    const name = `${nameOf(label)} (${formatValue(limit, unit)})`;
    return at === undefined ? `${name} not crossed` : `${name} crossed at ${moment(at)}`;
  });
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** In one line and not endless. */
function nameOf(text: string): string {
  const line = text
    .slice(0, 8 * longestName)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const letters = [...line];
  return letters.length <= longestName ? line : `${letters.slice(0, longestName - 1).join('')}…`;
}
