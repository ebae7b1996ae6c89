import { durationMs } from '../core/duration.ts';
import { type Level, levels } from '../logs/line.ts';
import type { LogReader } from '../logs/read.ts';
import { readFlags, refuse } from './flags.ts';

export const logsUsage = `Use: npm run logs -- [--since 1h] [--until 10m] [--level ${levels.join('|')}] [--follow yes|no]
--since and --until are lengths of time before now (30s, 15m, 2h, 7d) or moments (2026-11-24, 2026-11-24T13:00Z).`;

export type LogsQuery = {
  readonly from: number;
  readonly to: number;
  readonly level: Level;
  readonly follow: boolean;
};

export type LogsView = {
  readonly reader: LogReader;
  readonly line: (text: string) => void;
  readonly trouble: (sentence: string) => void;
  /** Between two looks at what is new; rejects when it is interrupted. */
  readonly wait: () => Promise<void>;
  readonly now: () => number;
};

/** Lines of another machine come when they are shipped, so what is followed is looked for this far back. */
const followBackMs = 2 * 3_600_000;

/** What the flags ask for. Throws `UsageError` with every problem at once. */
export function queryOf(args: readonly string[], now: number): LogsQuery {
  const { flags, problems: wrong } = readFlags(args, ['since', 'until', 'level', 'follow']);
  const { since = '1h', until = '0s', level: wanted = 'debug', follow = 'no' } = flags;
  const [from, to] = [momentOf(since, now), momentOf(until, now)];
  const level = levels.find((one) => one === wanted);
  const problems = [
    ...wrong,
    ...(from === null ? [`--since ${since} is no length of time and no moment`] : []),
    ...(to === null ? [`--until ${until} is no length of time and no moment`] : []),
    ...(from !== null && from > now ? [`--since ${since} is in the future`] : []),
    ...(from !== null && to !== null && from <= now && from > to ? ['--since is later than --until'] : []),
    ...(level === undefined ? [`--level ${wanted} is none of ${levels.join(', ')}`] : []),
    ...(['yes', 'no'].includes(follow) ? [] : [`--follow ${follow} is neither yes nor no`]),
    ...(follow === 'yes' && flags.until !== undefined ? ['--follow yes has no end: leave --until out'] : []),
  ];
  refuse(problems, logsUsage);
  return { from: from ?? now, to: to ?? now, level: level ?? 'debug', follow: follow === 'yes' };
}

/** Shows what is there, and with `follow` what comes, until it is interrupted. */
export async function showLogs(
  view: LogsView,
  { from, to, level, follow }: LogsQuery,
  signal: AbortSignal,
): Promise<void> {
  const { reader, line, trouble, now } = view;
  let query = { from, to: follow ? null : to, level };
  for (;;) {
    for await (const { lines, troubles } of reader.read(query, signal)) {
      for (const { text } of lines) line(text);
      for (const sentence of troubles) trouble(sentence);
    }
    if (!follow) return;
    await view.wait();
    query = { ...query, from: Math.max(from, now() - followBackMs) };
  }
}

/** Epoch ms, or null. A day without a time begins in UTC; a time says its zone, because logs are read on other machines. */
function momentOf(text: string, now: number): number | null {
  if (/^(\d+(ms|[smhdw]))+$/.test(text)) return now - durationMs(text);
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
