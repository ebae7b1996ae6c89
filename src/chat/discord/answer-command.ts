import { z } from 'zod';
import type { Show } from '../../core/chat.ts';
import { type Reply, say } from '../../core/reply.ts';
import { patiently } from '../patiently.ts';
import { type Asked, ephemeral } from './callback.ts';
import { type Draw, sendDrawn } from './draw.ts';
import { interactionTokenMs } from './limits.ts';
import type { Call, Rest } from './rest.ts';

/** An interaction's token is not used in the last minute of its life. */
export const tokenMs = interactionTokenMs - 60_000;

/** What the person sees now: the public "is thinking…" or answer, an answer only they see, or a message of the channel. */
type Shown =
  | { readonly kind: 'public' }
  | { readonly kind: 'private'; readonly id: string }
  | { readonly kind: 'late' };

export type ShowOptions = {
  readonly rest: Rest;
  readonly draw: Draw;
  readonly asked: Asked;
  readonly now: () => number;
  /** Shows a reply as a message of the channel: the first call posts, later ones edit. */
  readonly showInChannel: Show;
};

/**
 * Shows replies to an acknowledged command. Whether an answer is for one person is not known when Discord wants to hear whether
 * it will be: the acknowledgement is public, and when a reply is `onlyYou` it is taken back and the reply follows privately.
 * What was private stays private. After the token's life the answer is a message of the channel.
 */
export function createCommandShow({ rest, draw, asked, now, showInChannel }: ShowOptions, signal: AbortSignal): Show {
  const webhook = `/webhooks/${asked.application}/${asked.token}` as const;
  let shown: Shown = { kind: 'public' };

  function send(call: Omit<Call, 'auth' | 'what'>): Promise<unknown> {
    return patiently(() => rest.send({ ...call, auth: false, what: 'an answer' }, signal), signal);
  }

  async function showPrivately(reply: Reply): Promise<void> {
    const drawn = await draw(reply, null, signal);
    // Taken back first: Discord lets the first follow-up of an open acknowledgement be as public as that was.
    await send({ method: 'DELETE', route: `${webhook}/messages/@original` }).catch(() => {});
    const answer = await sendDrawn(drawn, ({ body, files }) =>
      send({ method: 'POST', route: webhook, body: { ...body, flags: ephemeral }, files }),
    );
    shown = { kind: 'private', id: idOf(answer) };
  }

  return async (reply) => {
    if (now() - asked.at >= tokenMs) shown = { kind: 'late' };
    if (shown.kind === 'late') return showInChannel(reply.onlyYou ? tooLateToBePrivate : reply);
    if (shown.kind === 'public' && reply.onlyYou) return showPrivately(reply);
    const message = shown.kind === 'private' ? shown.id : '@original';
    const route = `${webhook}/messages/${message}` as const;
    await sendDrawn(await draw(reply, null, signal), (part) => send({ method: 'PATCH', route, ...part }));
  };
}

export const tooLateToBePrivate = say(
  'An answer that was meant for one person took longer than Discord keeps it private. Please ask again.',
);

export function idOf(answer: unknown): string {
  return z.object({ id: z.string() }).parse(answer).id;
}
