import type { App } from '@slack/bolt';
import type { Painter } from '../../core/chart.ts';
import type { ChatPlatform, Conversation } from '../../core/chat.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { DeliveryStore } from '../../core/store.ts';
import { pause } from '../pause.ts';
import { type Api, createApi } from './api.ts';
import { type Bolt, boltLogger, loadBolt } from './bolt.ts';
import { createDraw } from './draw.ts';
import { createHttpMode } from './http-mode.ts';
import { messagePaceMs } from './limits.ts';
import { type Deliver, type Link, refusedPauseMs } from './link.ts';
import { listen } from './listen.ts';
import { listenToButtons } from './listen-buttons.ts';
import { createMessages, type Messages } from './messages.ts';
import { createSeen } from './seen.ts';
import { createSocketMode } from './socket-mode.ts';
import { createStandings } from './standing.ts';

export type SlackOptions = {
  readonly botToken: string;
  /** For Socket Mode. */
  readonly appToken: string | null;
  /** For HTTP mode. */
  readonly signingSecret: string | null;
  readonly mode: 'socket' | 'http';
  /** Where HTTP mode listens, path `/slack/events`; 0 for a free one. */
  readonly port: number;
  /** Null for Slack's own; else for instance `http://127.0.0.1:1234/api/`. */
  readonly apiUrl: string | null;
  /** The user groups that roles are given to. */
  readonly groups: readonly string[];
  /** What came in is kept, so that it is known again after a restart. */
  readonly deliveries: DeliveryStore;
  readonly painter: Painter;
  readonly log: Log;
  readonly now: () => number;
};

type Parts = { readonly bolt: Bolt; readonly api: Api; readonly messages: Messages };

/** Slack may deliver the same thing again after minutes; by then nobody wants another answer. */
const remembered = { forMs: 24 * 3_600_000, most: 20_000 };
/** What is being answered may end by itself for this long when the bot stops. */
const stopPatienceMs = 2_000;
/** `start` waits this long to hear how the first connection went. */
const startPatienceMs = 5_000;

/**
 * Slack through Bolt: `/ops`, buttons, mentions, and direct messages. Mentions and messages are answered in their thread, where
 * Slack has no private answer that can be edited: `onlyYou` is honoured for `/ops` and buttons alone.
 */
export function createSlackPlatform(options: SlackOptions): ChatPlatform {
  const { botToken, appToken, signingSecret, mode, port, apiUrl, groups, deliveries, painter, log, now } = options;
  const stopping = new AbortController();
  const answering = new Set<Promise<void>>();
  const isNew = createSeen({ ...remembered, now });
  let loading: Promise<Parts> | null = null;
  let link: Link | null = null;
  let watching: Promise<void> | null = null;

  function load(): Promise<Parts> {
    loading ??= loadBolt().then((bolt) => {
      const api = createApi({ bolt, botToken, appToken, apiUrl, log, now });
      parts = { bolt, api, messages: createMessages(api, createDraw(painter, api, log), log) };
      return parts;
    });
    return loading;
  }
  let parts: Parts | null = null;

  /** Whom a process before this one has answered is not answered again; who can't be looked up is. */
  async function isFirst(ids: readonly string[]): Promise<boolean> {
    try {
      return await deliveries.claim(ids, now());
    } catch (error) {
      log.warn('whether a delivery came before could not be read', { error });
      return true;
    }
  }

  /** Nothing that goes wrong while a delivery is answered goes further than the log. */
  function answer(what: string, ids: readonly string[], work: (signal: AbortSignal) => Promise<void>): void {
    if (stopping.signal.aborted || !isNew(...ids)) return;
    const done = isFirst(ids)
      .then((first) => (first ? work(stopping.signal) : undefined))
      .catch((error: unknown) => log.warn(`${what} was not answered`, { error }))
      .finally(() => answering.delete(done));
    answering.add(done);
  }

  function createLinkTo(conversation: Conversation, { bolt, api, messages }: Parts): Link {
    const app = createApp(bolt, api, botToken, log);
    const standingOf = createStandings({ api, groups, log, now });
    const heard = { conversation, api, messages, standingOf, log, now, answer };
    listen(app, heard);
    listenToButtons(app, heard);
    const deliver = deliverTo(app, log);
    if (mode === 'http') return createHttpMode({ api, signingSecret, port, deliver, log, now });
    return createSocketMode({ api, hasAppToken: appToken !== null, deliver, isNew, log, now });
  }

  return {
    name: 'slack',
    paceMs: messagePaceMs,
    async start(conversation) {
      const loaded = await load();
      link ??= createLinkTo(conversation, loaded);
      watching ??= watchToken(loaded.api, log, stopping.signal);
      await within(startPatienceMs, link.start());
    },
    connection() {
      const refusal = parts?.api.refusal() ?? null;
      const connection = link?.connection() ?? { kind: 'starting' };
      return refusal !== null && connection.kind === 'connected' ? { kind: 'disconnected', ...refusal } : connection;
    },
    async post(to, reply, postOptions, signal) {
      return (await load()).messages.post(to, reply, postOptions, signal);
    },
    async edit(message, reply, signal) {
      await (await load()).messages.edit(message, reply, signal);
    },
    async stop() {
      await link?.stop();
      await within(stopPatienceMs, Promise.all(answering));
      stopping.abort();
      await within(stopPatienceMs, Promise.all([watching, ...answering]));
    },
  };
}

/** Bolt sorts what comes in; how it comes in is the link's business. Its memory of conversations grows without end and is off. */
function createApp(bolt: Bolt, api: Api, botToken: string, log: Log): App {
  return new bolt.App({
    receiver: { init() {}, start: async () => {}, stop: async () => {} },
    authorize: async () => {
      const me = api.me();
      return { botToken, ...(me === null ? {} : { botUserId: me.user }) };
    },
    logger: boltLogger(bolt, log),
    logLevel: bolt.LogLevel.WARN,
    convoStore: false,
    // Who is listened to is decided where the message is read.
    ignoreSelf: false,
  });
}

/** Hands what was acknowledged to Bolt; what Bolt can't read ends in the log. */
function deliverTo(app: App, log: Log): Deliver {
  return async (body) => {
    try {
      if (typeof body !== 'object' || body === null) return;
      await app.processEvent({ body: { ...body }, ack: async () => {} });
    } catch (error) {
      log.warn('what Slack sent was not understood and is passed over', { reason: messageOf(error) });
    }
  };
}

/** A connection says nothing of the bot's token, which may be revoked meanwhile or be good again: ask now and then. */
async function watchToken(api: Api, log: Log, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(refusedPauseMs, signal);
    if (signal.aborted) return;
    await api.whoAmI(signal).catch((error: unknown) => log.debug('the token could not be checked', { error }));
  }
}

/** Waits for something, but no longer than this; leaves no timer behind. */
async function within(ms: number, what: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([what.finally(() => over.abort()), pause(ms, over.signal)]);
}
