import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { s3Error } from './s3-error.ts';

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

type Sdk = typeof import('@aws-sdk/client-s3');

/** One call of the SDK, in words for an error. */
export type S3Call<T> = {
  readonly doing: string;
  readonly send: (sdk: Sdk, client: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<T>;
  /** What the SDK may throw that is an answer to this call and no failure: it is thrown as it is. */
  readonly isAnswer: (error: unknown) => boolean;
};

export type S3Bucket = <T>(call: S3Call<T>, signal: AbortSignal) => Promise<T>;

/** Tries of the SDK itself within one call's deadline. */
const maxAttempts = 2;
const connectionTimeoutMs = 3_000;

/** Gives what calls a bucket under a deadline, and throws `UpstreamError`. Loads the SDK, 100 ms or so, and speaks to nobody yet. */
export async function openBucket(options: S3Options): Promise<S3Bucket> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client(clientConfig(options));
  return async ({ doing, send, isAnswer }, signal) => {
    signal.throwIfAborted();
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(options.deadlineMs)]);
    try {
      return await unlessAborted(send(sdk, client, { abortSignal }), abortSignal);
    } catch (error) {
      signal.throwIfAborted();
      if (isAnswer(error)) throw error;
      throw s3Error(`${doing} in bucket ${options.bucket}`, error, abortSignal.aborted ? options.deadlineMs : null);
    }
  };
}

/** Settles with the work or with the signal, whichever is first: while it waits for credentials the SDK looks at no signal. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
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
