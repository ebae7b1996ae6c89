import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOf } from '../../src/logs/segment.ts';
import { sweepLogs } from '../../src/logs/sweep.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';

const signal = new AbortController().signal;
const hourMs = 3_600_000;
const now = Date.UTC(2026, 10, 24, 12, 30);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sweep-'));
});
afterEach(() => rm(folder, { recursive: true }));

const keyOfHour = (hoursAgo: number): string =>
  keyOf({ host: 'web-1', openedAt: now - hoursAgo * hourMs, run: '00000001', number: 1 });

async function sweep(keepMs: number, keepBytes: number): Promise<readonly string[]> {
  await sweepLogs({ folder, keepMs, keepBytes, now: () => now }, signal);
  return createDiskBlobs(folder).list('', signal);
}

describe('logs on the disk', () => {
  beforeEach(async () => {
    const blobs = createDiskBlobs(folder);
    for (const hoursAgo of [0, 1, 2, 30, 50]) await blobs.put(keyOfHour(hoursAgo), new Uint8Array(100), null, signal);
    await blobs.put('models/hosts/current.json', new Uint8Array(100), null, signal);
    await blobs.put('logs/readme.txt', new Uint8Array(100), null, signal);
  });

  it('go when their hour ended too long ago, with the folders that nothing is left of', async () => {
    const left = await sweep(2 * hourMs, 1e9);
    expect(left).toEqual([keyOfHour(2), keyOfHour(1), keyOfHour(0), 'logs/readme.txt', 'models/hosts/current.json']);
    expect(await readdir(join(folder, 'logs'))).toEqual(['date=2026-11-24', 'readme.txt']);
  });

  it('go beyond their size, the oldest first', async () => {
    const left = await sweep(1e12, 250);
    expect(left).toEqual([keyOfHour(1), keyOfHour(0), 'logs/readme.txt', 'models/hosts/current.json']);
  });

  it('stay otherwise, and a folder without any is no error', async () => {
    expect(await sweep(1e12, 1e9)).toHaveLength(7);
    await rm(join(folder, 'logs'), { recursive: true });
    expect(await sweep(1, 1)).toEqual(['models/hosts/current.json']);
  });
});
