import { z } from 'zod';
import type { Address, MessageRef } from '../../core/address.ts';
import type { Show } from '../../core/chat.ts';
import { UpstreamError } from '../../core/errors.ts';
import type { Reply } from '../../core/reply.ts';
import { patiently } from '../patiently.ts';
import type { Api } from './api.ts';
import type { Draw } from './draw.ts';
import { responseMs, responseUses } from './limits.ts';
import { asItStands, type Messages } from './messages.ts';

export type MessageShowOptions = {
  readonly messages: Messages;
  readonly to: Address;
  /** Names the message for ever. */
  readonly key: string;
  readonly now: () => number;
};

/** Shows replies as one message of a channel or thread: the first call posts it, later ones edit it. */
export function createMessageShow({ messages, to, key, now }: MessageShowOptions, signal: AbortSignal): Show {
  let shown: MessageRef | null = null;
  return async (reply) => {
    const ref = shown;
    if (ref !== null) return patiently(() => messages.edit(ref, reply, signal), signal);
    const startedAt = now();
    shown = await patiently(
      (attempt) =>
        messages.post(to, reply, { key, attemptedAt: attempt === 1 ? null : startedAt, isLoud: false }, signal),
      signal,
    );
  };
}

/** Where Slack takes the answer, for a while; when (epoch ms) it was said; and who asked. */
export type Asked = {
  readonly url: string;
  readonly at: number;
  readonly channel: string;
  readonly user: string;
  /** For a click: the threads that answers to everybody and to the asker alone go into. */
  readonly click?: { readonly thread: string | null; readonly aside: string | null };
};

export type AskedShowOptions = {
  readonly api: Api;
  readonly draw: Draw;
  readonly now: () => number;
  readonly asked: Asked;
  /** Shows a reply as a message of the channel, for when the time or the uses of the address are over. */
  readonly showInChannel: Show;
};

/** Of the uses of the address these are kept for the end, which may need a second try. */
const keptUses = 2;

/**
 * Shows replies to a command or a click where it was made, which works in channels that the bot is not in. A reply that is
 * `onlyYou` is seen by the asker alone, and what follows it too. Slack takes only a few answers there: when the first one has more
 * to follow, all of them are one message of the channel, unless the bot can't post in it. To replace "the original" is to
 * replace the asker's answer, but after a click it is the message with the button: that is never done.
 */
export function createAskedShow(options: AskedShowOptions, signal: AbortSignal): Show {
  const { api, draw, now, asked, showInChannel } = options;
  let shown: 'nothing' | 'in_channel' | 'ephemeral' | 'message' = 'nothing';
  let uses = 0;
  let isGone = false;

  function placeOf(type: 'in_channel' | 'ephemeral'): { readonly thread_ts?: string } {
    const thread = (type === 'in_channel' ? asked.click?.thread : asked.click?.aside) ?? null;
    return thread === null ? {} : { thread_ts: thread };
  }

  /** True when the address took it. */
  async function respond(reply: Reply, type: 'in_channel' | 'ephemeral'): Promise<boolean> {
    // What everybody sees can't become private: a private reply after it is a new message.
    const replaces = shown === type && asked.click === undefined;
    const { text, blocks } = await draw(reply, signal);
    const body = { response_type: type, replace_original: replaces, text, blocks, ...placeOf(type), ...asItStands };
    return patiently(async () => {
      isGone ||= uses >= responseUses || now() - asked.at >= responseMs;
      if (isGone) return false;
      uses += 1;
      isGone = (await api.respond(asked.url, body, signal)) === 'gone';
      return !isGone;
    }, signal);
  }

  async function showPrivately(reply: Reply): Promise<void> {
    const { channel, user } = asked;
    const { text, blocks } = await draw(reply, signal);
    const { parse, link_names } = asItStands;
    const args = { channel, user, text, blocks, parse, link_names, ...placeOf('ephemeral') };
    const call = { method: 'chat.postEphemeral', what: 'an answer', args };
    await patiently(() => api.call(call, z.unknown(), signal), signal);
  }

  /** True when the channel took it as the first of many. */
  async function beginInChannel(reply: Reply): Promise<boolean> {
    try {
      await showInChannel(reply);
      return true;
    } catch (error) {
      if (error instanceof UpstreamError && !error.retryable) return false;
      throw error;
    }
  }

  return async (reply, { more } = { more: false }) => {
    const isFirstOfMany = more && shown === 'nothing' && !reply.onlyYou;
    if (isFirstOfMany && (await beginInChannel(reply))) {
      shown = 'message';
      return;
    }
    if (shown === 'message' && !reply.onlyYou) return showInChannel(reply);
    // After a click each answer is a message of its own: what others follow soon is left out.
    if (more && (asked.click !== undefined || uses >= responseUses - keptUses)) return;
    const type = shown === 'ephemeral' || reply.onlyYou ? 'ephemeral' : 'in_channel';
    if (await respond(reply, type)) shown = type;
    else if (type === 'ephemeral') await showPrivately(reply);
    else await showInChannel(reply);
  };
}
