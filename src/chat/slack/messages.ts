import { z } from 'zod';
import type { Address, MessageRef } from '../../core/address.ts';
import type { PostOptions } from '../../core/chat.ts';
import { UpstreamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Reply } from '../../core/reply.ts';
import type { Api } from './api.ts';
import type { Draw } from './draw.ts';
import { messagesPerPage } from './limits.ts';

/** How a message is known again: metadata that people do not see. */
const eventType = 'smartcloudops_notice';
/** Clocks differ: a message of an earlier try is looked for from this long before that try began. */
const lookBackMs = 60_000;
/** A busier channel than this many pages since the try is read no further. */
const mostPages = 10;

const postedSchema = z.object({ channel: z.string(), ts: z.string() });
const pageSchema = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        user: z.string().nullish(),
        metadata: z
          .object({ event_type: z.string().nullish(), event_payload: z.record(z.string(), z.unknown()).nullish() })
          .nullish(),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});
type Page = z.infer<typeof pageSchema>;

/** Text is shown as it stands: Slack makes no links and no names of it, and no previews of links. */
export const asItStands = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false } as const;

export type Messages = {
  /** Posts once: when an earlier try may have arrived, its message is looked for first, edited and given instead. */
  post(to: Address, reply: Reply, options: PostOptions, signal: AbortSignal): Promise<MessageRef>;
  edit(message: MessageRef, reply: Reply, signal: AbortSignal): Promise<void>;
  readonly draw: Draw;
};

/** Messages in channels and threads. All calls throw `UpstreamError`. */
export function createMessages(api: Api, draw: Draw, log: Log): Messages {
  /** Our own message with this key, sent after an instant (epoch ms); null when there is none. */
  async function find(to: Address, key: string, since: number, signal: AbortSignal): Promise<MessageRef | null> {
    const author = (api.me() ?? (await api.whoAmI(signal))).user;
    let cursor = '';
    for (let page = 0; page < mostPages; page += 1) {
      const { messages, response_metadata } = await read(to, since, cursor, signal);
      const found = messages.find((message) => message.user === author && keyOf(message) === key);
      if (found !== undefined) return { platform: 'slack', channel: to.channel, message: found.ts };
      cursor = response_metadata?.next_cursor ?? '';
      if (cursor === '') return null;
    }
    return null;
  }

  function read({ channel, thread }: Address, since: number, cursor: string, signal: AbortSignal): Promise<Page> {
    const oldest = (Math.max(0, since - lookBackMs) / 1_000).toFixed(6);
    const method = thread === null ? 'conversations.history' : 'conversations.replies';
    const args = {
      channel,
      oldest,
      limit: messagesPerPage,
      include_all_metadata: true,
      ...(thread === null ? {} : { ts: thread }),
      ...(cursor === '' ? {} : { cursor }),
    };
    return api.call({ method, what: 'its last messages', args }, pageSchema, signal);
  }

  /** An alert told twice is better than one never told: what can't be read back for good is no reason not to post. */
  async function findIfAllowed(...search: Parameters<typeof find>): Promise<MessageRef | null> {
    try {
      return await find(...search);
    } catch (error) {
      if (error instanceof UpstreamError && error.retryable) throw error;
      log.warn('whether a message was already sent could not be read', { error });
      return null;
    }
  }

  async function edit({ channel, message }: MessageRef, reply: Reply, signal: AbortSignal): Promise<void> {
    const { parse, link_names } = asItStands;
    const args = { channel, ts: message, ...(await draw(reply, signal)), parse, link_names };
    await api.call({ method: 'chat.update', what: 'an edit', args }, z.unknown(), signal);
  }

  return {
    draw,
    edit,
    async post(to, reply, { key, attemptedAt, isLoud, mentions = [] }, signal) {
      const found = attemptedAt === null ? null : await findIfAllowed(to, key, attemptedAt, signal);
      if (found !== null) {
        await edit(found, reply, signal);
        return found;
      }
      const args = {
        channel: to.channel,
        ...(await draw(reply, signal, mentions)),
        ...asItStands,
        metadata: { event_type: eventType, event_payload: { key } },
        // A word in a thread reaches only those who follow it, if it is not shown in the channel too.
        ...(to.thread === null ? {} : { thread_ts: to.thread, reply_broadcast: isLoud }),
      };
      const call = { method: 'chat.postMessage', what: 'a message', args };
      const { channel, ts } = await api.call(call, postedSchema, signal);
      return { platform: 'slack', channel, message: ts };
    },
  };
}

function keyOf({ metadata }: Page['messages'][number]): unknown {
  return metadata?.event_type === eventType ? metadata.event_payload?.key : null;
}
