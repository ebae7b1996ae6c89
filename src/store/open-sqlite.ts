import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { Kysely } from 'kysely';
import { ConfigError, messageOf, UpstreamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Store } from '../core/store.ts';
import { createStore } from './create-store.ts';
import { startError } from './database-error.ts';
import type { Schema } from './schema.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

/** A lock of another process is waited for this long. The wait blocks this process, so it is short. */
const busyTimeoutMs = 2_000;
/** Some locks are not waited for at all, for instance while another process makes the very same file. */
const openAttempts = 3;
const betweenAttemptsMs = 150;

/** Opens the file, or makes it. Throws `ConfigError` when it can't be used and `UpstreamError` when it is locked. */
export async function openSqlite(file: string, log: Log): Promise<Store> {
  const name = `SQLite (${file})`;
  makeFolder(dirname(file));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const db = new Kysely<Schema>({ dialect: sqliteDialect(openFile(file)) });
      return await createStore({ db, dialect: 'sqlite', name, log });
    } catch (error) {
      const problem = startError(name, error);
      if (!(problem instanceof UpstreamError) || attempt === openAttempts) throw problem;
      await pause(attempt * betweenAttemptsMs);
    }
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigError([`DATA_DIR ${folder} can not be made or is no folder (${messageOf(error)})`]);
  }
}

function openFile(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = full');
    const found = database.prepare('pragma quick_check(1)').get()?.quick_check;
    if (found !== 'ok')
      throw new ConfigError([
        `SQLite (${file}) is damaged; stop, move it away and put a backup in its place (${String(found)})`,
      ]);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
