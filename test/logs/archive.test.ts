import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PutOutcome } from '../../src/core/blobs.ts';
import { UpstreamError } from '../../src/core/errors.ts';
import { createLog } from '../../src/log.ts';
import { type ArchiveOptions, archiveLimits, createLogArchive, type LogArchive } from '../../src/logs/archive.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { keptLines, numbersOf, upTo } from './kept-lines.ts';

const signal = new AbortController().signal;
let root: string;
let now: number;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'archive-'));
  now = Date.UTC(2026, 10, 24, 12, 58);
});

const started: LogArchive[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((archive) => archive.close()));
  await rm(root, { recursive: true });
});

function startArchive(options: Partial<ArchiveOptions> = {}): LogArchive {
  const archive = createLogArchive({
    folder: join(root, 'spool'),
    host: 'web-1',
    run: '00000001',
    limits: archiveLimits,
    open: async () => createDiskBlobs(root),
    sweep: async () => {},
    now: () => now,
    ...options,
  });
  started.push(archive);
  return archive;
}

const kept = () => keptLines(createDiskBlobs(root));
const keys = () => createDiskBlobs(root).list('logs/', signal);
const numbered = (n: number): string => JSON.stringify({ at: new Date(now).toISOString(), level: 'info', n });

describe('where lines are kept', () => {
  it('in the partition of the hour in which they were said', async () => {
    const archive = startArchive();
    for (const n of upTo(4)) {
      archive.write(numbered(n), now);
      now += 60_000;
    }
    await archive.close();
    expect(await keys()).toEqual([
      'logs/date=2026-11-24/hour=12/web-1-20261124T125800000-00000001-1.jsonl.gz',
      'logs/date=2026-11-24/hour=13/web-1-20261124T130000000-00000001-2.jsonl.gz',
    ]);
    const first = await createDiskBlobs(root).get((await keys())[0] ?? '', signal);
    expect(
      numbersOf(
        gunzipSync(first?.bytes ?? '')
          .toString()
          .trim()
          .split('\n'),
      ),
    ).toEqual([0, 1]);
    expect(numbersOf(await kept())).toEqual(upTo(4));
  });

  it('in segments of a bounded size, however many come at once', async () => {
    const archive = startArchive({ limits: { ...archiveLimits, segmentBytes: 1_000 } });
    for (const n of upTo(200)) archive.write(numbered(n), now);
    await archive.close();
    expect((await keys()).length).toBeGreaterThan(10);
    for (const key of await keys())
      expect(gunzipSync((await createDiskBlobs(root).get(key, signal))?.bytes ?? '').length).toBeLessThanOrEqual(1_000);
    expect(numbersOf(await kept())).toEqual(upTo(200));
  });

  it('soon: a segment is finished by its age, also when nothing more is said', async () => {
    const archive = startArchive();
    archive.write(numbered(0), now);
    await archive.tick();
    expect(await keys()).toEqual([]);
    now += archiveLimits.segmentMs;
    await archive.tick();
    expect(numbersOf(await kept())).toEqual([0]);
  });

  it('for this user only', async () => {
    const archive = startArchive();
    archive.write(numbered(0), now);
    await archive.tick();
    const [file = ''] = await readdir(join(root, 'spool'));
    expect((await stat(join(root, 'spool'))).mode & 0o077).toBe(0);
    expect((await stat(join(root, 'spool', file))).mode & 0o077).toBe(0);
  });
});

describe('a line that can not be kept', () => {
  it('waits in memory while the disk takes nothing, and is written once when it does', async () => {
    await writeFile(join(root, 'spool'), 'a file where the folder should be');
    const archive = startArchive();
    for (const n of upTo(100)) archive.write(numbered(n), now);
    await archive.tick();
    expect(archive.state().failing?.because).toContain(join(root, 'spool'));
    expect(archive.state().bufferedBytes).toBeGreaterThan(1_000);
    await rm(join(root, 'spool'));
    for (let round = 0; round < 2; round += 1) {
      now += 60_000;
      await archive.tick();
    }
    await archive.close();
    expect(numbersOf(await kept())).toEqual(upTo(100));
    expect(archive.state()).toEqual({ bufferedBytes: 0, spooledBytes: 0, lost: 0, failing: null });
  });

  it('is counted once memory is full, and what was there before is not touched', async () => {
    await writeFile(join(root, 'spool'), 'a file where the folder should be');
    const archive = startArchive({ limits: { ...archiveLimits, bufferBytes: 1_000 } });
    for (const n of upTo(100)) {
      archive.write(numbered(n), now);
      expect(archive.state().bufferedBytes).toBeLessThanOrEqual(1_000);
    }
    await archive.tick();
    await rm(join(root, 'spool'));
    await archive.close();
    const numbers = numbersOf(await kept());
    expect(numbers).toEqual(upTo(numbers.length));
    expect(numbers.length).toBeGreaterThan(5);
    expect(archive.state().lost).toBe(100 - numbers.length);
  });

  it.skipIf(!existsSync('/dev/full'))('is shipped all the same when the disk has no room to pack it', async () => {
    const archive = startArchive();
    for (const n of upTo(10)) archive.write(numbered(n), now);
    await archive.tick();
    const [file = ''] = await readdir(join(root, 'spool'));
    await symlink('/dev/full', join(root, 'spool', `${file}.00000001~`));
    now += archiveLimits.segmentMs;
    await archive.tick();
    expect(numbersOf(await kept())).toEqual(upTo(10));
    expect(await readdir(join(root, 'spool'))).toEqual([]);
  });

  it('makes nobody wait: logging goes on while the storage hangs', async () => {
    const hangs = {
      ...createDiskBlobs(root),
      async put(_key: string, _bytes: Uint8Array, _over: string | null, given: AbortSignal): Promise<PutOutcome> {
        given.throwIfAborted();
        return new Promise((_resolve, reject) => given.addEventListener('abort', () => reject(given.reason)));
      },
    };
    const archive = startArchive({ open: async () => hangs, limits: { ...archiveLimits, closeMs: 50 } });
    archive.write(numbered(0), now);
    now += archiveLimits.segmentMs;
    const round = archive.tick();
    for (const n of upTo(50).slice(1)) archive.write(numbered(n), now);
    const [closed] = await Promise.all([archive.close(), round]);
    expect(closed).toBeUndefined();
    const next = startArchive({ run: '00000002' });
    now += 3 * archiveLimits.segmentMs;
    await next.tick();
    expect(numbersOf(await kept())).toEqual(upTo(50));
  });

  it('is said to whoever asks how the bot is', async () => {
    const refused = async (): Promise<never> => {
      throw new UpstreamError('s3', 'could not write: no right (AccessDenied, HTTP 403)', { retryable: false });
    };
    const archive = startArchive({ open: async () => ({ ...createDiskBlobs(root), put: refused }) });
    archive.write(numbered(0), now);
    now += archiveLimits.segmentMs;
    await archive.tick();
    expect(archive.state().failing).toEqual({ since: now, because: expect.stringContaining('AccessDenied') });
  });
});

describe('what is kept', () => {
  it('has no secret in it, on no way into a line', async () => {
    const secrets = ['xoxb-hush-1', 'p"ss/w:rd', 'AKIA-very-secret'];
    const archive = startArchive();
    const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
    const log = createLog({ level: 'debug', secrets, pretty: true, stream, sink: archive, now: () => now });
    archive.start(log);
    log.info('token xoxb-hush-1');
    log.warn('failed', {
      error: new Error('GET https://x/?key=p%22ss%2Fw%3Ard', { cause: new Error('AKIA-very-secret') }),
    });
    log.error('failed', { config: { deep: ['p"ss/w:rd'] }, 'xoxb-hush-1': 1 });
    await archive.tick();
    const files = await readdir(join(root, 'spool'));
    expect(files).toHaveLength(1);
    await log.close();
    const text = (await kept()).join('\n');
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toContain('[secret]');
    expect(text).not.toMatch(/hush|very-secret|ss.{1,3}w.{1,3}rd/);
  });

  it('is JSON whatever the terminal shows, with the time at which it was said', async () => {
    const archive = startArchive();
    const shown: string[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        shown.push(chunk.toString().trim());
        done();
      },
    });
    const log = createLog({ level: 'info', secrets: [], pretty: true, stream, sink: archive, now: () => now });
    log.debug('too small');
    log.warn('a line', { rows: 3, at: 'a fact of this name', level: 'another' });
    await log.close();
    expect(shown).toEqual(['12:58:00 warn  a line rows=3 at="a fact of this name" level=another']);
    expect((await kept()).map((line) => JSON.parse(line))).toEqual([
      { at: '2026-11-24T12:58:00.000Z', level: 'warn', message: 'a line', rows: 3 },
    ]);
  });
});
