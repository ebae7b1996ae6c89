import { backoffMs } from '../core/backoff.ts';
import { UpstreamError } from '../core/errors.ts';
import { pause } from './pause.ts';

const tries = 3;
const firstPauseMs = 500;
const longestPauseMs = 8_000;

/**
 * A person waits: what may pass is tried again a few times, and is told which try it is, from 1. What fails for good, or asks for
 * more time than a person has, is thrown at once.
 */
export async function patiently<Answer>(
  call: (attempt: number) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(attempt);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      const waitMs = error.retryAfterMs ?? backoffMs(attempt, firstPauseMs, longestPauseMs);
      if (!error.retryable || waitMs > longestPauseMs || attempt === tries || signal.aborted) throw error;
      await pause(waitMs, signal);
    }
  }
}
