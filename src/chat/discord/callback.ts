import type { Log } from '../../core/log.ts';
import { isRetryable } from './failure.ts';
import { choiceLength, choicesPerOption, firstResponseMs } from './limits.ts';
import type { Rest } from './rest.ts';

/** https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type */
const callbackTypes = { deferredMessage: 5, suggestions: 8, modal: 9 } as const;
/** https://discord.com/developers/docs/resources/message#message-object-message-flags */
export const ephemeral = 64;
/** An answer that arrives after Discord's deadline is no answer: a bit less than that. */
const acknowledgeMs = firstResponseMs - 300;

/** A command or a click as it came: where an answer goes and until when. `at` is epoch ms. */
export type Asked = {
  readonly id: string;
  readonly token: string;
  readonly application: string;
  readonly at: number;
};

/** Tells Discord that an answer will come, to everybody or to the asker alone. Throws `UpstreamError` when that is refused. */
export async function acknowledge(
  rest: Rest,
  asked: Asked,
  who: 'everybody' | 'asker',
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const data = who === 'asker' ? { data: { flags: ephemeral } } : {};
  try {
    await callBack(rest, asked, { type: callbackTypes.deferredMessage, ...data }, signal);
  } catch (error) {
    // A refused one is over. Of one that got no answer nobody knows: it may have been heard, and the person waits.
    if (!isRetryable(error)) throw error;
    log.warn('whether Discord heard the acknowledgement of a command is not known', { error });
  }
}

/** Answers what is being typed; suggestions that Discord would not take are left out. */
export async function suggest(rest: Rest, asked: Asked, values: readonly string[], signal: AbortSignal): Promise<void> {
  const choices = values
    .filter((value) => value.trim() !== '' && value.length <= choiceLength)
    .slice(0, choicesPerOption)
    .map((value) => ({ name: value, value }));
  await callBack(rest, asked, { type: callbackTypes.suggestions, data: { choices } }, signal);
}

/** Opens a form in front of who clicked. Throws `UpstreamError`. */
export async function openForm(rest: Rest, asked: Asked, form: object, signal: AbortSignal): Promise<void> {
  await callBack(rest, asked, { type: callbackTypes.modal, data: form }, signal);
}

async function callBack(rest: Rest, { id, token }: Asked, body: object, signal: AbortSignal): Promise<void> {
  const route = `/interactions/${id}/${token}/callback` as const;
  const what = 'the acknowledgement of a command';
  await rest.send({ method: 'POST', route, what, body, auth: false, deadlineMs: acknowledgeMs }, signal);
}
