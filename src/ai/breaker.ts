import { backoffMs } from '../core/backoff.ts';
import type { UpstreamError } from '../core/errors.ts';

export type Rest = { readonly until: number; readonly because: string };

export type Breaker = {
  /** Why this one is not to be asked now, or null; null lets one try through and holds the others back until it ended. */
  admit(): Rest | null;
  /** The same without a try. */
  resting(): Rest | null;
  succeeded(): void;
  failed(error: UpstreamError): void;
  /** The try was given up by whoever asked: nothing was learnt. */
  abandoned(): void;
  /** Somebody wants it asked again at once. */
  heal(): void;
};

const firstRestMs = 5_000;
const longestRestMs = 300_000;
/** Of a key that is refused or a quota that is used up: a person has to act first. */
const refusedRestMs = 600_000;

type State = Rest & { readonly failures: number; readonly isTrying: boolean };

/** Lets a failing provider rest: as long as it asks for, else longer with each failure. */
export function createBreaker(now: () => number): Breaker {
  let state: State | null = null;
  const resting = (): Rest | null => {
    if (state === null || (state.until <= now() && !state.isTrying)) return null;
    return { until: state.until, because: state.because };
  };
  return {
    resting,
    admit() {
      const rest = resting();
      if (rest === null && state !== null) state = { ...state, isTrying: true };
      return rest;
    },
    succeeded() {
      state = null;
    },
    failed(error) {
      // Several that were asked together fail together: that is one failure.
      const isSame = state !== null && state.until > now();
      const failures = (state?.failures ?? 0) + (isSame ? 0 : 1);
      const growing = backoffMs(failures, firstRestMs, longestRestMs);
      const restMs = error.retryAfterMs ?? (error.retryable ? growing : refusedRestMs);
      // It answered, if not this question: it is no reason to rest.
      if (restMs === 0) state = isSame && state !== null ? { ...state, isTrying: false } : null;
      else state = { until: now() + restMs, because: error.message, failures, isTrying: false };
    },
    abandoned() {
      if (state !== null) state = { ...state, isTrying: false };
    },
    heal() {
      state = null;
    },
  };
}
