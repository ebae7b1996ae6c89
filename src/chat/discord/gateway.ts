import type { GatewayIdentifyData, IShardingStrategy, WebSocketOptions } from 'discord.js';
import { z } from 'zod';
import { backoffMs } from '../../core/backoff.ts';
import type { Log } from '../../core/log.ts';
import { pause } from '../pause.ts';
import type { DiscordJs } from './discord-js.ts';
import { refusedToken } from './failure.ts';
import { type Frame, type GatewaySocket, openSocket } from './gateway-socket.ts';

type Manager = Parameters<NonNullable<WebSocketOptions['buildStrategy']>>[0];

/** What happens to the connection, for whoever reports it. `ended` is final: connecting again at once can't help. */
export type GatewayEvents = {
  readonly up: () => void;
  readonly down: (because: string) => void;
  readonly ended: (because: string) => void;
};

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway */
const op = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, reconnect: 7, invalidSession: 9, hello: 10, ack: 11 };
const sessionIsLost: ReadonlySet<number> = new Set([1000, 1001, 4003, 4005, 4007, 4008, 4009]);
const endings: ReadonlyMap<number, string> = new Map([
  [4004, refusedToken],
  [4010, 'Discord refused the shard of this bot'],
  [4011, 'Discord wants this bot to be split over several connections: it is in too many servers'],
  [4012, 'Discord no longer speaks this version of its gateway: update the bot'],
  [4013, 'Discord refused the intents: update the bot'],
  [4014, 'Discord refused the intents, though this bot asks for none that is privileged: update the bot'],
]);
/** Closed with 1000 a session is over; with this it can be resumed. */
const closeForNow = 4_000;
const closeForGood = 1_000;

/** From opening a socket to being let in. */
const letInDeadlineMs = 20_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A session costs one of 1,000 IDENTIFYs a day: at this pace a whole bad day needs 720. */
const longestSessionPauseMs = 120_000;
/** A connection that held this long was a good one: the pauses start small again. */
const steadyMs = 120_000;
/** Resuming at an address that does not answer is given up for a new session. */
const mostResumes = 3;

const shardId = 0;
const helloSchema = z.object({ heartbeat_interval: z.number().positive() });
const readySchema = z.looseObject({
  session_id: z.string(),
  resume_gateway_url: z.string(),
  user: z.looseObject({ id: z.string() }),
  application: z.looseObject({ id: z.string() }),
  guilds: z.array(z.looseObject({ id: z.string() })),
});

type Session = { readonly id: string; readonly url: string; readonly sequence: number };
type End = { readonly code: number; readonly because: string; readonly heldMs: number; readonly identified: boolean };

/**
 * One connection to Discord's gateway, as a sharding strategy of discord.js. The one that comes with it reconnects every half
 * second without growing pauses, spends IDENTIFYs as it likes, can't be stopped while it waits to reconnect, and ends the process
 * on a frame it can't read. What this one receives it hands to discord.js, which makes events of it.
 */
export function createGateway(
  discord: DiscordJs,
  manager: Manager,
  events: GatewayEvents,
  log: Log,
): IShardingStrategy {
  let running: { readonly stop: AbortController; readonly done: Promise<void> } | null = null;
  let socket: GatewaySocket | null = null;
  let session: Session | null = null;

  /** discord.js types its events by an enum that it does not export. */
  const emit = manager.emit.bind(manager) as (event: string, payload: object) => boolean;

  async function keepConnected(url: string, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const end = await connectOnce(session?.url ?? url, signal);
      if (signal.aborted) return;
      if (sessionIsLost.has(end.code) || (end.heldMs === 0 && failures >= mostResumes)) remember(null);
      emit('closed', { code: end.code, shardId });
      const ending = endings.get(end.code);
      if (ending !== undefined) return events.ended(ending);
      failures = end.heldMs >= steadyMs ? 1 : failures + 1;
      events.down(end.because);
      const longest = end.identified ? longestSessionPauseMs : longestPauseMs;
      await pause(backoffMs(failures, firstPauseMs, longest), signal);
    }
  }

  /** One socket from opening to its end, however it ends. */
  function connectOnce(address: string, signal: AbortSignal): Promise<End> {
    return new Promise((resolve) => {
      let identified = false;
      let upSince: number | null = null;
      let stopBeating = (): void => {};
      const heart = { acknowledged: true };
      const current = openSocket(address, { frame: receive, closed }, log);
      socket = current;
      const late = setTimeout(
        () => current.close(closeForNow, 'Discord did not let the bot in in time'),
        letInDeadlineMs,
      );
      const onStop = (): void => current.close(closeForGood, 'stopped');
      signal.addEventListener('abort', onStop, { once: true });

      function closed(code: number, because: string): void {
        clearTimeout(late);
        stopBeating();
        signal.removeEventListener('abort', onStop);
        resolve({ code, because, heldMs: upSince === null ? 0 : performance.now() - upSince, identified });
      }

      function receive(frame: Frame): void {
        if (frame.op === op.hello) {
          stopBeating = startBeating(current, frame, heart);
          identified = session === null;
        }
        if (frame.op === op.ack) heart.acknowledged = true;
        const isLetIn = handle(frame, current);
        if (!isLetIn) return;
        clearTimeout(late);
        upSince = performance.now();
        events.up();
      }
    });
  }

  /** Sends a heartbeat at the pace the hello names; a beat that is not answered by the next one ends the connection. */
  function startBeating(current: GatewaySocket, hello: Frame, heart: { acknowledged: boolean }): () => void {
    const everyMs = helloSchema.parse(hello.d).heartbeat_interval;
    const beat = setInterval(() => {
      if (!heart.acknowledged) return current.close(closeForNow, 'Discord fell silent');
      heart.acknowledged = false;
      current.send(op.heartbeat, session?.sequence ?? null);
    }, everyMs);
    return () => clearInterval(beat);
  }

  /** Does what a frame asks for; true when it says that we are let in. */
  function handle(frame: Frame, current: GatewaySocket): boolean {
    if (frame.op === op.hello) {
      emit('hello', { shardId });
      if (session === null) current.send(op.identify, identity());
      else current.send(op.resume, { token: manager.options.token, session_id: session.id, seq: session.sequence });
    }
    if (frame.op === op.heartbeat) current.send(op.heartbeat, session?.sequence ?? null);
    if (frame.op === op.reconnect) current.close(closeForNow, 'Discord asked to connect anew');
    if (frame.op === op.invalidSession) {
      if (frame.d !== true) remember(null);
      current.close(closeForNow, 'Discord ended the session');
    }
    return frame.op === op.dispatch && dispatch(frame);
  }

  function dispatch(frame: Frame): boolean {
    if (frame.t === 'READY') {
      const ready = readySchema.parse(frame.d);
      remember({ id: ready.session_id, url: ready.resume_gateway_url, sequence: frame.s ?? 0 });
      emit('ready', { data: frame.d, shardId });
    } else if (session !== null && typeof frame.s === 'number' && frame.s > session.sequence) {
      remember({ ...session, sequence: frame.s });
    }
    if (frame.t === 'RESUMED') emit('resumed', { shardId });
    emit('dispatch', { data: frame, shardId });
    return frame.t === 'READY' || frame.t === 'RESUMED';
  }

  function identity(): GatewayIdentifyData {
    const { token, intents, identifyProperties } = manager.options;
    return { token, intents, properties: identifyProperties, shard: [shardId, 1] };
  }

  function remember(next: Session | null): void {
    session = next;
    if (next === null) void manager.options.updateSessionInfo(shardId, null);
    else {
      const { id: sessionId, url: resumeURL, sequence } = next;
      void manager.options.updateSessionInfo(shardId, { sessionId, resumeURL, sequence, shardId, shardCount: 1 });
    }
  }

  return {
    spawn() {},
    async connect() {
      const { url } = await manager.fetchGatewayInformation();
      const stop = new AbortController();
      running = { stop, done: keepConnected(url, stop.signal) };
    },
    async destroy() {
      running?.stop.abort();
      await running?.done;
      running = null;
    },
    send: (_shardId, payload) => socket?.send(payload.op, payload.d),
    // There are no shards to tell of but the one whose state goes to `events`.
    fetchStatus: () => new discord.SimpleShardingStrategy(manager).fetchStatus(),
  };
}
