import { mkdtemp, open as openFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, UpstreamError } from '../../src/core/errors.ts';
import { silentLog as log } from '../../src/core/log.ts';
import type { Store } from '../../src/core/store.ts';
import { createStore } from '../../src/store/create-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Schema } from '../../src/store/schema.ts';
import { sqliteDialect } from '../../src/store/sqlite-dialect.ts';
import { aNotice, anIncident } from '../contracts/store-nouns.ts';

let dataDir: string;
let file: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'store-'));
  file = join(dataDir, 'smartcloudops.db');
});
afterEach(() => rm(dataDir, { recursive: true }));

const commit = { incidents: [anIncident], owed: [aNotice], dropped: [] };
const open = (): Promise<Store> => openStore({ databaseUrl: null, dataDir, log });
const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (thrown: unknown) => thrown,
  );

/** A store over a connection of one's own, to bring that connection into trouble. */
function openOver(database: DatabaseSync): Promise<Store> {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(database) });
  return createStore({ db, dialect: 'sqlite', name: `SQLite (${file})`, log });
}

async function filledStore(): Promise<void> {
  const store = await open();
  await store.incidents.commit(commit);
  await store.close();
}

describe('which database', () => {
  it('none named: a file in the data folder, which is made, for this user only', async () => {
    const folder = join(dataDir, 'not', 'yet');
    const store = await openStore({ databaseUrl: null, dataDir: folder, log });
    expect(store.name).toBe(`SQLite (${join(folder, 'smartcloudops.db')})`);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    await store.close();
  });

  it.each(['mysql://root:hunter2@db/ops', 'postgres//ops:hunter2@db', 'file:hunter2.db', 'hunter2', ''])(
    '%j is refused without repeating it',
    async (databaseUrl) => {
      const error = await thrownBy(openStore({ databaseUrl, dataDir, log }));
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error)).toContain('DATABASE_URL must be postgres://');
      expect(String(error)).not.toContain('hunter2');
    },
  );
});

describe('a SQLite file', () => {
  it('is written ahead', async () => {
    const store = await open();
    await store.settings.set('a', '1');
    expect((await stat(`${file}-wal`)).size).toBeGreaterThan(0);
    await store.close();
    const database = new DatabaseSync(file);
    expect(database.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
  });

  it('has everything when it is opened again', async () => {
    await filledStore();
    const store = await open();
    expect(await store.incidents.remember()).toEqual({ open: [anIncident], told: [], owed: [aNotice] });
    await store.close();
  });

  it('that is closed says so, and closing again is no error', async () => {
    const store = await open();
    await store.close();
    await store.close();
    await expect(store.settings.get('a')).rejects.toThrow(UpstreamError);
  });

  it.each([
    [
      'no database at all',
      () => writeFile(file, 'These are not the bytes of a database.'.repeat(50)),
      'not a database',
    ],
    ['cut off in the middle', () => truncate(file, 8_192), 'damaged'],
    ['overwritten in the middle', () => overwrite(8_192), 'damaged'],
  ])('%s is refused by name and left as it is', async (_, damage, because) => {
    await filledStore();
    await damage();
    const before = (await stat(file)).size;
    const error = await thrownBy(open());
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(file);
    expect(String(error)).toContain(because);
    expect((await stat(file)).size).toBe(before);
  });

  it('of a newer version is refused and left as it is', async () => {
    await filledStore();
    const database = new DatabaseSync(file);
    database.exec(`insert into kysely_migration values ('999_from_the_future', '2100-01-01T00:00:00.000Z')`);
    await expect(open()).rejects.toThrow(/newer version of SmartCloudOps AI \(it has 999_from_the_future\)/);
    database.exec(`delete from kysely_migration where name = '999_from_the_future'`);
    database.close();
    const store = await open();
    expect((await store.incidents.remember()).open).toEqual([anIncident]);
    await store.close();
  });

  it('in a folder that is a file is refused by the name of its setting', async () => {
    await writeFile(join(dataDir, 'taken'), '');
    const call = openStore({ databaseUrl: null, dataDir: join(dataDir, 'taken'), log });
    await expect(call).rejects.toThrow(/^DATA_DIR .*taken can not be made or is no folder/);
  });

  it('in a folder that can not be written is refused', async () => {
    const call = openStore({ databaseUrl: null, dataDir: '/proc', log });
    await expect(call).rejects.toThrow(ConfigError);
  });
});

describe('trouble in the middle', () => {
  it('a full disk: said so, nothing lost, and it goes on when there is space', async () => {
    const database = new DatabaseSync(file);
    const store = await openOver(database);
    await store.incidents.commit(commit);
    database.exec('pragma max_page_count = 1');
    const large = { ...anIncident, id: 'i2', entity: 'x'.repeat(1_000_000) };
    const error = await thrownBy(store.incidents.commit({ ...commit, incidents: [large] }));
    expect(error).toMatchObject({ name: 'UpstreamError', service: 'database', retryable: true });
    expect(String(error)).toContain(`SQLite (${file}) could not commit incidents and what is owed: the disk is full`);
    expect(await store.incidents.remember()).toEqual({ open: [anIncident], told: [], owed: [aNotice] });
    database.exec('pragma max_page_count = 1000000');
    await store.incidents.commit({ ...commit, incidents: [large] });
    expect((await store.incidents.remember()).open).toHaveLength(2);
    await store.close();
  });

  it('a file that may only be read: reading goes on, writing says why not', async () => {
    await filledStore();
    const store = await openOver(new DatabaseSync(file, { readOnly: true }));
    expect((await store.incidents.remember()).open).toEqual([anIncident]);
    const error = await thrownBy(store.settings.set('a', '1'));
    expect(error).toMatchObject({ name: 'UpstreamError', retryable: false });
    expect(String(error)).toContain('it may only be read');
    await store.close();
  });

  it('a lock that is held too long: said so, and it may be tried again', async () => {
    const database = new DatabaseSync(file, { timeout: 50 });
    const store = await openOver(database);
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    const error = await thrownBy(store.incidents.commit(commit));
    expect(error).toMatchObject({ name: 'UpstreamError', retryable: true });
    expect(String(error)).toContain('another process holds its lock');
    other.exec('rollback');
    other.close();
    await store.incidents.commit(commit);
    await store.close();
  });

  it('a lock that is held for a moment is waited for', async () => {
    const store = await open();
    const holder = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const { DatabaseSync } = require('node:sqlite');
       const database = new DatabaseSync(workerData);
       database.exec('begin immediate');
       parentPort.postMessage('held');
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
       database.exec('commit');
       database.close();`,
      { eval: true, workerData: file },
    );
    await new Promise((resolve) => holder.once('message', resolve));
    await store.incidents.commit(commit);
    expect((await store.incidents.remember()).open).toEqual([anIncident]);
    await store.close();
    await holder.terminate();
  });
});

async function overwrite(from: number): Promise<void> {
  const handle = await openFile(file, 'r+');
  await handle.write(Buffer.alloc(12_288, 0xa5), 0, 12_288, from);
  await handle.close();
}
