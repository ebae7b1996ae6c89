import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Log, silentLog } from '../../src/core/log.ts';
import { createS3Blobs } from '../../src/store/s3-blobs.ts';
import type { S3Options } from '../../src/store/s3-bucket.ts';
import { blobsContract, sharedBlobsContract } from '../contracts/blobs.ts';
import { type Conditions, type S3Server, startS3 } from '../emulators/s3.ts';
import { freshBlobs, freshBucket, reply, s3Options, startServer, type TestServer } from './s3-server.ts';

const signal = new AbortController().signal;
const kinds: readonly Conditions[] = ['keeps', 'ignores', 'refuses'];
let servers: ReadonlyMap<Conditions, S3Server>;
beforeAll(async () => {
  servers = new Map(await Promise.all(kinds.map(async (kind) => [kind, await startS3(kind)] as const)));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

function serverThat(conditions: Conditions): S3Server {
  const server = servers.get(conditions);
  if (server === undefined) throw new Error(`no server ${conditions} conditions`);
  return server;
}

describe.each(kinds)('blobs in a bucket of a server that %s the conditions of writes', (conditions) => {
  blobsContract(() => freshBlobs(serverThat(conditions)));
});

describe('two bots on one bucket', () => {
  sharedBlobsContract(async () => {
    const options = await freshBucket(serverThat('keeps'));
    return [await createS3Blobs(options, silentLog), await createS3Blobs(options, silentLog)];
  });
});

describe('conditional writes', () => {
  const warnings: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (message, facts) => void warnings.push(`${message} ${JSON.stringify(facts)}`),
  };
  afterEach(() => {
    warnings.length = 0;
  });

  it.each([
    ['keeps', 0],
    ['ignores', 1],
    ['refuses', 1],
  ] as const)(
    'a server that %s them is found out by the first write, and %i line says so',
    async (conditions, lines) => {
      const blobs = await freshBlobs(serverThat(conditions), log);
      for (const key of ['a', 'b', 'c']) await blobs.put(key, Buffer.from(key), null, signal);
      expect(warnings).toHaveLength(lines);
      for (const line of warnings) expect(line).toMatch(/does not know conditional writes.*models-/);
    },
  );

  it('what was written to find out is written once, is never listed and is not asked about again', async () => {
    const server = serverThat('keeps');
    const options = await freshBucket(server);
    const blobs = await createS3Blobs(options, silentLog);
    const probe = `PUT /${options.bucket}/bot/conditional-writes~`;
    const probes = (): number => server.asked.filter((line) => line === probe).length;
    await blobs.put('a', Buffer.from('1'), null, signal);
    expect(probes()).toBe(3);
    await blobs.put('b', Buffer.from('2'), null, signal);
    expect(probes()).toBe(3);
    expect(await blobs.list('', signal)).toEqual(['a', 'b']);
  });

  it('a write whose answer was lost is known for our own when the SDK asks again', async () => {
    const server = serverThat('keeps');
    const blobs = await freshBlobs(server);
    await blobs.put('a', Buffer.from('first'), null, signal);
    const there = await blobs.get('a', signal);
    server.loseAnswers = 1;
    expect(await blobs.put('a', Buffer.from('second'), there?.tag ?? null, signal)).toBe('written');
    server.loseAnswers = 1;
    expect(await blobs.put('b', Buffer.from('new'), null, signal)).toBe('written');
  });
});

describe('a bucket', () => {
  let s3: S3Server;
  beforeAll(() => {
    s3 = serverThat('keeps');
  });

  it('two prefixes of one bucket do not see each other', async () => {
    const options = await freshBucket(s3);
    const [ours, theirs] = await Promise.all([
      createS3Blobs({ ...options, prefix: 'ours/' }, silentLog),
      createS3Blobs({ ...options, prefix: 'theirs/' }, silentLog),
    ]);
    await ours.put('a', Buffer.from('1'), null, signal);
    expect(await theirs.get('a', signal)).toBeNull();
    expect(await theirs.list('', signal)).toEqual([]);
    expect(await (await createS3Blobs({ ...options, prefix: '' }, silentLog)).list('', signal)).toEqual(['ours/a']);
  });

  it('a list longer than a page is listed whole', async () => {
    const options = await freshBucket(s3);
    const keys = Array.from({ length: 1_001 }, (_, index) => `k${String(index).padStart(4, '0')}`);
    for (const key of keys) await fetch(`${s3.url}/${options.bucket}/bot/${key}`, { method: 'PUT', body: '' });
    expect(await (await createS3Blobs(options, silentLog)).list('k', signal)).toEqual(keys);
  });

  it('a bucket that is not there is said by name and not tried again', async () => {
    const blobs = await createS3Blobs({ ...s3Options, endpoint: s3.url, bucket: 'nowhere' }, silentLog);
    const calls = [
      () => blobs.get('a', signal),
      () => blobs.put('a', Buffer.from('1'), null, signal),
      () => blobs.list('', signal),
    ];
    const expected = { service: 's3', retryable: false, message: expect.stringContaining('in bucket nowhere') };
    for (const call of calls) await expect(call()).rejects.toMatchObject(expected);
  });
});

/** The headers of one put, as a server that keeps conditions sees them. */
async function headersOfPut(options: Partial<S3Options>, over: string | null = null): Promise<IncomingHttpHeaders> {
  const seen = new Map<string, IncomingHttpHeaders>();
  const server = await startServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    seen.set(`${request.method} ${path}`, request.headers);
    const answer = path.endsWith('~')
      ? reply(412, 'PreconditionFailed')
      : (_: unknown, ok: typeof response) => ok.end();
    request.resume().on('end', () => answer(request, response));
  });
  const blobs = await createS3Blobs({ ...s3Options, endpoint: server.url, ...options }, silentLog);
  await blobs.put('a/b', Buffer.from('content'), over, signal);
  await server.stop();
  return seen.get('PUT /models/bot/a/b') ?? {};
}

describe('what S3 is asked', () => {
  it('a put carries the checksum, the encryption, its condition and a signature of its content', async () => {
    expect(await headersOfPut({})).toMatchObject({
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-checksum-crc32': expect.any(String),
      'content-length': '7',
      'x-amz-content-sha256': createHash('sha256').update('content').digest('hex'),
      'if-none-match': '*',
    });
    const over = await headersOfPut({}, '"5d41402abc4b2a76b9719d911017c592"');
    expect(over).toMatchObject({ 'if-match': '"5d41402abc4b2a76b9719d911017c592"' });
    expect(over).not.toHaveProperty('if-none-match');
  });

  it('a look-alike is spared the checksum and the encryption', async () => {
    const headers = await headersOfPut({ encrypt: false, requestChecksumCalculation: 'WHEN_REQUIRED' });
    expect(headers).toMatchObject({ 'if-none-match': '*' });
    expect(Object.keys(headers).filter((name) => /checksum|encryption/.test(name))).toEqual([]);
  });
});

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
    const blobs = await createS3Blobs({ ...s3Options, endpoint: server.url }, silentLog);
    const error = await blobs.get('a', signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UpstreamError', service: 's3', retryable });
    expect(String(error)).toContain('read a in bucket models');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(
      s3Options.credentials?.secretAccessKey,
    );
  });

  it('silence ends at the deadline', async () => {
    server = await startServer(() => {});
    const blobs = await createS3Blobs({ ...s3Options, endpoint: server.url, deadlineMs: 200 }, silentLog);
    await expect(blobs.list('', signal)).rejects.toMatchObject({
      retryable: true,
      message: 'could not list "" in bucket models: no answer within 200 ms',
    });
  });

  it('nobody listening is an error that may pass', async () => {
    const gone = await startServer(() => {});
    await gone.stop();
    const blobs = await createS3Blobs({ ...s3Options, endpoint: gone.url }, silentLog);
    await expect(blobs.put('a', Buffer.from('1'), null, signal)).rejects.toMatchObject({
      service: 's3',
      retryable: true,
    });
  });

  it('a caller who gives up is not kept', async () => {
    server = await startServer(() => {});
    const blobs = await createS3Blobs({ ...s3Options, endpoint: server.url }, silentLog);
    const caller = new AbortController();
    const call = blobs.get('a', caller.signal);
    caller.abort(new Error('stopping'));
    await expect(call).rejects.toThrow('stopping');
  });
});
