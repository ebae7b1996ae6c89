import type { Show } from '../../core/chat.ts';
import { UpstreamError } from '../../core/errors.ts';
import type { Reply } from '../../core/reply.ts';
import { patiently } from '../patiently.ts';
import { idOf, type ShowOptions, tokenMs, tooLateToBePrivate } from './answer-command.ts';
import { ephemeral } from './callback.ts';
import { sendDrawn } from './draw.ts';
import type { Call } from './rest.ts';

export type ButtonShow = {
  readonly show: Show;
  /** Takes the "is thinking…" back when nothing was said. */
  end(): Promise<void>;
};

/** What who clicked sees alone: the "is thinking…" or what took its place; nothing; or a message of that id. */
type Aside =
  | { readonly kind: 'original' }
  | { readonly kind: 'none' }
  | { readonly kind: 'message'; readonly id: string };

/**
 * Shows replies to a click that was acknowledged for who clicked alone. A reply that is `onlyYou` takes the place of the
 * acknowledgement, and so does what follows it; any other answers the card for everybody, or who clicked when that fails: a
 * click is never left without an answer.
 */
export function createButtonShow(
  { rest, draw, asked, now, showInChannel }: ShowOptions,
  signal: AbortSignal,
): ButtonShow {
  const webhook = `/webhooks/${asked.application}/${asked.token}` as const;
  let aside: Aside = { kind: 'original' };
  let shown: 'nothing' | 'privately' | 'to all' = 'nothing';

  function send(call: Omit<Call, 'auth' | 'what'>): Promise<unknown> {
    return patiently(() => rest.send({ ...call, auth: false, what: 'an answer' }, signal), signal);
  }

  async function showPrivately(reply: Reply): Promise<void> {
    if (now() - asked.at >= tokenMs) return showInChannel(tooLateToBePrivate);
    const drawn = await draw(reply, null, signal);
    if (aside.kind === 'none') {
      const answer = await sendDrawn(drawn, ({ body, files }) =>
        send({ method: 'POST', route: webhook, body: { ...body, flags: ephemeral }, files }),
      );
      aside = { kind: 'message', id: idOf(answer) };
    } else {
      const message = aside.kind === 'original' ? '@original' : aside.id;
      const route = `${webhook}/messages/${message}` as const;
      await sendDrawn(drawn, (part) => send({ method: 'PATCH', route, ...part }));
    }
    shown = 'privately';
  }

  async function takeBack(): Promise<void> {
    aside = { kind: 'none' };
    await send({ method: 'DELETE', route: `${webhook}/messages/@original` }).catch(() => {});
  }

  async function showToAll(reply: Reply): Promise<void> {
    try {
      await showInChannel(reply);
    } catch (error) {
      if (!(error instanceof UpstreamError) || shown !== 'nothing') throw error;
      return showPrivately(reply);
    }
    if (shown === 'nothing') await takeBack();
    shown = 'to all';
  }

  return {
    show: (reply) => (reply.onlyYou || shown === 'privately' ? showPrivately(reply) : showToAll(reply)),
    async end() {
      if (shown === 'nothing') await takeBack();
    },
  };
}
