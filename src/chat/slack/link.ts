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
/** Slack may ask for a new connection as often as it likes; more often than this it is not hurried. */
const plannedPauseMs = 100;

/** How one connection went: how long it held, and whether Slack itself asked for the next one. */
export type Ended = { readonly heldMs: number; readonly because: string; readonly isPlanned: boolean };

/** Says how the link is; a change for the worse is a line in the log. */
export type LinkState = { up(): void; down(because: string): void };

/**
 * Connects and resolves when this connection is over or to be replaced. What it throws ends the try: an `UpstreamError` that is
 * not retryable makes the next one late.
 */
export type Connect = (state: LinkState, signal: AbortSignal) => Promise<Ended>;

export type LinkOptions = {
  readonly log: Log;
  readonly now: () => number;
  /** One for each connection that is kept at the same time; the link is up as long as one of them is. */
  readonly connects: readonly [Connect, ...Connect[]];
};

/** Keeps connected until it is stopped. `start` resolves when it is known how the first try went. */
export function createLink({ log, now, connects }: LinkOptions): Link {
  const stopping = new AbortController();
  const settled = Promise.withResolvers<void>();
  const letIn = Promise.withResolvers<void>();
  const [first, ...others] = connects;
  const up = new Set<Connect>();
  let connection: Connection = { kind: 'starting' };
  let running: Promise<unknown> | null = null;

  const stateOf = (connect: Connect): LinkState => ({
    up() {
      if (stopping.signal.aborted) return;
      up.add(connect);
      letIn.resolve();
      if (connection.kind === 'connected') return;
      log.info('connected to Slack');
      connection = { kind: 'connected', since: now() };
      settled.resolve();
    },
    down(because) {
      const wasUp = up.delete(connect);
      if (stopping.signal.aborted) return;
      if (up.size > 0) {
        if (wasUp) log.info('one connection to Slack is over, another holds', { because });
        return;
      }
      const isNews = connection.kind !== 'disconnected' || connection.because !== because;
      if (isNews) log.warn('not connected to Slack', { because });
      const since = connection.kind === 'disconnected' ? connection.since : now();
      connection = { kind: 'disconnected', since, because };
      settled.resolve();
    },
  });

  /** The milliseconds to wait before the next try, and how many in a row were bad. */
  async function connectOnce(
    connect: Connect,
    failures: number,
    signal: AbortSignal,
  ): Promise<readonly [waitMs: number, failures: number]> {
    const state = stateOf(connect);
    try {
      const { heldMs, because, isPlanned } = await connect(state, signal);
      // A connection that Slack let in and then asked to replace was no failure.
      if (isPlanned && heldMs > 0) return [Math.max(0, plannedPauseMs - heldMs), 0];
      if (!isPlanned) state.down(because);
      const bad = heldMs >= steadyMs ? 0 : failures + 1;
      return [backoffMs(bad, firstPauseMs, longestPauseMs), bad];
    } catch (error) {
      state.down(messageOf(error));
      const isRefused = error instanceof UpstreamError && !error.retryable;
      const waitMs = error instanceof UpstreamError ? error.retryAfterMs : null;
      const backoff = backoffMs(failures + 1, firstPauseMs, longestPauseMs);
      return [isRefused ? refusedPauseMs : Math.max(waitMs ?? 0, backoff), failures + 1];
    }
  }

  async function keep(connect: Connect, signal: AbortSignal): Promise<void> {
    let [waitMs, failures] = [0, 0];
    while (!signal.aborted) {
      [waitMs, failures] = await connectOnce(connect, failures, signal);
      await pause(waitMs, signal);
    }
  }

  return {
    connection: () => connection,
    start() {
      // What Slack refuses to the first one the others need not ask for again.
      const later = (connect: Connect): Promise<void> => letIn.promise.then(() => keep(connect, stopping.signal));
      running ??= Promise.all([keep(first, stopping.signal), ...others.map(later)]);
      return settled.promise;
    },
    async stop() {
      stopping.abort();
      settled.resolve();
      letIn.resolve();
      await running;
      connection = { kind: 'disconnected', since: now(), because: 'stopped' };
    },
  };
}
