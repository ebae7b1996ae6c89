import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import type { Level } from '../../src/logs/line.ts';
import { createLogReader, type LogQuery, type LogReader } from '../../src/logs/read.ts';
import { keyOf, nameOf, type Segment } from '../../src/logs/segment.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { type S3Server, startS3 } from '../emulators/s3.ts';
import { freshBlobs } from '../store/s3-server.ts';

const signal = new AbortController().signal;
const at = (text: string): number => Date.parse(`2026-11-${text}Z`);
const line = (text: string, message: string, level: Level = 'info'): string =>
  JSON.stringify({ at: new Date(at(text)).toISOString(), level, message });
const segment = (text: string, host = 'web-1'): Segment => ({ host, openedAt: at(text), run: '00000001', number: 1 });

let root: string;
let s3: S3Server;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'read-'));
  s3 = await startS3();
});
afterAll(async () => {
  await s3.stop();
  await rm(root, { recursive: true });
});

const places: readonly (readonly [string, () => Promise<Blobs>])[] = [
  ['a disk', async () => createDiskBlobs(await mkdtemp(join(root, 'logs-')))],
  ['a bucket', () => freshBlobs(s3)],
];

describe.each(places)('logs that are kept in %s', (_, fresh) => {
  let blobs: Blobs;
  let spool: string;
  let asked: { listed: string[]; got: string[] };
  let reader: LogReader;
  beforeEach(async () => {
    spool = join(await mkdtemp(join(root, 'data-')), 'spool');
    asked = { listed: [], got: [] };
    blobs = await fresh();
    const watched: Blobs = {
      ...blobs,
      list(prefix, given) {
        asked.listed.push(prefix);
        return blobs.list(prefix, given);
      },
      get(key, given) {
        asked.got.push(key);
        return blobs.get(key, given);
      },
    };
    reader = createLogReader({ blobs: watched, spool, now: () => at('24T15:00') });
  });

  const keep = (of: Segment, lines: readonly string[]): Promise<unknown> =>
    blobs.put(keyOf(of), gzipSync(lines.map((text) => `${text}\n`).join('')), null, signal);

  async function spoolFile(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(spool, { recursive: true });
    await writeFile(join(spool, name), content);
  }

  async function read(query: Partial<LogQuery> = {}) {
    const messages: string[] = [];
    const troubles: string[] = [];
    for await (const part of reader.read(
      { from: at('24T13:00'), to: at('24T15:00'), level: 'debug', ...query },
      signal,
    )) {
      messages.push(...part.lines.map(({ text }) => (JSON.parse(text) as { message: string }).message));
      troubles.push(...part.troubles);
    }
    return { messages, troubles };
  }

  it('come in the order in which they were said, from every host', async () => {
    await keep(segment('24T13:05'), [line('24T13:05', 'a'), line('24T13:07', 'c')]);
    await keep(segment('24T13:06', 'db-1'), [line('24T13:06', 'b'), line('24T13:08', 'd')]);
    await keep(segment('24T14:06', 'db-1'), [line('24T14:06', 'e')]);
    expect(await read()).toEqual({ messages: ['a', 'b', 'c', 'd', 'e'], troubles: [] });
  });

  it('are listed and read only for the hours that are asked for', async () => {
    for (const hour of ['11', '12', '13', '14', '15'])
      await keep(segment(`24T${hour}:30`), [line(`24T${hour}:30`, hour)]);
    expect((await read({ from: at('24T13:10'), to: at('24T14:50') })).messages).toEqual(['13', '14']);
    expect(asked.listed).toEqual(['logs/date=2026-11-24/hour=13/', 'logs/date=2026-11-24/hour=14/']);
    expect(asked.got).toEqual([keyOf(segment('24T13:30')), keyOf(segment('24T14:30'))]);
  });

  it('are chosen by time and by level', async () => {
    const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];
    await keep(
      segment('24T13:05'),
      levels.map((level, index) => line(`24T13:0${index}`, level, level)),
    );
    expect((await read({ level: 'warn' })).messages).toEqual(['warn', 'error']);
    expect((await read({ from: at('24T13:01'), to: at('24T13:02') })).messages).toEqual([]);
  });

  it('have one line once, wherever its segment is on its way', async () => {
    const text = `${line('24T13:05', 'a')}\n`;
    const name = nameOf(segment('24T13:05'));
    await spoolFile(`${name}.jsonl`, text);
    await spoolFile(`${name}.jsonl.gz`, gzipSync(text));
    await keep(segment('24T13:05'), [line('24T13:05', 'a')]);
    expect((await read()).messages).toEqual(['a']);
  });

  it('have what is being written now, but no half of a line', async () => {
    await spoolFile(`${nameOf(segment('24T14:59'))}.jsonl`, `${line('24T14:59', 'a')}\n{"at":"2026-`);
    expect(await read()).toEqual({ messages: ['a'], troubles: [] });
  });

  it('can be followed: a second look gives what is new, also after the segment has moved', async () => {
    const name = `${nameOf(segment('24T14:59'))}.jsonl`;
    const lines = ['a', 'b', 'c', 'd'].map((message) => line('24T14:59', message));
    await spoolFile(name, `${lines.slice(0, 2).join('\n')}\n`);
    expect((await read({ to: null })).messages).toEqual(['a', 'b']);
    await spoolFile(name, `${lines.slice(0, 3).join('\n')}\n`);
    expect((await read({ to: null })).messages).toEqual(['c']);
    await rm(join(spool, name));
    await keep(segment('24T14:59'), lines);
    expect((await read({ to: null })).messages).toEqual(['d']);
    expect((await read({ to: null })).messages).toEqual([]);
    expect(asked.got).toHaveLength(1);
  });

  it('that are damaged are left out by name, and do not hide the others', async () => {
    const bad = segment('24T13:05', 'bad');
    await blobs.put(keyOf(bad), gzipSync(`${line('24T13:05', 'lost')}\n`).subarray(0, 30), null, signal);
    await keep(segment('24T13:06'), [line('24T13:06', 'a'), 'no JSON', '{"level":"info"}', line('24T13:07', 'b')]);
    expect(await read()).toEqual({
      messages: ['a', 'b'],
      troubles: [
        `${keyOf(bad)} is damaged and left out`,
        `2 lines of ${keyOf(segment('24T13:06'))} are damaged and left out`,
      ],
    });
  });

  it('are none when nothing was kept', async () => {
    expect(await read()).toEqual({ messages: [], troubles: [] });
  });
});
