import { durationMs } from '../core/duration.ts';
import { UsageError } from '../core/errors.ts';

const longestMs = 30 * 86_400_000;
/** What is longer than this is given a reason. */
export const unreasonedMs = 24 * 3_600_000;
const morningHour = 8;
const hourMs = 3_600_000;

/** When a silence ends that is to last "1h", "2d12h" or till "morning", which is eight o'clock in the bot's time zone. */
export function untilOf(text: string, now: number, timeZone: string): number {
  const said = text.trim().toLowerCase();
  if (/^(till |until )?morning$/.test(said)) return nextMorning(now, timeZone);
  if (!/^(\d+[smhdw])+$/.test(said)) throw new UsageError('Say how long: 30m, 1h, 2d, or "morning".');
  const ms = durationMs(said);
  if (ms < 60_000 || ms > longestMs) throw new UsageError('A silence lasts between 1m and 30d.');
  return now + ms;
}

/** Stepped through by the hour, so that days of 23 and 25 hours are right. */
function nextMorning(now: number, timeZone: string): number {
  const hours = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  const quarterMs = hourMs / 4;
  let at = Math.ceil((now + 1) / quarterMs) * quarterMs;
  const minutes = new Intl.DateTimeFormat('en-GB', { timeZone, minute: '2-digit' });
  while (Number(hours.format(at)) !== morningHour || Number(minutes.format(at)) !== 0) at += quarterMs;
  return at;
}
