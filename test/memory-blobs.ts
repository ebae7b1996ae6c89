import type { Blobs } from '../src/core/blobs.ts';
import { UpstreamError } from '../src/core/errors.ts';
import { checkBlobKey } from '../src/store/blob-key.ts';

/** Blobs in memory, with the semantics of the port. Every call fails while `failWith` is set. */
export function memoryBlobs(): Blobs & { failWith: Error | null } {
  const all = new Map<string, Buffer>();
  const check = (key: string, signal: AbortSignal): void => {
    checkBlobKey('storage', key);
    signal.throwIfAborted();
    if (blobs.failWith !== null) throw blobs.failWith;
  };
  const tagOf = (bytes: Buffer | undefined): string | null => bytes?.toString('base64') ?? null;
  const blobs = {
    name: 'memory',
    failWith: null as UpstreamError | null,
    put: async (key: string, bytes: Uint8Array, over: string | null, signal: AbortSignal) => {
      check(key, signal);
      const [there, next] = [all.get(key), Buffer.from(bytes)];
      if (there?.equals(next) === true) return 'written' as const;
      if (tagOf(there) !== over) return 'overtaken' as const;
      all.set(key, next);
      return 'written' as const;
    },
    get: async (key: string, signal: AbortSignal) => {
      check(key, signal);
      const bytes = all.get(key);
      return bytes === undefined ? null : { bytes, tag: tagOf(bytes) ?? '' };
    },
    list: async (prefix: string, signal: AbortSignal) => {
      check('list', signal);
      return [...all.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
    remove: async (key: string, signal: AbortSignal) => {
      check(key, signal);
      all.delete(key);
    },
  };
  return blobs;
}

export const storageIsDown = new UpstreamError('s3', 'could not read: no answer within 30000 ms', { retryable: true });
