import type { Blobs } from '../core/blobs.ts';
import { messageOf, UpstreamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** Removes models that are not kept any more. Never throws: that old ones stay is no reason for a new one to fail. */
export type Retention = (keysToRemove: () => Promise<readonly string[]>, signal: AbortSignal) => Promise<void>;

/**
 * Whoever pays for the storage may have forbidden to delete: then what is old stays, which is said once, and deleting is
 * not tried again until the next start. What may pass is said each time, and mended by the next training.
 */
export function createRetention(blobs: Blobs, log: Log): Retention {
  let isForbidden = false;
  return async (keysToRemove, signal) => {
    if (isForbidden) return;
    try {
      for (const key of await keysToRemove()) await blobs.remove(key, signal);
    } catch (error) {
      if (signal.aborted) return;
      isForbidden = error instanceof UpstreamError && !error.retryable;
      const what = isForbidden ? 'old models can not be removed and stay' : 'an old model could not be removed';
      log.warn(what, { where: blobs.name, because: messageOf(error) });
    }
  };
}
