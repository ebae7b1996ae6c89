import { describe, expect, it } from 'vitest';
import { calendarDay, clockTime, daysOf, timeZoneOf, zoneName } from '../../src/core/time-zone.ts';

const at = (text: string): number => Date.parse(text);

describe('the clock of a time zone', () => {
  it.each([
    ['UTC', '2026-01-05T12:05:20Z', '12:05', '5 Jan 2026'],
    ['Europe/Berlin', '2026-01-05T23:30:00Z', '00:30', '6 Jan 2026'],
    ['Europe/Berlin', '2026-07-05T22:30:00Z', '00:30', '6 Jul 2026'],
    ['America/New_York', '2026-01-01T02:00:00Z', '21:00', '31 Dec 2025'],
    ['Asia/Kolkata', '2026-01-05T12:00:00Z', '17:30', '5 Jan 2026'],
    ['Mars/Olympus', '2026-01-05T12:00:00Z', '12:00', '5 Jan 2026'],
    ['', '2026-01-05T12:00:00Z', '12:00', '5 Jan 2026'],
  ])('of "%s" shows at %s %s on %s', (name, instant, clock, day) => {
    const zone = timeZoneOf(name);
    expect(clockTime(at(instant), zone, { seconds: false })).toBe(clock);
    expect(calendarDay(at(instant), zone, { year: true })).toBe(day);
  });

  it('shows seconds when asked', () => {
    expect(clockTime(at('2026-01-05T12:05:20.999Z'), timeZoneOf('UTC'), { seconds: true })).toBe('12:05:20');
  });

  it.each([
    ['2026-03-29T01:30:00', '2026-03-29T00:30:00Z', 'an hour ahead'],
    ['2026-03-29T02:30:00', '2026-03-29T01:30:00Z', 'leapt over'],
    ['2026-10-25T02:30:00', '2026-10-25T00:30:00Z', 'there twice'],
    ['2026-10-25T03:30:00', '2026-10-25T02:30:00Z', 'an hour ahead again'],
  ])('in Berlin shows %s at %s, for that is %s', (wall, instant) => {
    expect(new Date(timeZoneOf('Europe/Berlin').instantOf(at(`${wall}Z`)))).toEqual(new Date(instant));
  });

  it.each([
    ['UTC', '2026-01-05', 'UTC'],
    ['Etc/UTC', '2026-01-05', 'UTC'],
    ['no such place', '2026-01-05', 'UTC'],
    ['Europe/Berlin', '2026-01-05', 'Europe/Berlin (UTC+1)'],
    ['Europe/Berlin', '2026-03-28', 'Europe/Berlin (UTC+1, later UTC+2)'],
    ['Asia/Kolkata', '2026-01-05', 'Asia/Kolkata (UTC+5:30)'],
    ['America/New_York', '2026-01-05', 'America/New_York (UTC−5)'],
    ['Europe/London', '2026-01-05', 'Europe/London (UTC)'],
  ])('%s is on %s called %s', (name, day, called) => {
    const noon = at(`${day}T12:00:00Z`);
    expect(zoneName(timeZoneOf(name), noon, noon + 86_400_000)).toBe(called);
  });

  it.each([
    ['2026-01-05T12:00:00Z', 2, '5 Jan 2026'],
    ['2026-01-05T12:00:00Z', 72, '5 Jan to 8 Jan 2026'],
    ['2025-12-30T12:00:00Z', 72, '30 Dec 2025 to 2 Jan 2026'],
  ])('from %s %d h are %s', (from, hours, words) => {
    expect(daysOf(at(from), at(from) + hours * 3_600_000, timeZoneOf('UTC'))).toBe(words);
  });
});
