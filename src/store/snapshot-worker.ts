import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { DatabaseContent } from '../core/backup.ts';
import { UpstreamError } from '../core/errors.ts';
import { databaseError } from './database-error.ts';
import type { SnapshotAnswer, SnapshotJob } from './snapshot.ts';

/** A thread of its own, because SQLite answers when it is done and not before: copies and checks one database, and ends. */

const name = z.object({ name: z.string() });
const count = z.object({ rows: z.number() });

function copy(from: string, into: string): void {
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    // One read transaction, which writers do not wait for; the backup API would begin anew after each of their commits.
    database.prepare('vacuum into ?').run(into);
  } finally {
    database.close();
  }
}

function inspect(file: string): DatabaseContent {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const found = database.prepare('pragma integrity_check(1)').get()?.integrity_check;
    if (found !== 'ok') throw new UpstreamError('database', `it is damaged (${String(found)})`, { retryable: false });
    const all = (sql: string): readonly string[] =>
      database
        .prepare(sql)
        .all()
        .map((row) => name.parse(row).name);
    const tables = all(`select name from sqlite_master where type = 'table' and name not like 'sqlite~_%' escape '~'`);
    const rowsOf = (table: string): number =>
      count.parse(database.prepare(`select count(*) as rows from "${table.replaceAll('"', '""')}"`).get()).rows;
    return {
      schema: tables.includes('kysely_migration') ? all('select name from kysely_migration order by name') : [],
      tables: Object.fromEntries(tables.toSorted().map((table) => [table, rowsOf(table)])),
    };
  } finally {
    database.close();
  }
}

function answerTo({ copyOf, file }: SnapshotJob): SnapshotAnswer {
  try {
    if (copyOf !== null) copy(copyOf, file);
    return { kind: 'done', content: inspect(file) };
  } catch (error) {
    const failure = databaseError(`SQLite (${copyOf ?? file})`, copyOf === null ? 'be read' : 'be copied', error);
    const retryable = failure instanceof UpstreamError && failure.retryable;
    return { kind: 'failed', message: failure.message, retryable };
  }
}

parentPort?.postMessage(answerTo(workerData as SnapshotJob));
