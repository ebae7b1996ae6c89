import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildApp } from 'fauxqs';
import type { S3Options } from '../../src/store/s3-blobs.ts';

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

/** An S3 look-alike on loopback. Its own starter listens on every interface, so its application is started here. */
export async function startS3(): Promise<TestServer> {
  const app = buildApp({ logger: false });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, stop: () => app.close() };
}

export async function makeBucket(url: string, name: string): Promise<void> {
  const made = await fetch(`${url}/${name}`, { method: 'PUT' });
  if (!made.ok) throw new Error(`the bucket ${name} was not made: ${made.status}`);
}

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
