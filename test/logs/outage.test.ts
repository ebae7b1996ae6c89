import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import { UpstreamError } from '../../src/core/errors.ts';
import { createLog } from '../../src/log.ts';
import { archiveLimits, createLogArchive, type LogArchive } from '../../src/logs/archive.ts';
import { type S3Server, startS3 } from '../emulators/s3.ts';
import { freshBlobs } from '../store/s3-server.ts';
import { keptLines, numbersOf, upTo } from './kept-lines.ts';

const megabyte = 1_048_576;
/** Text that does not compress to nothing. */
const noise = Buffer.from(createHash('shake256', { outputLength: 600_000 }).update('noise').digest()).toString(
  'base64',
);
let s3: S3Server;
let folder: string;
let blobs: Blobs;
let now: number;

beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outage-'));
  blobs = await freshBlobs(s3);
  now = Date.UTC(2026, 10, 24, 12, 55);
});
afterEach(async () => {
  s3.isDown = false;
  await rm(folder, { recursive: true });
});

function startArchive(run: string, limits = archiveLimits, to = blobs): LogArchive {
  const open = async (): Promise<Blobs> => to;
  return createLogArchive({ folder, host: 'web-1', run, limits, open, sweep: async () => {}, now: () => now });
}

/** A log as the bot has it; `shown`, when somebody looks, gets what it shows. */
function logInto(archive: LogArchive, shown: string[] | null = null) {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      shown?.push(chunk.toString().trim());
      done();
    },
  });
  return createLog({ level: 'info', secrets: [], pretty: false, stream, sink: archive, now: () => now });
}

/** Lets the clock go on in steps of a second, logging; a round of the archive every five, as it does by itself. */
async function pass(seconds: number, archive: LogArchive, eachSecond: () => void): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    eachSecond();
    now += 1_000;
    if (second % 5 === 4) await archive.tick();
  }
}

async function drain(archive: LogArchive): Promise<void> {
  now += archiveLimits.segmentMs;
  await archive.tick();
  now += 60_000;
  await archive.tick();
}

describe('S3 refuses for ten minutes and is back', () => {
  it('every line is there once, and memory is bounded meanwhile', async () => {
    const archive = startArchive('00000001');
    const log = logInto(archive);
    let n = 0;
    let mostBuffered = 0;
    const say = (): void => {
      for (let line = 0; line < 10; line += 1) {
        log.info('a line', { n, noise: noise.slice(n * 97, n * 97 + 4_000) });
        n += 1;
      }
      mostBuffered = Math.max(mostBuffered, archive.state().bufferedBytes);
    };

    await pass(60, archive, say);
    s3.isDown = true;
    const before = await memory();
    await pass(600, archive, say);
    const grown = (await memory()) - before;
    expect(s3.refused).toBeGreaterThan(10);
    expect(archive.state().failing?.because).toMatch(/^could not write .* in bucket models-/);
    expect(archive.state().spooledBytes).toBeGreaterThan(megabyte);

    s3.isDown = false;
    await pass(60, archive, say);
    await drain(archive);

    const kept = (await keptLines(blobs)).filter((line) => line.includes('"n":'));
    expect(numbersOf(kept)).toEqual(upTo(n));
    expect(archive.state()).toEqual({ bufferedBytes: 0, spooledBytes: 0, lost: 0, failing: null });
    expect(await readdir(folder)).toEqual([]);
    expect(mostBuffered).toBeLessThanOrEqual(archiveLimits.bufferBytes);
    // 28 MiB were logged; 2 MiB is what was measured.
    expect(grown).toBeLessThan(8 * megabyte);
    await log.close();
  }, 60_000);

  it('says so once, and once when it is over', async () => {
    const archive = startArchive('00000001');
    const log = logInto(archive);
    archive.start(log);
    s3.isDown = true;
    await pass(900, archive, () => log.info('a line'));
    s3.isDown = false;
    await drain(archive);
    await drain(archive);
    const said = (await keptLines(blobs)).filter((line) => !line.includes('a line'));
    expect(said).toEqual([
      expect.stringContaining('logs can not be kept where they belong; they wait in the spool'),
      expect.stringContaining('logs are kept where they belong again'),
    ]);
    await log.close();
  });

  it('a process that ends in the middle leaves its lines to the next one', async () => {
    const first = startArchive('00000001');
    const log = logInto(first);
    let n = 0;
    const say = (): void => log.info('a line', { n: n++ });
    s3.isDown = true;
    await pass(400, first, say);
    await log.close();
    s3.isDown = false;
    expect(await keptLines(blobs)).toEqual([]);

    s3.isDown = true;
    const second = startArchive('00000002');
    const log2 = logInto(second);
    const sayMore = (): void => log2.info('a line', { n: n++ });
    await pass(200, second, sayMore);
    s3.isDown = false;
    await pass(300, second, sayMore);
    await drain(second);
    await drain(second);
    expect(numbersOf(await keptLines(blobs))).toEqual(upTo(n));
    expect(await readdir(folder)).toEqual([]);
    await log2.close();
  });
});

describe('S3 takes an object', () => {
  it('and its answer is lost: every line is there once', async () => {
    const archive = startArchive('00000001');
    const log = logInto(archive);
    log.info('a line', { n: 0 });
    await drain(archive);
    for (let n = 1; n < 50; n += 1) log.info('a line', { n });
    s3.loseAnswers = 1;
    await drain(archive);
    await log.close();
    expect(s3.loseAnswers).toBe(0);
    expect(numbersOf(await keptLines(blobs))).toEqual(upTo(50));
  });

  it('from a bot that may write and read nothing of it back: a lost answer makes no difference', async () => {
    const archive = startArchive('00000001');
    const log = logInto(archive);
    s3.mayRead = (path) => path.endsWith('/conditional-writes~');
    for (const n of [0, 1]) {
      log.info('a line', { n });
      await drain(archive);
      s3.loseAnswers = 1;
    }
    s3.loseAnswers = 0;
    await log.close();
    s3.mayRead = () => true;
    expect(archive.state()).toMatchObject({ spooledBytes: 0, failing: null });
    expect(numbersOf(await keptLines(blobs))).toEqual([0, 1]);
  });

  it('and the process ends before it knows: the next one writes the same object', async () => {
    const put: Blobs['put'] = async (...given) => {
      await blobs.put(...given);
      throw new UpstreamError('s3', 'the process is ending', { retryable: true });
    };
    const first = startArchive('00000001', archiveLimits, { ...blobs, put });
    const log = logInto(first);
    for (let n = 0; n < 50; n += 1) log.info('a line', { n });
    await log.close();
    expect(await readdir(folder)).toHaveLength(1);
    const second = startArchive('00000002');
    await drain(second);
    await second.close();
    expect(await readdir(folder)).toEqual([]);
    expect(await blobs.list('logs/', new AbortController().signal)).toHaveLength(1);
    expect(numbersOf(await keptLines(blobs))).toEqual(upTo(50));
  });
});

describe('an outage that is longer than the spool', () => {
  it('drops the oldest, counts every line of it, says so, and keeps the newest', async () => {
    const limits = { ...archiveLimits, segmentBytes: 20_000, spoolBytes: 200_000 };
    const archive = startArchive('00000001', limits);
    const shown: string[] = [];
    const log = logInto(archive, shown);
    archive.start(log);
    let n = 0;
    const say = (): void => {
      log.info('a line', { n, noise: noise.slice(n * 97, n * 97 + 300) });
      n += 1;
    };
    s3.isDown = true;
    await pass(3_000, archive, say);
    expect(archive.state().spooledBytes).toBeLessThanOrEqual(limits.spoolBytes + limits.segmentBytes);
    s3.isDown = false;
    await drain(archive);
    await drain(archive);
    const kept = await keptLines(blobs);
    const { lost } = archive.state();
    expect(lost).toBeGreaterThan(100);
    expect(kept).toEqual(shown.slice(lost));
    expect(kept.some((line) => line.includes('log lines were lost'))).toBe(true);
    await log.close();
  });
});

/** What this thread holds after everything that can be let go was; the bytes of buffers go a moment later. */
async function memory(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this Node does not let a test collect garbage');
  for (let round = 0; round < 3; round += 1) {
    collect();
    await new Promise(setImmediate);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
