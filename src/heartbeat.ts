import { formatDuration } from './core/format.ts';
import type { Heartbeat } from './core/heartbeat.ts';
import type { Log } from './core/log.ts';
import type { TickReport } from './core/status.ts';
import type { Audit } from './desk.ts';

export type HeartbeatOptions = {
  /** A secret: whoever knows it can keep quiet that the bot is dead. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly lastTick: () => TickReport | null;
  readonly audit: () => Promise<Audit>;
  readonly now: () => number;
  readonly log: Log;
};

/** Not more often than this; what waits for longer than that is late. */
const [pauseMs, patienceMs, deadlineMs] = [55_000, 5 * 60_000, 10_000];

/**
 * Tells somebody outside that the bot is well: after a tick that worked, when nobody has waited long for a word, and when every
 * open incident has been told, or is about to be, to everyone it is owed to. Else it is silent, which is the alarm. Never throws.
 */
export function createHeartbeat({ url, fetch, lastTick, audit, now, log }: HeartbeatOptions): Heartbeat {
  let last: number | null = null;
  let because: string | null = 'it has not been called yet';

  async function reasonNot(): Promise<string | null> {
    const tick = lastTick();
    if (tick?.outcome !== 'ok') return 'the last tick failed';
    const { missing, oldestOwedAt } = await audit();
    if (missing > 0) return `${missing} word${missing === 1 ? ' is' : 's are'} owed to somebody and in no queue`;
    const waited = oldestOwedAt === null ? 0 : now() - oldestOwedAt;
    return waited > patienceMs ? `somebody has waited ${formatDuration(waited)} for a word` : null;
  }

  async function call(): Promise<string | null> {
    try {
      const response = await fetch(url, { method: 'GET', signal: AbortSignal.timeout(deadlineMs), redirect: 'error' });
      await response.body?.cancel();
      return response.ok ? null : `HEARTBEAT_URL answered ${response.status}`;
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError';
      return isLate
        ? `HEARTBEAT_URL did not answer within ${deadlineMs / 1_000} s`
        : 'HEARTBEAT_URL could not be reached';
    }
  }

  return {
    async beat() {
      if (last !== null && because === null && now() - last < pauseMs) return;
      const before = because;
      because = (await reasonNot().catch(() => 'what is owed could not be read')) ?? (await call());
      if (because === null) last = now();
      if (because !== null && because !== before) log.warn('no heartbeat', { because });
      if (because === null && before !== null) log.info('the heartbeat is called');
    },
    state: () => ({ last, because }),
  };
}

/** What people should know of it. */
export function heartbeatTroubles({ because }: ReturnType<Heartbeat['state']>): readonly string[] {
  return because === null ? [] : [`no heartbeat: ${because}`];
}
