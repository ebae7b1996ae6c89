import type { AiEvent } from '../core/ai.ts';
import { type FailureContext, failureOf, tooLate } from './failure.ts';

/**
 * One attempt at one provider: whatever the stream does, it ends in exactly one `done` or `failed`, within the deadline, and
 * never throws. The SDK may be deaf to its signal, so every step is also waited for here.
 */
export async function* attempt(
  context: FailureContext,
  deadlineMs: number,
  signal: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterable<AiEvent>,
): AsyncIterable<AiEvent> {
  const late = AbortSignal.timeout(deadlineMs);
  const either = AbortSignal.any([signal, late]);
  const ended = abortOf(either);
  const steps = open(either)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await Promise.race([steps.next(), ended.promise]);
      if (step.done === true) throw new Error('the stream ended without an end');
      yield step.value;
      if (step.value.kind !== 'text') return;
    }
  } catch (error) {
    yield {
      kind: 'failed',
      error: late.aborted && !signal.aborted ? tooLate(context, deadlineMs) : failureOf(error, context),
    };
  } finally {
    ended.forget();
    // Not waited for: a stream that hangs would hang here too.
    steps.return?.().catch(() => {});
  }
}

function abortOf(signal: AbortSignal): { readonly promise: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  // Somebody may never wait for it.
  promise.catch(() => {});
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return { promise, forget: () => signal.removeEventListener('abort', abort) };
}
