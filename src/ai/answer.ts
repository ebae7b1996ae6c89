import type { AiProvider, Ask } from '../core/ai.ts';
import { UpstreamError } from '../core/errors.ts';
import type { Situation } from '../core/situation.ts';
import { requestOf } from './prompt.ts';

export type AskOptions = { readonly router: Pick<AiProvider, 'ask'>; readonly situation: () => Situation };

/** Puts a question with a picture of now to the router and waits for the whole answer. */
export function createAsk({ router, situation }: AskOptions): Ask {
  return async (question, signal) => {
    for await (const event of router.ask(requestOf(question, situation()), signal)) {
      if (event.kind === 'text') continue;
      signal.throwIfAborted();
      if (event.kind === 'failed') throw event.error;
      const { message, tokens, passedOver } = event;
      return { ...message, text: message.text.trim(), tokens, passedOver };
    }
    throw new UpstreamError('gemini', 'nobody answered', { retryable: true });
  };
}
