import { backoffMs } from '../../core/backoff.ts';
import type { Connection } from '../../core/chat.ts';
import { messageOf, UpstreamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { pause } from '../pause.ts';

/** The way from Slack to the bot: a Socket Mode connection or an HTTP server. */
export type Link = { connection(): Connection; start(): Promise<void>; stop(): Promise<void> };

/** What a body that Slack sent is for; it has been acknowledged. Never rejects. */
export type Deliver = (body: unknown) => Promise<void>;

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** What is refused is not mended by asking again; but should it have been mended, the bot comes back by itself. */
export const refusedPauseMs = 300_000;
/** A connection that held this long was a good one: the pauses start small again. */
const steadyMs = 60_000;

/** How one connection went: how long it held, and whether Slack itself asked for the next one. */
export type Ended = { readonly heldMs: number; readonly because: string; readonly isPlanned: boolean };

/** Says how the link is; a change for the worse is a line in the log. */
export type LinkState = { up(): void; down(because: string): void };

export type LinkOptions = {
  readonly log: Log;
  readonly now: () => number;
  /**
   * Connects and resolves when this connection is over or to be replaced. What it throws ends the try: an `UpstreamError` that is
   * not retryable makes the next one late.
   */
  readonly connect: (state: LinkState, signal: AbortSignal) => Promise<Ended>;
};

/** Keeps connected until it is stopped. `start` resolves when it is known how the first try went. */
export function createLink({ log, now, connect }: LinkOptions): Link {
  const stopping = new AbortController();
  const settled = Promise.withResolvers<void>();
  let connection: Connection = { kind: 'starting' };
  let running: Promise<void> | null = null;

  const state: LinkState = {
    up() {
      if (connection.kind === 'connected' || stopping.signal.aborted) return;
      log.info('connected to Slack');
      connection = { kind: 'connected', since: now() };
      settled.resolve();
    },
    down(because) {
      if (stopping.signal.aborted) return;
      const isNews = connection.kind !== 'disconnected' || connection.because !== because;
      if (isNews) log.warn('not connected to Slack', { because });
      const since = connection.kind === 'disconnected' ? connection.since : now();
      connection = { kind: 'disconnected', since, because };
      settled.resolve();
    },
  };

  /** The milliseconds to wait before the next try, and how many in a row were bad. */
  async function connectOnce(
    failures: number,
    signal: AbortSignal,
  ): Promise<readonly [waitMs: number, failures: number]> {
    try {
      const { heldMs, because, isPlanned } = await connect(state, signal);
      if (!isPlanned) state.down(because);
      const bad = heldMs >= steadyMs ? 0 : failures + 1;
      return [isPlanned && bad <= 1 ? 0 : backoffMs(bad, firstPauseMs, longestPauseMs), bad];
    } catch (error) {
      state.down(messageOf(error));
      const isRefused = error instanceof UpstreamError && !error.retryable;
      const waitMs = error instanceof UpstreamError ? error.retryAfterMs : null;
      const backoff = backoffMs(failures + 1, firstPauseMs, longestPauseMs);
      return [isRefused ? refusedPauseMs : Math.max(waitMs ?? 0, backoff), failures + 1];
    }
  }

  async function keep(signal: AbortSignal): Promise<void> {
    let [waitMs, failures] = [0, 0];
    while (!signal.aborted) {
      [waitMs, failures] = await connectOnce(failures, signal);
      await pause(waitMs, signal);
    }
  }

  return {
    connection: () => connection,
    start() {
      running ??= keep(stopping.signal);
      return settled.promise;
    },
    async stop() {
      stopping.abort();
      await running;
      connection = { kind: 'disconnected', since: now(), because: 'stopped' };
      settled.resolve();
    },
  };
}
