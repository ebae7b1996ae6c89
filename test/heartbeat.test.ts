import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../src/core/log.ts';
import type { Audit } from '../src/desk.ts';
import { createHeartbeat, heartbeatTroubles } from '../src/heartbeat.ts';

const minute = 60_000;
const nothingOwed: Audit = { missing: 0, oldestOwedAt: null };

async function house() {
  const calls: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  let clock = 0;
  const now = (): number => clock;
  const state = { outcome: 'ok' as 'ok' | 'failed', audit: async () => nothingOwed };
  const heartbeat = createHeartbeat({
    url: `http://127.0.0.1:${port}/ping/secret`,
    fetch,
    lastTick: () => ({ at: clock, tookMs: 1, outcome: state.outcome, unkept: null }),
    audit: () => state.audit(),
    now,
    log: silentLog,
  });
  return {
    calls,
    state,
    heartbeat,
    answer: (code: number) => {
      status = code;
    },
    async at(ms: number) {
      clock = ms;
      await heartbeat.beat();
      return calls.length;
    },
  };
}

describe('the heartbeat', () => {
  it('is called after ticks that worked, once a minute', async () => {
    const { at, calls, heartbeat } = await house();
    expect([await at(0), await at(15_000), await at(minute), await at(minute + 15_000)]).toEqual([1, 1, 2, 2]);
    expect(calls[0]).toBe('GET /ping/secret');
    expect(heartbeat.state()).toEqual({ last: minute, because: null });
  });

  it.each([
    ['a tick failed', { outcome: 'failed' as const }, 'the last tick failed'],
    [
      'a word is owed and in no queue',
      { audit: async () => ({ ...nothingOwed, missing: 1 }) },
      '1 word is owed to somebody and in no queue',
    ],
    [
      'somebody has waited long',
      { audit: async () => ({ missing: 0, oldestOwedAt: -6 * minute }) },
      'somebody has waited 6 min for a word',
    ],
    [
      'what is owed can not be read',
      { audit: () => Promise.reject(new Error('disk')) },
      'what is owed could not be read',
    ],
  ])('is not called when %s, and says why', async (_what, change, because) => {
    const { at, state, heartbeat } = await house();
    Object.assign(state, change);
    expect(await at(0)).toBe(0);
    expect(heartbeatTroubles(heartbeat.state())).toEqual([`no heartbeat: ${because}`]);
  });

  it('is called while somebody has waited a little', async () => {
    const { at, state } = await house();
    state.audit = async () => ({ missing: 0, oldestOwedAt: -minute });
    expect(await at(0)).toBe(1);
  });

  it.each([500, 404, 302])(
    'says that it was answered %d, tries again at the next tick, and never tells the secret',
    async (code) => {
      const { at, answer, heartbeat } = await house();
      answer(code);
      expect([await at(0), await at(15_000)]).toEqual([1, 2]);
      const { because } = heartbeat.state();
      expect(because).toMatch(code === 302 ? /could not be reached/ : new RegExp(`answered ${code}`));
      expect(because).not.toContain('secret');
      answer(200);
      await at(30_000);
      expect(heartbeat.state()).toEqual({ last: 30_000, because: null });
    },
  );
});
