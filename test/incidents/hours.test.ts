import { describe, expect, it } from 'vitest';
import type { Weekly } from '../../src/core/routing.ts';
import { hoursAt, lastHoursBefore } from '../../src/incidents/hours.ts';

const at = (text: string): number => Date.parse(text);
const everyDay = [0, 1, 2, 3, 4, 5, 6];
const hours = (from: number, to: number, change: Partial<Weekly> = {}): Weekly => ({
  ...{ days: everyDay, from: from * 60, to: to * 60, zone: 'UTC' },
  ...change,
});

describe('hours of the week', () => {
  it.each([
    {
      story: 'by day',
      weekly: hours(9, 17),
      now: '2026-01-05T09:00:00Z',
      is: ['2026-01-05T09:00:00Z', '2026-01-05T17:00:00Z'],
    },
    { story: 'not at their end', weekly: hours(9, 17), now: '2026-01-05T17:00:00Z', is: null },
    {
      story: 'before midnight',
      weekly: hours(22, 7),
      now: '2026-01-05T23:00:00Z',
      is: ['2026-01-05T22:00:00Z', '2026-01-06T07:00:00Z'],
    },
    {
      story: 'after midnight',
      weekly: hours(22, 7),
      now: '2026-01-06T06:59:00Z',
      is: ['2026-01-05T22:00:00Z', '2026-01-06T07:00:00Z'],
    },
    {
      story: 'after midnight of the day on which they began',
      weekly: hours(22, 7, { days: [0] }),
      now: '2026-01-05T06:00:00Z',
      is: ['2026-01-04T22:00:00Z', '2026-01-05T07:00:00Z'],
    },
    { story: 'not on another day', weekly: hours(22, 7, { days: [0] }), now: '2026-01-06T06:00:00Z', is: null },
    {
      story: 'the whole day',
      weekly: hours(0, 0),
      now: '2026-01-05T13:00:00Z',
      is: ['2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z'],
    },
    {
      story: 'by the clock of a zone',
      weekly: hours(9, 17, { zone: 'Asia/Tokyo' }),
      now: '2026-01-05T01:00:00Z',
      is: ['2026-01-05T00:00:00Z', '2026-01-05T08:00:00Z'],
    },
    {
      story: 'one hour shorter when the clock goes forward',
      weekly: hours(22, 7, { zone: 'Europe/Berlin' }),
      now: '2026-03-29T03:00:00Z',
      is: ['2026-03-28T21:00:00Z', '2026-03-29T05:00:00Z'],
    },
    {
      story: 'one hour longer when it goes back',
      weekly: hours(22, 7, { zone: 'Europe/Berlin' }),
      now: '2026-10-25T03:00:00Z',
      is: ['2026-10-24T20:00:00Z', '2026-10-25T06:00:00Z'],
    },
  ])('are met $story', ({ weekly, now, is }) => {
    const span = hoursAt(weekly, at(now));
    expect(span === null ? null : [span.from, span.until]).toEqual(is?.map(at) ?? null);
  });

  it.each([
    { story: 'today', weekly: hours(2, 4), now: '2026-01-05T12:00:00Z', until: '2026-01-05T04:00:00Z' },
    {
      story: 'yesterday, while those of today go on',
      weekly: hours(2, 4),
      now: '2026-01-05T03:00:00Z',
      until: '2026-01-04T04:00:00Z',
    },
    { story: 'over midnight', weekly: hours(22, 7), now: '2026-01-05T12:00:00Z', until: '2026-01-05T07:00:00Z' },
    {
      story: 'last week',
      weekly: hours(2, 4, { days: [0] }),
      now: '2026-01-10T12:00:00Z',
      until: '2026-01-04T04:00:00Z',
    },
  ])('were last over $story', ({ weekly, now, until }) => {
    expect(lastHoursBefore(weekly, at(now))?.until).toBe(at(until));
  });
});
