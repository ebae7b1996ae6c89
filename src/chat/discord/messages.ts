import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Address, MessageRef } from '../../core/address.ts';
import type { PostOptions } from '../../core/chat.ts';
import { UpstreamError } from '../../core/errors.ts';
import type { Reply } from '../../core/reply.ts';
import { type Draw, type Drawn, sendDrawn } from './draw.ts';
import { codeOf } from './failure.ts';
import { messagesPerPage, nonceLength } from './limits.ts';
import { calling, carriesRef } from './render.ts';
import type { Rest } from './rest.ts';

/** Clocks differ: a message of an earlier try is looked for from this long before that try began. */
const lookBackMs = 60_000;
/** A busier channel than this many pages since the try is read no further. */
const mostPages = 10;
/** https://discord.com/developers/docs/reference#snowflakes */
const discordEpochMs = 1_420_070_400_000;

const createdSchema = z.object({ id: z.string() });
const meSchema = z.object({ id: z.string() });
const pageSchema = z.array(
  z.object({
    id: z.string(),
    author: z.object({ id: z.string() }),
    embeds: z.array(z.object({ footer: z.object({ text: z.string() }).nullish() })).default([]),
  }),
);

export type Messages = {
  /**
   * Posts once. What is under a message stands in its thread; what is loud answers it in the channel, where everybody sees it. A
   * message of an earlier try is found by a visible mark, edited and given.
   */
  post(to: Address, reply: Reply, options: PostOptions, signal: AbortSignal): Promise<MessageRef>;
  /** Answers somebody: a reply that nobody looks for later. */
  answer(to: Address, reply: Reply, key: string, signal: AbortSignal): Promise<MessageRef>;
  edit(message: MessageRef, reply: Reply, signal: AbortSignal): Promise<void>;
  readonly draw: Draw;
};

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const [unknownChannel, threadIsThere] = [10_003, 160_004];
/** So many threads are known to be open; of others it is asked. */
const mostThreads = 1_000;
/** A thread that nobody writes in is put away after a day, minutes. */
const archiveAfterMinutes = 1_440;

/** Messages in channels. All calls throw `UpstreamError`. */
export function createMessages(rest: Rest, draw: Draw): Messages {
  let me: string | null = null;
  const threads = new Set<string>();

  async function whoAmI(signal: AbortSignal): Promise<string> {
    const call = { method: 'GET', route: '/users/@me', what: 'the question who this bot is' } as const;
    me ??= parsed(meSchema, await rest.send(call, signal)).id;
    return me;
  }

  /** Sends one message. `more` stands beside what is drawn. */
  async function create(channel: string, drawn: Drawn, more: object, signal: AbortSignal): Promise<MessageRef> {
    const route = `/channels/${encodeURIComponent(channel)}/messages` as const;
    const answer = await sendDrawn(drawn, ({ body, files }) =>
      rest.send({ method: 'POST', route, what: 'a message', body: { ...body, ...more }, files }, signal),
    );
    return { platform: 'discord', channel, message: parsed(createdSchema, answer).id };
  }

  /** Opens the thread of a message; its id is that of the message. False when the bot may not. */
  async function openThread({ channel, thread }: Address, signal: AbortSignal): Promise<boolean> {
    const route =
      `/channels/${encodeURIComponent(channel)}/messages/${encodeURIComponent(thread ?? '')}/threads` as const;
    const body = { name: 'What happened', auto_archive_duration: archiveAfterMinutes };
    try {
      await rest.send({ method: 'POST', route, what: 'a thread', body }, signal);
      return true;
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.retryable) throw error;
      return codeOf(error) === threadIsThere;
    }
  }

  /** Says something in the thread of a message, which is opened first; null when there is none, and none may be opened. */
  async function sayInThread(to: Address, drawn: Drawn, more: object, signal: AbortSignal): Promise<MessageRef | null> {
    const thread = to.thread ?? '';
    if (!threads.has(thread) && !(await openThread(to, signal))) return null;
    remember(thread);
    try {
      return await create(thread, drawn, more, signal);
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.retryable) throw error;
      // Somebody has deleted it, or the bot may not write in it.
      return null;
    }
  }

  function remember(thread: string): void {
    threads.add(thread);
    const [oldest] = threads;
    if (threads.size > mostThreads && oldest !== undefined) threads.delete(oldest);
  }

  async function edit(
    { channel, message }: MessageRef,
    reply: Reply,
    ref: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    const route = `/channels/${encodeURIComponent(channel)}/messages/${encodeURIComponent(message)}` as const;
    const drawn = await draw(reply, ref, signal);
    await sendDrawn(drawn, (part) => rest.send({ method: 'PATCH', route, what: 'an edit', ...part }, signal));
  }

  /** Our own message with this mark, sent after an instant (epoch ms); null when there is none. */
  async function find(channel: string, ref: string, since: number, signal: AbortSignal): Promise<MessageRef | null> {
    const author = await whoAmI(signal);
    const route = `/channels/${encodeURIComponent(channel)}/messages` as const;
    let after = snowflakeAt(since - lookBackMs);
    for (let page = 0; page < mostPages; page += 1) {
      const query = { after, limit: String(messagesPerPage) };
      const answer = await rest.send({ method: 'GET', route, what: 'its last messages', query }, signal);
      const messages = parsed(pageSchema, answer);
      const found = messages.find(
        (message) =>
          message.author.id === author &&
          carriesRef(
            message.embeds.flatMap((embed) => embed.footer?.text ?? []),
            ref,
          ),
      );
      if (found !== undefined) return { platform: 'discord', channel, message: found.id };
      if (messages.length < messagesPerPage) return null;
      after = messages.map((message) => message.id).reduce((a, b) => (BigInt(a) > BigInt(b) ? a : b));
    }
    return null;
  }

  /** Where a message of an earlier try may stand: the thread may not be there. */
  async function findIn(
    channels: readonly string[],
    ref: string,
    since: number,
    signal: AbortSignal,
  ): Promise<MessageRef | null> {
    for (const channel of channels) {
      try {
        const found = await find(channel, ref, since, signal);
        if (found !== null) return found;
      } catch (error) {
        if (!(error instanceof UpstreamError) || codeOf(error) !== unknownChannel || channel === channels.at(-1))
          throw error;
      }
    }
    return null;
  }

  return {
    draw,
    edit: (message, reply, signal) => edit(message, reply, null, signal),
    answer: async (to, reply, key, signal) =>
      create(to.channel, await draw(reply, null, signal), { ...nonceFor(key), ...answering(to) }, signal),

    async post(to, reply, { key, attemptedAt, isLoud, mentions = [] }, signal) {
      const ref = refOf(key);
      const inThread = to.thread !== null && !isLoud;
      if (attemptedAt !== null) {
        const places = inThread && to.thread !== null ? [to.thread, to.channel] : [to.channel];
        const found = await findIn(places, ref, attemptedAt, signal);
        if (found !== null) {
          await edit(found, reply, ref, signal);
          return found;
        }
      }
      const plain = await draw(reply, ref, signal);
      const drawn = { ...plain, body: calling(plain.body, mentions), plain: calling(plain.plain, mentions) };
      const said = inThread ? await sayInThread(to, drawn, nonceFor(key), signal) : null;
      return said ?? create(to.channel, drawn, { ...nonceFor(key), ...answering(to) }, signal);
    },
  };
}

/** Discord posts a nonce once: a second message with it is the first. */
const nonceFor = (key: string): object => ({ nonce: nonceOf(key), enforce_nonce: true });

function answering({ thread }: Address): object {
  return thread === null ? {} : { message_reference: { message_id: thread, fail_if_not_exists: false } };
}

/** Discord posts a nonce once, for as long as it remembers it: some minutes. */
export function nonceOf(key: string): string {
  return hash(key, 'base64url').slice(0, nonceLength);
}

/** Short enough to be shown in small print, long enough to be the only one in a channel for a while. */
export function refOf(key: string): string {
  return hash(key, 'hex').slice(0, 8);
}

function hash(key: string, encoding: 'hex' | 'base64url'): string {
  return createHash('sha256').update(key).digest(encoding);
}

/** The least id that something created at this instant can have. */
function snowflakeAt(at: number): string {
  return String(BigInt(Math.max(0, Math.floor(at) - discordEpochMs)) << 22n);
}

function parsed<Value>(schema: z.ZodType<Value>, answer: unknown): Value {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new UpstreamError('discord', 'Discord answered something that is not its API: check DISCORD_API_URL', {
    retryable: true,
  });
}
