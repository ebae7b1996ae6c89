import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Writable } from 'node:stream';
import type { LogSink } from '../../src/core/log.ts';
import { createLog } from '../../src/log.ts';
import { archiveLimits, createLogArchive } from '../../src/logs/archive.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { takeSnapshot } from '../../src/store/snapshot.ts';
import { beside, longestPause, type Row, timed } from './measure.ts';

const lines = 10_000;
const databaseRows = 200_000;

/** What keeping logs costs whoever logs, and what a backup costs whoever waits for the event loop. */
export async function rows(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keep-'));
  try {
    return [await logging(folder), await backingUp(folder)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function logging(folder: string): Promise<Row> {
  let runs = 0;
  const kept = (): Promise<number> => {
    runs += 1;
    const blobs = createDiskBlobs(folder);
    return logLines(
      createLogArchive({
        folder: join(folder, `spool-${runs}`),
        host: 'bench',
        run: '00000001',
        limits: archiveLimits,
        open: async () => blobs,
        sweep: async () => {},
        now: Date.now,
      }),
    );
  };
  const result = await beside(7, kept, () => logLines(null));
  return { what: `${lines} lines logged and kept`, ...result, unit: 'ms', beside: 'logged only' };
}

/** Until everything is written, packed and where it belongs. */
function logLines(sink: LogSink | null): Promise<number> {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  const log = createLog({ level: 'info', secrets: ['a-secret'], pretty: false, stream, sink, now: Date.now });
  return timed(async () => {
    for (let line = 0; line < lines; line += 1) {
      log.info('a tick', { line, watch: 'hosts', entities: ['web-1', 'db-1'], tookMs: 12.5 });
      if (line % 100 === 99) await new Promise(setImmediate);
    }
    await log.close();
  });
}

async function backingUp(folder: string): Promise<Row> {
  const file = join(folder, 'bench.db');
  const database = new DatabaseSync(file);
  database.exec('pragma journal_mode = wal; create table t (id integer primary key, body text); begin');
  const insert = database.prepare('insert into t (body) values (?)');
  for (let row = 0; row < databaseRows; row += 1) insert.run(`${row}`.padEnd(200, 'x'));
  database.exec('commit');
  let copies = 0;
  const copyOf = (): string => {
    copies += 1;
    return join(folder, `copy-${copies}.db`);
  };
  const signal = new AbortController().signal;
  const result = await beside(
    5,
    () => longestPause(() => takeSnapshot(file, copyOf(), signal)),
    () => longestPause(async () => void database.prepare('vacuum into ?').run(copyOf())),
  );
  database.close();
  return { what: 'longest pause while 43 MB are backed up', ...result, unit: 'ms', beside: 'in the process itself' };
}
