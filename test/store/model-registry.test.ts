import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import { UpstreamError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { createModelRegistry } from '../../src/store/model-registry.ts';
import { createS3Blobs } from '../../src/store/s3-blobs.ts';
import { aModel, modelRegistryContract } from '../contracts/model-registry.ts';
import { makeBucket, s3Options, startS3, type TestServer } from './s3-server.ts';

const signal = new AbortController().signal;
let root: string;
let s3: TestServer;
let buckets = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'models-'));
  s3 = await startS3();
});
afterAll(async () => {
  await s3.stop();
  await rm(root, { recursive: true });
});

const onDisk = async (): Promise<Blobs> => createDiskBlobs(await mkdtemp(join(root, 'models-')));

describe('models on a disk', () => modelRegistryContract(onDisk));

describe('models in a bucket', () =>
  modelRegistryContract(async () => {
    buckets += 1;
    const bucket = `models-${buckets}`;
    await makeBucket(s3.url, bucket);
    return createS3Blobs({ ...s3Options, endpoint: s3.url, bucket });
  }));

describe('when storage fails', () => {
  const failing = (blobs: Blobs, call: keyof Blobs): Blobs => ({
    ...blobs,
    [call]: async () => {
      throw new UpstreamError('storage', 'the disk is gone', { retryable: true });
    },
  });

  it('an older model is not taken for the current one that could not be read', async () => {
    const blobs = await onDisk();
    const registry = createModelRegistry(blobs, silentLog);
    await registry.save(aModel('v1'), signal);
    const broken = createModelRegistry(failing(blobs, 'get'), silentLog);
    await expect(broken.load('hosts', signal)).rejects.toMatchObject({ retryable: true, message: 'the disk is gone' });
  });

  it('a save that fails leaves the current model', async () => {
    const blobs = await onDisk();
    const registry = createModelRegistry(blobs, silentLog);
    await registry.save(aModel('v1'), signal);
    await expect(createModelRegistry(failing(blobs, 'put'), silentLog).save(aModel('v2'), signal)).rejects.toThrow(
      'gone',
    );
    expect((await registry.load('hosts', signal))?.info.version).toBe('v1');
  });

  it('an old version that can not be removed does not fail the save', async () => {
    const blobs = await onDisk();
    const registry = createModelRegistry(failing(blobs, 'remove'), silentLog);
    for (let version = 1; version <= 7; version += 1) await registry.save(aModel(`v${version}`), signal);
    expect((await registry.load('hosts', signal))?.info.version).toBe('v7');
  });
});
