import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Blobs } from '../../src/core/blobs.ts';
import { type Log, silentLog } from '../../src/core/log.ts';
import { createS3Blobs } from '../../src/store/s3-blobs.ts';
import type { S3Options } from '../../src/store/s3-bucket.ts';
import type { S3Server } from '../emulators/s3.ts';

export type TestServer = { readonly url: string; stop(): Promise<void> };

export const s3Options: Omit<S3Options, 'endpoint'> = {
  bucket: 'models',
  region: 'us-east-1',
  prefix: 'bot/',
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_SUPPORTED',
  responseChecksumValidation: 'WHEN_SUPPORTED',
  encrypt: true,
  credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'a secret that no message may show' },
  deadlineMs: 5_000,
};

let buckets = 0;

/** Options for a bucket of its own on a server. */
export async function freshBucket(server: S3Server): Promise<S3Options> {
  buckets += 1;
  const bucket = `models-${buckets}`;
  await server.makeBucket(bucket);
  return { ...s3Options, endpoint: server.url, bucket };
}

export async function freshBlobs(server: S3Server, log: Log = silentLog): Promise<Blobs> {
  return createS3Blobs(await freshBucket(server), log);
}

const xml = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
/** An answer of S3 that is an error. */
export const reply =
  (status: number, code: string): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/xml' }).end(xml(code));

/** A server that answers as it is told. */
export async function startServer(answer: RequestListener): Promise<TestServer> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
