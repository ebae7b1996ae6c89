import type { Client } from 'discord.js';
import type { Painter } from '../../core/chart.ts';
import type { ChatPlatform, Conversation } from '../../core/chat.ts';
import type { Command } from '../../core/command.ts';
import type { Log } from '../../core/log.ts';
import { pause } from '../pause.ts';
import { type DiscordJs, loadDiscordJs } from './discord-js.ts';
import { createDraw } from './draw.ts';
import { createLink, type Link } from './link.ts';
import { listen } from './listen.ts';
import { listenToButtons } from './listen-buttons.ts';
import { createMessages, type Messages } from './messages.ts';
import { register } from './register.ts';
import { createRest, type Rest } from './rest.ts';
import { createSeen } from './seen.ts';

export type DiscordOptions = {
  readonly token: string;
  /** Null for Discord's own; else for instance `http://127.0.0.1:1234/api`. */
  readonly apiUrl: string | null;
  readonly commands: readonly Command[];
  readonly painter: Painter;
  readonly log: Log;
  readonly now: () => number;
};

type Parts = { readonly discord: DiscordJs; readonly rest: Rest; readonly messages: Messages };

/** Deliveries that are remembered, so that one that comes again is not answered again. */
const rememberedIds = 2_000;
/** What is being answered may end by itself for this long when the bot stops. */
const stopPatienceMs = 2_000;
/** `start` waits this long to hear how the first connection went. */
const startPatienceMs = 5_000;

/**
 * Discord through discord.js: `/ops` with sub-commands, buttons, and mentions, which are answered as replies to the message (in a
 * thread, in that thread). A mention has no private answer on Discord: `onlyYou` is honoured for `/ops` and buttons alone.
 */
export function createDiscordPlatform({ token, apiUrl, commands, painter, log, now }: DiscordOptions): ChatPlatform {
  const stopping = new AbortController();
  const answering = new Set<Promise<void>>();
  const isNew = createSeen(rememberedIds);
  let loading: Promise<Parts> | null = null;
  let link: Link | null = null;

  function load(): Promise<Parts> {
    loading ??= loadDiscordJs().then((discord) => {
      const rest = createRest(discord, token, apiUrl);
      return { discord, rest, messages: createMessages(rest, createDraw(painter, log)) };
    });
    return loading;
  }

  /** Nothing that goes wrong while an event is answered goes further than the log. */
  function answer(what: string, id: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (stopping.signal.aborted || !isNew(id)) return;
    const done = work(stopping.signal)
      .catch((error: unknown) => log.warn(`${what} was not answered`, { error }))
      .finally(() => answering.delete(done));
    answering.add(done);
  }

  function createLinkTo(conversation: Conversation, { discord, rest, messages }: Parts): Link {
    const attach = (client: Client, signal: AbortSignal): void => {
      client.once('clientReady', ({ application }) => {
        void register(rest, application.id, commands, log, signal);
      });
      const heard = { conversation, rest, messages, log, now, answer };
      listen(client, heard);
      listenToButtons(client, heard);
    };
    return createLink({ discord, token, apiUrl, log, now, attach });
  }

  return {
    name: 'discord',
    paceMs: 0,
    async start(conversation) {
      link ??= createLinkTo(conversation, await load());
      await within(startPatienceMs, link.start());
    },
    connection: () => link?.connection() ?? { kind: 'starting' },
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
      await within(stopPatienceMs, Promise.all(answering));
      (await loading)?.rest.stop();
    },
  };
}

/** Waits for something, but no longer than this; leaves no timer behind. */
async function within(ms: number, what: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([what.finally(() => over.abort()), pause(ms, over.signal)]);
}
