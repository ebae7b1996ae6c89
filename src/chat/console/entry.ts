import type { ConsoleEntry } from '../../core/console.ts';
import type { ConsoleMessage } from '../../core/store.ts';

/** Keys of what people typed and of the answers begin with these words; notices have keys of their own. */
const questionPrefix = 'ask#';
const answerPrefix = 'answer#';

export const questionKey = (id: string): string => `${questionPrefix}${id}`;
export const answerKey = (id: string): string => `${answerPrefix}${id}`;

/** A stored message as a page sees it. */
export function entryOf({ id, key, at, editedAt, address, reply }: ConsoleMessage): ConsoleEntry {
  const under = address.thread === null ? null : Number(address.thread);
  return { id, from: key.startsWith(questionPrefix) ? 'person' : 'bot', under, at, editedAt, reply };
}
