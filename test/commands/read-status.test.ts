import { describe, expect, it } from 'vitest';
import { createStatusReader, type StatusParts } from '../../src/commands/read-status.ts';
import type { ChatPlatform, Connection } from '../../src/core/chat.ts';
import type { Situation, WatchSituation } from '../../src/core/situation.ts';
import { noon } from './list.ts';

const well: Situation = {
  now: noon,
  simulated: false,
  source: { reachable: true, since: 0, because: null },
  watches: [],
  open: [],
};

const ready: WatchSituation = {
  watch: 'hosts',
  model: { kind: 'ready', version: 'v1', trainedAt: 0, rows: 9, entities: 1, trouble: null },
  at: noon,
  unread: null,
  entities: [],
};

function reportOf(parts: Partial<StatusParts> = {}) {
  return createStatusReader({
    version: '1.2.3',
    startedAt: noon - 3_600_000,
    now: () => noon,
    situation: () => well,
    pollPauseMs: 60_000,
    lastTick: () => ({ at: noon - 60_000, tookMs: 10, outcome: 'ok', unkept: null }),
    platforms: () => new Map(),
    ai: () => ({ choice: 'auto', current: 'fallback', available: ['fallback'], models: {}, warnings: [], resting: [] }),
    owed: () => ({ notices: 0, oldestMs: null }),
    troubles: () => [],
    store: 'SQLite',
    ...parts,
  })();
}

function platform(connection: Connection): ReadonlyMap<string, ChatPlatform> {
  const edge: ChatPlatform = {
    name: 'slack',
    paceMs: 0,
    start: async () => {},
    connection: () => connection,
    post: async ({ channel }) => ({ platform: 'slack', channel, message: '1' }),
    edit: async () => {},
    stop: async () => {},
  };
  return new Map([['slack', edge]]);
}

describe('the status', () => {
  it('is ok when nothing is wrong', () => {
    expect(reportOf()).toMatchObject({ state: 'ok', problems: [] });
  });

  it('knows every platform, configured or not', () => {
    const { platforms } = reportOf({ platforms: () => platform({ kind: 'starting' }) });
    expect(platforms).toEqual([
      { name: 'slack', configured: true, connection: { kind: 'starting' } },
      { name: 'discord', configured: false, connection: null },
      { name: 'console', configured: false, connection: null },
    ]);
  });

  const gone = { reachable: false, since: noon - 90_000, because: 'it hangs' };
  const troubles: readonly (readonly [string, Partial<StatusParts>, string, RegExp])[] = [
    ['Prometheus is gone', { situation: () => ({ ...well, source: gone }) }, 'failing', /1 min 30 s: it hangs/],
    [
      'a watch can not be read',
      {
        situation: () => ({
          ...well,
          watches: [{ ...ready, unread: { since: noon - 60_000, because: 'found duplicate series' } }],
        }),
      },
      'failing',
      /The watch hosts can not be read for 1 min: found duplicate series/,
    ],
    [
      'no tick has run for two minutes after its time',
      { lastTick: () => ({ at: noon - 181_000, tookMs: 10, outcome: 'ok', unkept: null }) },
      'failing',
      /No tick has run for 3 min 1 s/,
    ],
    [
      'nothing can be kept',
      { lastTick: () => ({ at: noon, tookMs: 10, outcome: 'failed', unkept: 'the disk is full' }) },
      'failing',
      /What happens can not be kept, and no new alert is announced: the disk is full/,
    ],
    ['no tick has ever run', { lastTick: () => null }, 'failing', /No tick has run for 1 h/],
    [
      'a platform is not connected',
      { platforms: () => platform({ kind: 'disconnected', since: 0, because: 'it refused the token' }) },
      'degraded',
      /slack is not connected: it refused the token/,
    ],
    ['a notice is owed for long', { owed: () => ({ notices: 2, oldestMs: 61_000 }) }, 'degraded', /2 notices are owed/],
    ['a channel takes nothing', { troubles: () => ['slack C1: not in channel'] }, 'degraded', /not in channel/],
  ];
  it.each(troubles)('%s: it says so', (_name, parts, state, words) => {
    const report = reportOf(parts);
    expect(report.state).toBe(state);
    expect(report.problems.join('\n')).toMatch(words);
  });

  const usual: readonly (readonly [string, Partial<StatusParts>])[] = [
    ['a tick in its time', { lastTick: () => ({ at: noon - 179_000, tookMs: 10, outcome: 'ok', unkept: null }) }],
    ['a notice that is owed just now', { owed: () => ({ notices: 1, oldestMs: 59_000 }) }],
    ['a watch with a model', { situation: () => ({ ...well, watches: [ready] }) }],
    ['a bot that has just started', { lastTick: () => null, startedAt: noon - 1_000 }],
  ];
  it.each(usual)('%s is no problem', (_name, parts) => {
    expect(reportOf(parts).problems).toEqual([]);
  });
});
