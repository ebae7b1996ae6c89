import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import { UpstreamError } from '../../src/core/errors.ts';
import { type Log, silentLog } from '../../src/core/log.ts';
import type { StoredModel } from '../../src/core/model.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { createModelRegistry } from '../../src/store/model-registry.ts';
import { createS3Blobs } from '../../src/store/s3-blobs.ts';
import { modelRegistryContract, sharedModelsContract } from '../contracts/model-registry.ts';
import { aModel, nameOf } from '../contracts/models.ts';
import { type S3Server, startS3 } from '../emulators/s3.ts';
import { freshBlobs, freshBucket } from './s3-server.ts';

const signal = new AbortController().signal;
const whole = (model: StoredModel): StoredModel => model;
let root: string;
let s3: S3Server;
let ignoring: S3Server;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'models-'));
  [s3, ignoring] = await Promise.all([startS3(), startS3('ignores')]);
});
afterAll(async () => {
  await Promise.all([s3.stop(), ignoring.stop()]);
  await rm(root, { recursive: true });
});

const freshFolder = (): Promise<string> => mkdtemp(join(root, 'models-'));
const onDisk = async (): Promise<Blobs> => createDiskBlobs(await freshFolder());

describe('models on a disk', () => {
  modelRegistryContract(onDisk);
  sharedModelsContract(async () => {
    const folder = await freshFolder();
    return [createDiskBlobs(folder), createDiskBlobs(folder)];
  });
});

describe('models in a bucket', () => {
  modelRegistryContract(() => freshBlobs(s3));
  sharedModelsContract(async () => {
    const options = await freshBucket(s3);
    return [await createS3Blobs(options, silentLog), await createS3Blobs(options, silentLog)];
  });
});

describe('models in a bucket of a server that ignores the conditions of writes', () =>
  modelRegistryContract(() => freshBlobs(ignoring)));

describe('a bucket from which nothing may be deleted', () => {
  it('keeps every model; the newest are in the history, and the log says so once', async () => {
    const warnings: string[] = [];
    const log: Log = {
      ...silentLog,
      warn: (message, facts) => void warnings.push(`${message} ${JSON.stringify(facts)}`),
    };
    const blobs = await freshBlobs(s3);
    const registry = createModelRegistry({ blobs, keep: 2, log });
    s3.forbidDelete = true;
    for (const number of [1, 2, 3, 4, 5]) await registry.save(aModel(number), signal);
    s3.forbidDelete = false;
    expect(warnings).toEqual([expect.stringMatching(/can not be removed and stay.*AccessDenied, HTTP 403/)]);
    expect(await blobs.list('models/hosts/v', signal)).toHaveLength(5);
    const versions = (await registry.history('hosts', signal)).map(({ info }) => info.version);
    expect(versions).toEqual([nameOf(5), nameOf(4)]);
  });
});

describe('when storage fails', () => {
  const failing = (blobs: Blobs, call: keyof Blobs): Blobs => ({
    ...blobs,
    [call]: async () => {
      throw new UpstreamError('storage', 'the disk is gone', { retryable: true });
    },
  });
  const over = (blobs: Blobs) => createModelRegistry({ blobs, keep: 10, log: silentLog });

  it('an older model is not taken for the current one that could not be read', async () => {
    const blobs = await onDisk();
    await over(blobs).save(aModel(1), signal);
    const loading = over(failing(blobs, 'get')).load('hosts', whole, signal);
    await expect(loading).rejects.toMatchObject({ retryable: true, message: 'the disk is gone' });
  });

  it('a save that fails leaves the current model', async () => {
    const blobs = await onDisk();
    await over(blobs).save(aModel(1), signal);
    await expect(over(failing(blobs, 'put')).save(aModel(2), signal)).rejects.toThrow('gone');
    expect((await over(blobs).load('hosts', whole, signal))?.info.version).toBe(nameOf(1));
  });

  it('a pointer that others move without end is given up', async () => {
    const blobs = await onDisk();
    const busy: Blobs = {
      ...blobs,
      put: async (key, ...rest) => (key.endsWith('.json') ? 'overtaken' : blobs.put(key, ...rest)),
    };
    await expect(over(busy).save(aModel(1), signal)).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('models/hosts/current.json 20 times'),
    });
  });
});
