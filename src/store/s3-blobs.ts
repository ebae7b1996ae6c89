import type { Blobs, PutOutcome, StoredBytes } from '../core/blobs.ts';
import { UpstreamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { checkBlobKey, isBlobKey } from './blob-key.ts';
import { openBucket, type S3Options } from './s3-bucket.ts';
import { type Condition, conditionOf, keepsConditions } from './s3-conditions.ts';
import { isConflict, isForbidden, isMissingKey, isNotImplemented } from './s3-error.ts';

/** No key has a `~`, so this object is in nobody's way and never listed. It is written once and stays. */
const probeName = 'conditional-writes~';
const probe = new TextEncoder().encode('This is here to see whether the server knows conditional writes.\n');

/**
 * Blobs as objects of a bucket; a tag is S3's own. Speaks to nobody yet.
 * A look-alike that does not keep the conditions of writes is found out before the first one, and the log is told. From
 * then on what is there is read and compared before it is written over: enough for one bot, but not for two in the same
 * moment.
 */
export async function createS3Blobs(options: S3Options, log: Log): Promise<Blobs> {
  const { bucket, prefix } = options;
  const ask = await openBucket(options);
  const encryption = options.encrypt ? { ServerSideEncryption: 'AES256' as const } : {};
  let isConditional: boolean | null = null;

  function objectOf(key: string): { readonly Bucket: string; readonly Key: string } {
    checkBlobKey('s3', key);
    return { Bucket: bucket, Key: prefix + key };
  }

  async function write(
    name: string,
    Body: Uint8Array,
    condition: Condition | null,
    signal: AbortSignal,
  ): Promise<void> {
    const input = { Bucket: bucket, Key: prefix + name, Body, ...condition, ...encryption };
    await ask(
      {
        doing: `write ${name}`,
        send: (sdk, client, call) => client.send(new sdk.PutObjectCommand(input), call),
        isAnswer: (error) =>
          isConflict(error) || (name === probeName && (isNotImplemented(error) || isForbidden(error))),
      },
      signal,
    );
  }

  async function knowsConditions(signal: AbortSignal): Promise<boolean> {
    if (isConditional !== null) return isConditional;
    isConditional = await keepsConditions(
      (condition) => write(probeName, probe, condition, signal),
      `arn:aws:s3:::${bucket}/${prefix}${probeName}`,
    );
    const said =
      'this S3 server does not know conditional writes: two bots on one bucket can undo what the other saved';
    if (!isConditional) log.warn(said, { bucket });
    return isConditional;
  }

  async function get(key: string, signal: AbortSignal): Promise<StoredBytes | null> {
    const input = objectOf(key);
    const reading = ask(
      {
        doing: `read ${key}`,
        send: async (sdk, client, call) => {
          const { Body, ETag } = await client.send(new sdk.GetObjectCommand(input), call);
          return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), tag: ETag ?? '' };
        },
        isAnswer: isMissingKey,
      },
      signal,
    );
    return reading.catch(nullIfMissing);
  }

  return {
    name: `S3 (${bucket})`,
    async put(key, bytes, over, signal): Promise<PutOutcome> {
      checkBlobKey('s3', key);
      if (await knowsConditions(signal)) {
        const writing = write(key, bytes, conditionOf(over), signal).then(() => true);
        if (await writing.catch(falseIfConflict)) return 'written';
        // The bytes are ours when the answer to a first try was lost and the SDK asked a second time.
        return isSame(await get(key, signal).catch(nullIfRefused), bytes) ? 'written' : 'overtaken';
      }
      const there = await get(key, signal);
      if (isSame(there, bytes)) return 'written';
      if ((there?.tag ?? null) !== over) return 'overtaken';
      await write(key, bytes, null, signal);
      return 'written';
    },
    get,
    async list(start, signal) {
      const input = { Bucket: bucket, Prefix: prefix + start };
      return ask(
        {
          doing: `list "${start}"`,
          send: async (sdk, client, call) => {
            const keys: string[] = [];
            for (let token: string | undefined, more = true; more; more = token !== undefined) {
              const from = token === undefined ? {} : { ContinuationToken: token };
              const page = await client.send(new sdk.ListObjectsV2Command({ ...input, ...from }), call);
              for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(prefix.length));
              token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
            }
            return keys.filter(isBlobKey).sort();
          },
          isAnswer: () => false,
        },
        signal,
      );
    },
    async remove(key, signal) {
      const input = objectOf(key);
      const removing = ask(
        {
          doing: `remove ${key}`,
          send: (sdk, client, call) => client.send(new sdk.DeleteObjectCommand(input), call),
          isAnswer: isMissingKey,
        },
        signal,
      );
      await removing.catch(nullIfMissing);
    },
  };
}

function nullIfMissing(error: unknown): null {
  if (isMissingKey(error)) return null;
  throw error;
}

/** Who may write and not read learns that something is there, and not what. */
function nullIfRefused(error: unknown): null {
  if (error instanceof UpstreamError && !error.retryable) return null;
  throw error;
}

function falseIfConflict(error: unknown): false {
  if (isConflict(error)) return false;
  throw error;
}

function isSame(there: StoredBytes | null, bytes: Uint8Array): boolean {
  return there !== null && Buffer.compare(there.bytes, bytes) === 0;
}
