import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import type { KeptLine } from '../../src/logs/line.ts';
import type { LogQuery, LogReader } from '../../src/logs/read.ts';
import { logsUsage, queryOf, showLogs } from '../../src/tools/show-logs.ts';

const now = Date.UTC(2026, 10, 24, 13);
const hourMs = 3_600_000;
const signal = new AbortController().signal;

function problemsOf(...args: readonly string[]): readonly string[] {
  try {
    queryOf(args, now);
    return [];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(error.message.endsWith(logsUsage)).toBe(true);
    return error.message.slice(0, -logsUsage.length).trim().split('\n');
  }
}

describe('what the flags of logs ask for', () => {
  it.each([
    [[], { from: now - hourMs, to: now, level: 'debug', follow: false }],
    [['--since', '1h', '--level', 'warn'], { from: now - hourMs, level: 'warn' }],
    [['--since=1d12h', '--until=30m'], { from: now - 36 * hourMs, to: now - hourMs / 2 }],
    [['--since', '2026-11-24'], { from: now - 13 * hourMs }],
    [['--since', '2026-11-24T12:30Z'], { from: now - hourMs / 2 }],
    [['--since', '2026-11-24T12:30:15.500+02:00'], { from: Date.UTC(2026, 10, 24, 10, 30, 15, 500) }],
    [['--follow', 'yes'], { follow: true }],
    [['--follow', 'no', '--since', '90s'], { from: now - 90_000, follow: false }],
  ])('%j', (args, expected) => {
    expect(queryOf(args, now)).toMatchObject(expected);
  });

  it.each([
    [['--since', 'yesterday'], '--since yesterday is no length of time and no moment.'],
    [['--since', '5x'], '--since 5x is no length of time and no moment.'],
    [['--since', '2026-11-24T12:30'], '--since 2026-11-24T12:30 is no length of time and no moment.'],
    [['--since', '2026-13-40'], '--since 2026-13-40 is no length of time and no moment.'],
    [['--since', '2026-11-25'], '--since 2026-11-25 is in the future.'],
    [['--since', '5m', '--until', '10m'], '--since is later than --until.'],
    [['--level', 'loud'], '--level loud is none of debug, info, warn, error.'],
    [['--follow', 'maybe'], '--follow maybe is neither yes nor no.'],
    [['--follow', 'yes', '--until', '1m'], '--follow yes has no end: leave --until out.'],
    [['--follow'], '--follow has no value.'],
    [['--since', '--level', 'warn'], '--since has no value.'],
    [['--since='], '--since has no value.'],
    [['--since', '1h', '--since', '2h'], '--since is given twice.'],
    [['--sinse', '1h'], '"--sinse" is not known here.'],
    [['errors'], '"errors" is not known here.'],
  ])('%j is refused in words', (args, problem) => {
    expect(problemsOf(...args)).toContain(problem);
  });

  it('every problem is told at once', () => {
    expect(problemsOf('--since', '5x', '--level', 'loud', '--foo')).toEqual([
      '"--foo" is not known here.',
      '--since 5x is no length of time and no moment.',
      '--level loud is none of debug, info, warn, error.',
    ]);
  });
});

describe('showing logs', () => {
  const line = (text: string): KeptLine => ({ at: now, level: 'info', text });

  /** Gives what it is told, look by look. */
  function readerOf(looks: readonly (readonly string[])[]): LogReader & { readonly asked: LogQuery[] } {
    const asked: LogQuery[] = [];
    return {
      asked,
      async *read(query) {
        const lines = looks[asked.length] ?? [];
        asked.push(query);
        yield { lines: lines.map(line), troubles: lines.length === 0 ? [] : [`trouble ${asked.length}`] };
      },
    };
  }

  it('shows lines and, apart from them, troubles', async () => {
    const [lines, troubles] = [[] as string[], [] as string[]];
    const view = {
      reader: readerOf([['a', 'b'], ['c']]),
      line: (text: string) => void lines.push(text),
      trouble: (text: string) => void troubles.push(text),
      wait: async () => expect.unreachable('there is nothing to wait for'),
      now: () => now,
    };
    await showLogs(view, { from: now - hourMs, to: now, level: 'info', follow: false }, signal);
    expect([lines, troubles]).toEqual([['a', 'b'], ['trouble 1']]);
  });

  it('follows until it is interrupted, and looks no further back than it has to', async () => {
    const reader = readerOf([['a'], [], ['b']]);
    const lines: string[] = [];
    let waits = 0;
    const view = {
      reader,
      line: (text: string) => void lines.push(text),
      trouble: () => {},
      wait: async () => {
        waits += 1;
        if (waits === 3) throw new Error('interrupted');
      },
      now: () => now,
    };
    const query = { from: now - 100 * hourMs, to: now, level: 'warn' as const, follow: true };
    await expect(showLogs(view, query, signal)).rejects.toThrow('interrupted');
    expect(lines).toEqual(['a', 'b']);
    expect(reader.asked.map(({ from, to }) => [from, to])).toEqual([
      [now - 100 * hourMs, null],
      [now - 2 * hourMs, null],
      [now - 2 * hourMs, null],
    ]);
  });
});
