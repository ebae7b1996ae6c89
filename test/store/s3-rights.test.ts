import { expect, it } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import { createS3Blobs } from '../../src/store/s3-blobs.ts';
import { startS3 } from '../emulators/s3.ts';
import { freshBucket, reply, s3Options, startServer } from './s3-server.ts';

const signal = new AbortController().signal;

it('a role that may not read that one object is named as the reason', async () => {
  const server = await startS3('keeps');
  const options = await freshBucket(server);
  const blobs = await createS3Blobs(options, silentLog);
  server.mayRead = (path) => !path.endsWith('/conditional-writes~');
  const write = () => blobs.put('a', Buffer.from('1'), null, signal);
  await expect(write()).rejects.toMatchObject({
    service: 's3',
    retryable: false,
    message: expect.stringContaining(
      `the role has no s3:GetObject on arn:aws:s3:::${options.bucket}/bot/conditional-writes~`,
    ),
  });
  // Given the right, it goes on without a restart.
  server.mayRead = () => true;
  expect(await write()).toBe('written');
  await server.stop();
});

it('a role that may not write there at all, and one whose secret is wrong, are told apart', async () => {
  for (const [code, said] of [
    ['AccessDenied', /the role has no s3:PutObject on arn:aws:s3:::models\/bot\/conditional-writes~/],
    ['SignatureDoesNotMatch', /write conditional-writes~ in bucket models.*SignatureDoesNotMatch, HTTP 403/],
  ] as const) {
    const server = await startServer(reply(403, code));
    const blobs = await createS3Blobs({ ...s3Options, endpoint: server.url }, silentLog);
    await expect(blobs.put('a', Buffer.from('1'), null, signal)).rejects.toThrow(said);
    await server.stop();
  }
});
