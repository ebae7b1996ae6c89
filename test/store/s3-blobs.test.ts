import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createS3Blobs, type S3Options } from '../../src/store/s3-blobs.ts';
import { blobsContract } from '../contracts/blobs.ts';
import { makeBucket, s3Options, startS3, startServer, type TestServer } from './s3-server.ts';

const signal = new AbortController().signal;
let s3: TestServer;
let buckets = 0;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

async function freshBucket(): Promise<S3Options> {
  buckets += 1;
  const bucket = `models-${buckets}`;
  await makeBucket(s3.url, bucket);
  return { ...s3Options, endpoint: s3.url, bucket };
}

describe('blobs in a bucket', () => {
  blobsContract(async () => createS3Blobs(await freshBucket()));

  it('two prefixes of one bucket do not see each other', async () => {
    const options = await freshBucket();
    const [ours, theirs] = await Promise.all([
      createS3Blobs({ ...options, prefix: 'ours/' }),
      createS3Blobs({ ...options, prefix: 'theirs/' }),
    ]);
    await ours.put('a', Buffer.from('1'), signal);
    expect(await theirs.get('a', signal)).toBeNull();
    expect(await theirs.list('', signal)).toEqual([]);
    expect(await (await createS3Blobs({ ...options, prefix: '' })).list('', signal)).toEqual(['ours/a']);
  });

  it('a list longer than a page is listed whole', async () => {
    const options = await freshBucket();
    const keys = Array.from({ length: 1_001 }, (_, index) => `k${String(index).padStart(4, '0')}`);
    for (const key of keys) await fetch(`${s3.url}/${options.bucket}/bot/${key}`, { method: 'PUT', body: '' });
    expect(await (await createS3Blobs(options)).list('k', signal)).toEqual(keys);
  });

  it('a bucket that is not there is said by name and not tried again', async () => {
    const blobs = await createS3Blobs({ ...s3Options, endpoint: s3.url, bucket: 'nowhere' });
    const calls = [
      () => blobs.get('a', signal),
      () => blobs.put('a', Buffer.from('1'), signal),
      () => blobs.list('', signal),
    ];
    const expected = { service: 's3', retryable: false, message: expect.stringContaining('in bucket nowhere') };
    for (const call of calls) await expect(call()).rejects.toMatchObject(expected);
  });
});

describe('what S3 is asked', () => {
  it('a put carries the checksum, the encryption and a signature of its content', async () => {
    const seen: IncomingMessage[] = [];
    const server = await startServer((request, response) => {
      seen.push(request);
      request.resume().on('end', () => response.end());
    });
    const blobs = await createS3Blobs({ ...s3Options, endpoint: server.url });
    await blobs.put('a/b', Buffer.from('content'), signal);
    await server.stop();
    expect(seen.map(({ method, url }) => `${method} ${url?.split('?')[0]}`)).toEqual(['PUT /models/bot/a/b']);
    expect(seen[0]?.headers).toMatchObject({
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-checksum-crc32': expect.any(String),
      'content-length': '7',
      'x-amz-content-sha256': createHash('sha256').update('content').digest('hex'),
    });
  });

  it('a look-alike is spared the checksum and the encryption', async () => {
    const seen: IncomingMessage[] = [];
    const server = await startServer((request, response) => {
      seen.push(request);
      request.resume().on('end', () => response.end());
    });
    const blobs = await createS3Blobs({
      ...s3Options,
      endpoint: server.url,
      encrypt: false,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    await blobs.put('a', Buffer.from('content'), signal);
    await server.stop();
    expect(Object.keys(seen[0]?.headers ?? {}).filter((name) => /checksum|encryption/.test(name))).toEqual([]);
  });
});

const xml = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
const reply =
  (status: number, code: string): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/xml' }).end(xml(code));

describe('a failure of S3', () => {
  let server: TestServer | null = null;
  afterEach(async () => {
    await server?.stop();
    server = null;
  });

  const failures: readonly (readonly [string, RequestListener, boolean])[] = [
    ['busy', reply(503, 'SlowDown'), true],
    ['too many requests', reply(429, 'TooManyRequests'), true],
    ['broken', reply(500, 'InternalError'), true],
    ['no words', (_, response) => void response.writeHead(502).end('<html>bad gateway</html>'), true],
    ['no right', reply(403, 'AccessDenied'), false],
    ['a wrong secret', reply(403, 'SignatureDoesNotMatch'), false],
    ['no bucket', reply(404, 'NoSuchBucket'), false],
    ['a connection that breaks', (request) => request.socket.destroy(), true],
    [
      'a body cut off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half', () => response.destroy());
      },
      true,
    ],
  ];
  it.each(failures)('%s: whether to try again is decided by it', async (_, answer, retryable) => {
    server = await startServer(answer);
    const blobs = await createS3Blobs({ ...s3Options, endpoint: server.url });
    const error = await blobs.get('a', signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UpstreamError', service: 's3', retryable });
    expect(String(error)).toContain('read a in bucket models');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(
      s3Options.credentials?.secretAccessKey,
    );
  });

  it('silence ends at the deadline', async () => {
    server = await startServer(() => {});
    const blobs = await createS3Blobs({ ...s3Options, endpoint: server.url, deadlineMs: 200 });
    await expect(blobs.list('', signal)).rejects.toMatchObject({
      retryable: true,
      message: 'could not list "" in bucket models: no answer within 200 ms',
    });
  });

  it('nobody listening is an error that may pass', async () => {
    const gone = await startServer(() => {});
    await gone.stop();
    const blobs = await createS3Blobs({ ...s3Options, endpoint: gone.url });
    await expect(blobs.put('a', Buffer.from('1'), signal)).rejects.toMatchObject({ service: 's3', retryable: true });
  });

  it('a caller who gives up is not kept', async () => {
    server = await startServer(() => {});
    const blobs = await createS3Blobs({ ...s3Options, endpoint: server.url });
    const caller = new AbortController();
    const call = blobs.get('a', caller.signal);
    caller.abort(new Error('stopping'));
    await expect(call).rejects.toThrow('stopping');
  });
});
