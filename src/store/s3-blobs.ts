import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { Blobs } from '../core/blobs.ts';
import { checkBlobKey } from './blob-key.ts';
import { isMissingKey, s3Error } from './s3-error.ts';

export type S3Options = {
  readonly bucket: string;
  /** Null is Amazon's own for the region. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Stands before every key, for instance "smartcloudops/"; may be empty. */
  readonly prefix: string;
  /** `http://host/bucket/key` and not `http://bucket.host/key`: what most look-alikes want. */
  readonly forcePathStyle: boolean;
  /** Look-alikes that do not know the newer checksums need "WHEN_REQUIRED". */
  readonly requestChecksumCalculation: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';
  readonly responseChecksumValidation: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';
  /** Asks the server to encrypt with AES-256; many look-alikes refuse it. */
  readonly encrypt: boolean;
  /** Null looks where every AWS program looks: environment, shared files, the machine's role. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  /** One call, its retries included, may take this long. */
  readonly deadlineMs: number;
};

/** Tries of the SDK itself within one call's deadline. */
const maxAttempts = 2;
const connectionTimeoutMs = 3_000;

type Sdk = typeof import('@aws-sdk/client-s3');
type Call<T> = (sdk: Sdk, client: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** Blobs as objects of a bucket. Loads the SDK, 100 ms or so, and speaks to nobody yet. */
export async function createS3Blobs(options: S3Options): Promise<Blobs> {
  const { bucket, prefix } = options;
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client(clientConfig(options));
  const encryption = options.encrypt ? { ServerSideEncryption: 'AES256' as const } : {};

  async function ask<T>(doing: string, signal: AbortSignal, call: Call<T>): Promise<T> {
    signal.throwIfAborted();
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(options.deadlineMs)]);
    try {
      return await call(sdk, client, { abortSignal });
    } catch (error) {
      signal.throwIfAborted();
      if (isMissingKey(error)) throw error;
      throw s3Error(`${doing} in bucket ${bucket}`, error, abortSignal.aborted ? options.deadlineMs : null);
    }
  }

  function objectOf(key: string): { readonly Bucket: string; readonly Key: string } {
    checkBlobKey('s3', key);
    return { Bucket: bucket, Key: prefix + key };
  }

  return {
    name: `S3 (${bucket})`,
    async put(key, bytes, signal) {
      const input = { ...objectOf(key), Body: bytes, ...encryption };
      await ask(`write ${key}`, signal, (sdk, client, call) => client.send(new sdk.PutObjectCommand(input), call));
    },
    async get(key, signal) {
      const input = objectOf(key);
      try {
        return await ask(`read ${key}`, signal, async (sdk, client, call) => {
          const { Body } = await client.send(new sdk.GetObjectCommand(input), call);
          return (await Body?.transformToByteArray()) ?? new Uint8Array();
        });
      } catch (error) {
        if (isMissingKey(error)) return null;
        throw error;
      }
    },
    async list(start, signal) {
      const input = { Bucket: bucket, Prefix: prefix + start };
      return ask(`list "${start}"`, signal, async (sdk, client, call) => {
        const keys: string[] = [];
        for (let token: string | undefined, more = true; more; more = token !== undefined) {
          const from = token === undefined ? {} : { ContinuationToken: token };
          const page = await client.send(new sdk.ListObjectsV2Command({ ...input, ...from }), call);
          for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(prefix.length));
          token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
        }
        return keys.sort();
      });
    },
    async remove(key, signal) {
      const input = objectOf(key);
      await ask(`remove ${key}`, signal, (sdk, client, call) => client.send(new sdk.DeleteObjectCommand(input), call));
    },
  };
}

function clientConfig(options: S3Options): S3ClientConfig {
  const { endpoint, credentials, region, forcePathStyle } = options;
  const { requestChecksumCalculation, responseChecksumValidation } = options;
  return {
    region,
    forcePathStyle,
    requestChecksumCalculation,
    responseChecksumValidation,
    maxAttempts,
    requestHandler: { connectionTimeout: connectionTimeoutMs },
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === null ? {} : { credentials }),
  };
}
