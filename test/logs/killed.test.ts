import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import { archiveLimits, createLogArchive, type LogArchive } from '../../src/logs/archive.ts';
import { createLogReader } from '../../src/logs/read.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { keptLines, numbersOf, upTo } from './kept-lines.ts';

const signal = new AbortController().signal;
const hourMs = 3_600_000;
let folder: string;
let spool: string;
let blobs: Blobs;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-'));
  spool = join(folder, 'spool');
  blobs = createDiskBlobs(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** Lets a process log and kills it after some lines; gives the last number it had said. */
async function logUntilKilled(run: string, first: number, lines: number): Promise<number> {
  const script = join(import.meta.dirname, 'log-until-killed.ts');
  const child = spawn(process.execPath, [script, folder, run, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = first - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last >= first + lines) child.kill('SIGKILL');
  }
  return last;
}

/** A process at a moment; an hour later the files of the one before have been left alone for long enough. */
function processAt(now: number, run: string): LogArchive {
  return createLogArchive({
    folder: spool,
    host: 'web-1',
    run,
    limits: archiveLimits,
    open: async () => blobs,
    sweep: async () => {},
    now: () => now,
  });
}

async function readBack(): Promise<readonly string[]> {
  const reader = createLogReader({ blobs, spool, now: Date.now });
  const lines: string[] = [];
  for await (const part of reader.read({ from: Date.now() - hourMs, to: null, level: 'debug' }, signal))
    lines.push(...part.lines.map(({ text }) => text));
  return lines;
}

describe('a process that is killed while it logs', () => {
  it('has lost no line that was flushed and has none twice, wherever it was killed', async () => {
    let said = -1;
    for (const [index, lines] of [1, 30, 77, 12].entries()) {
      said = await logUntilKilled(`0000000${index}`, said + 1, lines);
      const numbers = numbersOf(await readBack());
      // A line may have been flushed in the moment before its number was said; it is logged again by the next process.
      expect([...new Set(numbers)].filter((n) => n <= said)).toEqual(upTo(said + 1));
      expect(numbers.length - (said + 1)).toBeLessThanOrEqual(index + 1);
    }
    const before = numbersOf(await readBack());
    const next = processAt(Date.now() + hourMs, 'ffffffff');
    await next.tick();
    await next.close();
    expect(await readdir(spool)).toEqual([]);
    expect(numbersOf(await keptLines(blobs))).toEqual(before);
  });

  it('a line that was cut off is left out and counted, and the ones before it are kept', async () => {
    const at = Date.now();
    const first = processAt(at, '00000001');
    for (const n of [0, 1]) first.write(JSON.stringify({ at: new Date(at).toISOString(), level: 'info', n }), at);
    await first.tick();
    const [file = ''] = await readdir(spool);
    await appendFile(join(spool, file), '{"at":"2026-11-24T1');
    expect(numbersOf(await readBack())).toEqual([0, 1]);

    const next = processAt(at + hourMs, '00000002');
    await next.tick();
    expect(numbersOf(await keptLines(blobs))).toEqual([0, 1]);
    expect(next.state().lost).toBe(1);
    await first.close();
  });

  it('a file that another process may still be writing is left to it', async () => {
    const at = Date.now();
    const living = processAt(at, '00000001');
    living.write('{"n":0}', at);
    await living.tick();
    const other = processAt(at + archiveLimits.segmentMs, '00000002');
    await other.tick();
    living.write('{"n":1}', at);
    await living.close();
    expect(numbersOf(await keptLines(blobs))).toEqual([0, 1]);
  });
});
