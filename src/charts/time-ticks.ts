import { calendarDay, clockTime, monthName, type TimeZone } from '../core/time-zone.ts';

export type TimeTick = { readonly at: number; readonly label: string };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Steps on the wall's clock, ms. */
const clockSteps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
];
/** Steps of the calendar, with about how long they are. */
const calendarSteps = [
  ...[1, 2, 7, 14].map((count) => ({ unit: 'days', count, ms: count * day })),
  ...[1, 2, 3, 6].map((count) => ({ unit: 'months', count, ms: count * 30.4 * day })),
  ...[1, 2, 5, 10, 20, 50, 100, 500, 2_000].map((count) => ({
    unit: 'months',
    count: 12 * count,
    ms: count * 365 * day,
  })),
] as const;
/** 1970-01-05: weeks begin on a Monday. */
const firstMonday = 4;

/**
 * Marks for a time axis at round times of the wall's clock, at most about `most` of them, each with what the clock or the calendar shows
 * then. Where the clock is put forward or back in between, the marks before and after are round all the same.
 */
export function timeTicks(from: number, to: number, zone: TimeZone, most: number): readonly TimeTick[] {
  const step = clockSteps.find((ms) => (to - from) / ms <= most);
  return step === undefined ? calendarTicks(from, to, zone, most) : clockTicks(from, to, zone, step);
}

function clockTicks(from: number, to: number, zone: TimeZone, step: number): readonly TimeTick[] {
  const ticks: TimeTick[] = [];
  for (let at = from; at <= to; at += 1) {
    const offset = zone.offsetAt(at);
    const next = Math.ceil((at + offset) / step) * step - offset;
    const changed = zone.offsetAt(next) === offset ? null : changeBetween(at, next, zone);
    at = changed ?? next;
    if (zone.wallAt(at) % step === 0 && at <= to) ticks.push({ at, label: clockLabel(at, zone, step) });
  }
  return ticks;
}

/** The first instant at which the wall is no longer as far ahead as it is at `low`; `high` is after it. */
function changeBetween(low: number, high: number, zone: TimeZone): number {
  const before = zone.offsetAt(low);
  let [still, changed] = [low, high];
  while (changed - still > 1) {
    const middle = Math.floor((still + changed) / 2);
    if (zone.offsetAt(middle) === before) still = middle;
    else changed = middle;
  }
  return changed;
}

/** Midnight is named by the day that begins. */
function clockLabel(at: number, zone: TimeZone, step: number): string {
  if (zone.wallAt(at) % day === 0) return calendarDay(at, zone, { year: false });
  return clockTime(at, zone, { seconds: step < minute });
}

function calendarTicks(from: number, to: number, zone: TimeZone, most: number): readonly TimeTick[] {
  const { unit, count } = calendarSteps.find(({ ms }) => (to - from) / ms <= most) ?? { unit: 'months', count: 60_000 };
  const [first, last] = [zone.wallAt(from), zone.wallAt(to)];
  const walls = unit === 'days' ? everyDays(first, last, count) : everyMonths(first, last, count);
  return walls.map((wall) => {
    const at = zone.instantOf(wall);
    return { at, label: unit === 'days' ? calendarDay(at, zone, { year: false }) : monthLabel(wall, count) };
  });
}

function everyDays(first: number, last: number, count: number): readonly number[] {
  const shift = count % 7 === 0 ? firstMonday : 0;
  const begin = Math.ceil((first / day - shift) / count) * count + shift;
  const end = Math.floor(last / day);
  return Array.from(
    { length: Math.max(0, Math.floor((end - begin) / count) + 1) },
    (_, at) => (begin + at * count) * day,
  );
}

function everyMonths(first: number, last: number, count: number): readonly number[] {
  const begin = new Date(first);
  const months = begin.getUTCFullYear() * 12 + begin.getUTCMonth();
  const walls: number[] = [];
  for (let month = Math.ceil(months / count) * count; ; month += count) {
    const wall = Date.UTC(Math.floor(month / 12), month % 12);
    // What no calendar reaches is no number and ends it too.
    if (!(wall <= last)) return walls;
    if (wall >= first) walls.push(wall);
  }
}

function monthLabel(wall: number, count: number): string {
  const at = new Date(wall);
  const year = String(at.getUTCFullYear());
  return count % 12 === 0 || at.getUTCMonth() === 0 ? year : monthName(at.getUTCMonth());
}
