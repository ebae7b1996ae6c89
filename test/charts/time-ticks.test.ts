import { describe, expect, it } from 'vitest';
import { timeTicks } from '../../src/charts/time-ticks.ts';
import { timeZoneOf } from '../../src/core/time-zone.ts';

const hour = 3_600_000;
const ticks = (zone: string, from: string, hours: number, most = 7) =>
  timeTicks(Date.parse(from), Date.parse(from) + hours * hour, timeZoneOf(zone), most);
const labels = (...window: Parameters<typeof ticks>) => ticks(...window).map(({ label }) => label);

describe('the marks of a time axis', () => {
  it.each([
    ['UTC', '2026-01-05T11:30:00Z', 2, ['11:30', '12:00', '12:30', '13:00', '13:30']],
    [
      'UTC',
      '2026-01-05T12:00:00Z',
      1 / 60,
      ['12:00:00', '12:00:10', '12:00:20', '12:00:30', '12:00:40', '12:00:50', '12:01:00'],
    ],
    ['Asia/Kolkata', '2026-01-05T11:30:00Z', 6, ['17:00', '18:00', '19:00', '20:00', '21:00', '22:00', '23:00']],
    ['UTC', '2026-01-04T15:00:00Z', 36, ['18:00', '5 Jan', '06:00', '12:00', '18:00', '6 Jan']],
    ['UTC', '2026-01-01T10:00:00Z', 24 * 30, ['5 Jan', '12 Jan', '19 Jan', '26 Jan']],
    ['UTC', '2025-11-20T00:00:00Z', 24 * 150, ['Dec', '2026', 'Feb', 'Mar', 'Apr']],
    ['UTC', '2020-06-01T00:00:00Z', 24 * 365 * 5, ['2021', '2022', '2023', '2024', '2025']],
  ])('in %s from %s over %d h are round', (zone, from, hours, expected) => {
    expect(labels(zone, from, hours)).toEqual(expected);
  });

  it('are round on the wall before and after the clock is put forward', () => {
    const marks = ticks('Europe/Berlin', '2026-03-28T22:00:00Z', 12);
    expect(marks.map(({ label }) => label)).toEqual(['29 Mar', '04:00', '06:00', '08:00', '10:00', '12:00']);
    expect(marks.map(({ at }) => new Date(at).toISOString().slice(11, 16))).toEqual([
      '23:00', // 00:00 is an hour ahead of UTC
      '02:00', // and 04:00 two hours
      '04:00',
      '06:00',
      '08:00',
      '10:00',
    ]);
  });

  it('have the hour twice that the clock is put back over', () => {
    expect(labels('Europe/Berlin', '2026-10-24T23:00:00Z', 5)).toEqual([
      '01:00',
      '02:00',
      '02:00',
      '03:00',
      '04:00',
      '05:00',
    ]);
  });

  it('name a day whose midnight the clock leaps over', () => {
    const marks = ticks('America/Asuncion', '2023-09-28T12:00:00Z', 24 * 5);
    expect(marks.map(({ label }) => label)).toEqual(['29 Sep', '30 Sep', '1 Oct', '2 Oct', '3 Oct']);
  });

  it.each([
    ['Pacific/Chatham', '2026-04-04T00:00:00Z', 40],
    ['Australia/Lord_Howe', '2026-10-03T00:00:00Z', 40],
    ['America/St_Johns', '2026-03-07T00:00:00Z', 60],
    ['UTC', '1970-01-01T00:00:00Z', 24 * 365 * 8_000],
  ])('in %s from %s are neither too many nor none, and rise', (zone, from, hours) => {
    const marks = ticks(zone, from, hours);
    expect(marks.length).toBeGreaterThanOrEqual(2);
    expect(marks.length).toBeLessThanOrEqual(9);
    expect(marks.map(({ at }) => at)).toEqual(marks.map(({ at }) => at).toSorted((a, b) => a - b));
  });
});
