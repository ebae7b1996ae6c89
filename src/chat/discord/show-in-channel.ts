import type { Address, MessageRef } from '../../core/address.ts';
import type { Show } from '../../core/chat.ts';
import type { Messages } from './messages.ts';

/** Shows replies as one message of a channel: the first call posts it, later ones edit it. `key` names it for ever. */
export function createChannelShow(messages: Messages, to: Address, key: string, signal: AbortSignal): Show {
  let shown: MessageRef | null = null;
  return async (reply) => {
    if (shown === null) shown = await messages.answer(to, reply, key, signal);
    else await messages.edit(shown, reply, signal);
  };
}
