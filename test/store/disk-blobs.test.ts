import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { blobsContract, sharedBlobsContract } from '../contracts/blobs.ts';

const signal = new AbortController().signal;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'blobs-'));
});
afterAll(() => rm(root, { recursive: true }));
const freshFolder = (): Promise<string> => mkdtemp(join(root, 'blobs-'));

describe('blobs on a disk', () => {
  blobsContract(async () => createDiskBlobs(await freshFolder()));

  describe('two bots on one folder', () => {
    sharedBlobsContract(async () => {
      const folder = await freshFolder();
      return [createDiskBlobs(folder), createDiskBlobs(folder)];
    });
  });

  it('a folder that is not there yet is empty, and is made by the first put', async () => {
    const folder = join(await freshFolder(), 'not', 'yet');
    const blobs = createDiskBlobs(folder);
    expect(await blobs.list('', signal)).toEqual([]);
    expect(await blobs.get('a', signal)).toBeNull();
    await blobs.put('a', Buffer.from('1'), null, signal);
    expect(await blobs.list('', signal)).toEqual(['a']);
  });

  it('other people of the machine can not read it', async () => {
    const folder = join(await freshFolder(), 'private');
    await createDiskBlobs(folder).put('a', Buffer.from('1'), null, signal);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    expect((await stat(join(folder, 'a'))).mode & 0o077).toBe(0);
  });

  it('the draft of a put that a crash cut off is never listed', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, 'a.0b1c~'), 'half');
    expect(await createDiskBlobs(folder).list('', signal)).toEqual([]);
  });

  it('a put that fails leaves no draft and names the file', async () => {
    const folder = await freshFolder();
    const blobs = createDiskBlobs(folder);
    await blobs.put('a/b', Buffer.from('1'), null, signal);
    const error = await blobs.put('a', Buffer.from('2'), null, signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UpstreamError', service: 'storage', retryable: false });
    expect(String(error)).toContain(join(folder, 'a'));
    expect((await readdir(folder)).toSorted()).toEqual(['a', 'lock~']);
  });

  it('a folder goes with the last blob in it, and a put at the same time is not lost', async () => {
    const folder = await freshFolder();
    const blobs = createDiskBlobs(folder);
    await blobs.put('a/b/1', Buffer.from('1'), null, signal);
    await blobs.put('a/2', Buffer.from('2'), null, signal);
    await blobs.remove('a/b/1', signal);
    expect(await readdir(join(folder, 'a'))).toEqual(['2']);
    await blobs.remove('a/2', signal);
    expect(await readdir(folder)).not.toContain('a');
    for (let round = 0; round < 50; round += 1) {
      await blobs.put('c/d/1', Buffer.from('1'), null, signal);
      await Promise.all([blobs.remove('c/d/1', signal), blobs.put('c/d/2', Buffer.from('2'), null, signal)]);
      expect(await blobs.list('c/', signal)).toEqual(['c/d/2']);
      await blobs.remove('c/d/2', signal);
    }
  });
});
