import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import { silentLog } from '../../src/core/log.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { createModelRegistry } from '../../src/store/model-registry.ts';
import { createS3Blobs } from '../../src/store/s3-blobs.ts';
import { nameOf } from '../contracts/models.ts';
import { type S3Server, startS3 } from '../emulators/s3.ts';
import { freshBucket } from './s3-server.ts';

const signal = new AbortController().signal;
const script = join(import.meta.dirname, 'save-until-killed.ts');

function startSaving(where: string, bucket: string, first: number) {
  const child = spawn(process.execPath, [script, where, bucket, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, lines: createInterface({ input: child.stdout }) };
}

/** Lets a process save and kills it after some saves and a moment; gives the last number that it had said. */
async function saveUntilKilled(where: string, bucket: string, first: number, saves: number): Promise<number> {
  const { child, lines } = startSaving(where, bucket, first);
  let last = first - 1;
  for await (const line of lines) {
    last = Number(line);
    // Each time somewhere else in a save that follows.
    if (last === first + saves - 1) setTimeout(() => child.kill('SIGKILL'), (first * 7) % 41);
  }
  return last;
}

/** The pointer names a whole model that is no older than what was acknowledged, and every version of the history is whole. */
async function expectWhole(blobs: Blobs, said: number): Promise<void> {
  const registry = createModelRegistry({ blobs, keep: 3, log: silentLog });
  const loaded = await registry.load('hosts', (model) => model.detectors.get('large'), signal);
  expect(loaded?.passedOver).toEqual([]);
  const number = Number(loaded?.info.version.slice(1));
  expect(loaded?.revived).toEqual(new Uint8Array(500_000).fill(number));
  // One more may have been saved in the moment before its number was said.
  expect([nameOf(said), nameOf(said + 1)]).toContain(loaded?.info.version);
  const [current, ...older] = await registry.history('hosts', signal);
  expect(current).toMatchObject({ isCurrent: true });
  for (const { info } of older) {
    const { passedOver } = await registry.rollBack('hosts', info.version, () => null, signal);
    expect(passedOver).toEqual([]);
  }
  if (older.length > 0) await registry.rollBack('hosts', current?.info.version ?? '', () => null, signal);
}

/** Numbers leave room for what was saved and not said. */
async function expectWholeAfterKills(where: string, bucket: string, blobs: Blobs): Promise<void> {
  let first = 0;
  for (const saves of [1, 2, 3, 5, 8, 1, 4, 6]) {
    const said = await saveUntilKilled(where, bucket, first, saves);
    expect(said).toBeGreaterThanOrEqual(first + saves - 1);
    await expectWhole(blobs, said);
    first = said + 2;
  }
}

describe('models on a disk whose process is killed', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'killed-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('the pointer names a whole model, each time', async () => {
    await expectWholeAfterKills(folder, '', createDiskBlobs(folder));
  }, 60_000);

  it('what one held when it was killed, another can take at once', async () => {
    const other = startSaving(folder, '', 1_000);
    let lines = 0;
    other.lines.on('line', () => {
      lines += 1;
    });
    for (const [turn, saves] of [1, 3, 2, 4].entries()) {
      await saveUntilKilled(folder, '', 2_000 + 101 * turn, saves);
      const before = lines;
      while (lines < before + 3) await once(other.lines, 'line');
    }
    const gone = once(other.child, 'exit');
    other.child.kill('SIGKILL');
    await gone;
    const registry = createModelRegistry({ blobs: createDiskBlobs(folder), keep: 3, log: silentLog });
    expect((await registry.load('hosts', () => null, signal))?.passedOver).toEqual([]);
  }, 60_000);
});

describe('models in a bucket whose process is killed', () => {
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3();
  });
  afterAll(() => s3.stop());

  it('the pointer names a whole model, each time', async () => {
    const options = await freshBucket(s3);
    await expectWholeAfterKills(s3.url, options.bucket, await createS3Blobs(options, silentLog));
  }, 60_000);
});
