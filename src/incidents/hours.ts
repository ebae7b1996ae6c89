import type { Weekly } from '../core/routing.ts';
import { timeZoneOf } from '../core/time-zone.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

export type Span = { readonly from: number; readonly until: number };

/** The hours that an instant is in, from their begin to their end in epoch ms; null when it is in none. On days on which the clock is put they are longer or shorter. */
export function hoursAt({ days, from, to, zone }: Weekly, at: number): Span | null {
  const clock = timeZoneOf(zone);
  const today = Math.floor(clock.wallAt(at) / dayMs) * dayMs;
  // What began yesterday may still be going on.
  for (const day of [today, today - dayMs]) {
    if (!days.includes(new Date(day).getUTCDay())) continue;
    const end = day + to * minuteMs + (to > from ? 0 : dayMs);
    const span = { from: clock.instantOf(day + from * minuteMs), until: clock.instantOf(end) };
    if (span.from <= at && at < span.until) return span;
  }
  return null;
}

/** The last of these hours that were over at an instant; null when there were none within a fortnight. */
export function lastHoursBefore(weekly: Weekly, at: number): Span | null {
  const clock = timeZoneOf(weekly.zone);
  const today = Math.floor(clock.wallAt(at) / dayMs) * dayMs;
  for (let back = 0; back <= 14; back += 1) {
    const begin = clock.instantOf(today - back * dayMs + weekly.from * minuteMs);
    const span = hoursAt(weekly, begin);
    if (span !== null && span.from === begin && span.until <= at) return span;
  }
  return null;
}
