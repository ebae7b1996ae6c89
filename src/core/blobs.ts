/**
 * Named bytes, on a disk or in a bucket. Keys are `/`-separated words of `[A-Za-z0-9._-]`.
 * `put` is atomic: a reader sees the old bytes or the new, never a part. All throw `UpstreamError` when storage fails.
 */
export type Blobs = {
  readonly name: string;
  put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** Null when there is no such key. */
  get(key: string, signal: AbortSignal): Promise<Uint8Array | null>;
  /** Keys that begin with the prefix, ascending. */
  list(prefix: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Does nothing when there is no such key. */
  remove(key: string, signal: AbortSignal): Promise<void>;
};
