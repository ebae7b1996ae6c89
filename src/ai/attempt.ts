import type { AiEvent } from '../core/ai.ts';
import { UpstreamError } from '../core/errors.ts';
import { brokenOff, type FailureContext, failureOf, tooLate } from './failure.ts';

/**
 * One attempt at one provider: whatever the stream does, it ends in exactly one `done` or `failed`, within the deadline, and
 * never throws. The SDK may be deaf to its signal, so every step is also waited for here.
 * Gemini's does not close its line when its stream is left: an attempt that nobody listens to any more is aborted.
 */
export async function* attempt(
  context: FailureContext,
  deadlineMs: number,
  signal: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterable<AiEvent>,
): AsyncIterable<AiEvent> {
  const late = AbortSignal.timeout(deadlineMs);
  const over = new AbortController();
  const either = AbortSignal.any([signal, late, over.signal]);
  const ended = abortOf(either);
  const steps = open(either)[Symbol.asyncIterator]();
  let hasBegun = false;
  try {
    for (;;) {
      const step = await Promise.race([ended.promise, steps.next()]);
      if (step.done === true) throw brokenOff(context);
      yield step.value;
      if (step.value.kind !== 'text') return;
      hasBegun = true;
    }
  } catch (error) {
    const isLate = late.aborted && !signal.aborted;
    yield { kind: 'failed', error: isLate ? tooLate(context, deadlineMs) : endOf(error, context, hasBegun) };
  } finally {
    ended.forget();
    over.abort();
    // Not waited for: a stream that hangs would hang here too.
    steps.return?.().catch(() => {});
  }
}

/** A line that is cut looks like a server that can't be reached; after the first word it is not. */
function endOf(error: unknown, context: FailureContext, hasBegun: boolean): UpstreamError {
  const hasWords = error instanceof UpstreamError || (typeof error === 'object' && error !== null && 'error' in error);
  return hasBegun && !hasWords ? brokenOff(context) : failureOf(error, context);
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
