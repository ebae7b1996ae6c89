/** Bytes as they lie under a key. `tag` names exactly these bytes there: `put` takes it to put others in their place. */
export type StoredBytes = { readonly bytes: Uint8Array; readonly tag: string };

/** `overtaken`: something else lies there than the writer knew of, and was left alone. */
export type PutOutcome = 'written' | 'overtaken';

/**
 * Named bytes, on a disk or in a bucket. Keys are `/`-separated words of `[A-Za-z0-9._=-]`.
 * All throw `UpstreamError` when storage fails.
 */
export type Blobs = {
  readonly name: string;
  /**
   * Writes in the place of what has the tag `over`, or where nothing is when that is null; so that of two writers who
   * saw the same only one wins, and the other hears of it. It is atomic: a reader sees the old bytes or the new, never a
   * part. Bytes that lie there already are written, whoever wrote them.
   */
  put(key: string, bytes: Uint8Array, over: string | null, signal: AbortSignal): Promise<PutOutcome>;
  /** Null when there is no such key. */
  get(key: string, signal: AbortSignal): Promise<StoredBytes | null>;
  /** Keys that begin with the prefix, ascending. */
  list(prefix: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Does nothing when there is no such key. */
  remove(key: string, signal: AbortSignal): Promise<void>;
};
