import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Address, MessageRef } from '../../core/address.ts';
import { UpstreamError } from '../../core/errors.ts';
import type { Reply } from '../../core/reply.ts';
import { type Draw, sendDrawn } from './draw.ts';
import { messagesPerPage, nonceLength } from './limits.ts';
import { carriesRef } from './render.ts';
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
  /** `ref` marks the message visibly, so that it can be found again by `find`. */
  post(to: Address, reply: Reply, key: string, ref: string | null, signal: AbortSignal): Promise<MessageRef>;
  edit(message: MessageRef, reply: Reply, signal: AbortSignal): Promise<void>;
  readonly draw: Draw;
  /** Our own message with this mark, sent after an instant (epoch ms); null when there is none. */
  find(channel: string, ref: string, since: number, signal: AbortSignal): Promise<MessageRef | null>;
};

/** Messages in channels. All calls throw `UpstreamError`. */
export function createMessages(rest: Rest, draw: Draw): Messages {
  let me: string | null = null;

  async function whoAmI(signal: AbortSignal): Promise<string> {
    const call = { method: 'GET', route: '/users/@me', what: 'the question who this bot is' } as const;
    me ??= parsed(meSchema, await rest.send(call, signal)).id;
    return me;
  }

  return {
    draw,
    async post(to, reply, key, ref, signal) {
      const drawn = await draw(reply, ref, signal);
      const more = {
        nonce: nonceOf(key),
        enforce_nonce: true,
        ...(to.thread === null ? {} : { message_reference: { message_id: to.thread, fail_if_not_exists: false } }),
      };
      const route = `/channels/${encodeURIComponent(to.channel)}/messages` as const;
      const answer = await sendDrawn(drawn, ({ body, files }) =>
        rest.send({ method: 'POST', route, what: 'a message', body: { ...body, ...more }, files }, signal),
      );
      return { platform: 'discord', channel: to.channel, message: parsed(createdSchema, answer).id };
    },

    async edit({ channel, message }, reply, signal) {
      const route = `/channels/${encodeURIComponent(channel)}/messages/${encodeURIComponent(message)}` as const;
      const drawn = await draw(reply, null, signal);
      await sendDrawn(drawn, (part) => rest.send({ method: 'PATCH', route, what: 'an edit', ...part }, signal));
    },

    async find(channel, ref, since, signal) {
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
    },
  };
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
