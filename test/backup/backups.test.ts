import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupTroubles, createBackupJob } from '../../src/backup/backup-job.ts';
import { type Backups, type BackupsOptions, createBackups } from '../../src/backup/backups.ts';
import { encodeManifest, type Manifest } from '../../src/backup/manifest.ts';
import { findBackup, restoreBackup } from '../../src/backup/restore.ts';
import { partBytes } from '../../src/backup/stored-file.ts';
import type { Blobs } from '../../src/core/blobs.ts';
import { UpstreamError, UsageError } from '../../src/core/errors.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { knownMigrations } from '../../src/store/migrations.ts';
import { openStore, sqliteFileOf } from '../../src/store/open-store.ts';
import { inspectDatabase, takeSnapshot } from '../../src/store/snapshot.ts';
import { force } from '../contracts/blobs.ts';
import { everyRow } from './tables.ts';

const signal = new AbortController().signal;
const dayMs = 86_400_000;
let root: string;
let dataDir: string;
let blobs: Blobs;
let now: number;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'backups-'));
  dataDir = join(root, 'data');
  blobs = createDiskBlobs(join(root, 'kept'));
  now = Date.UTC(2026, 10, 24, 2, 40);
  const store = await openStore({ databaseUrl: null, dataDir, log });
  await store.settings.set('ai', 'openai');
  await store.close();
  await createDiskBlobs(dataDir).put('models/hosts/v1.model', Buffer.from('a model'), null, signal);
});
afterEach(() => rm(root, { recursive: true }));

function openBackups(options: Partial<BackupsOptions> = {}): Backups {
  return createBackups({
    blobs,
    snapshot: (into, given) => takeSnapshot(sqliteFileOf(dataDir), into, given),
    models: createDiskBlobs(dataDir),
    folder: dataDir,
    version: '1.2.3',
    now: () => now,
    newId: () => 'id',
    ...options,
  });
}

/** Backups of models only, which need no thread and are made at once. */
const small = (options: Partial<BackupsOptions> = {}): Backups => openBackups({ snapshot: null, ...options });

function restore(manifest: Manifest, folder = join(root, 'new')): Promise<void> {
  const parts = { backups: openBackups(), blobs, folder, database: sqliteFileOf(folder), inspect: inspectDatabase };
  return restoreBackup({ ...parts, known: knownMigrations }, manifest, signal);
}

const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (thrown: unknown) => thrown,
  );

describe('a backup', () => {
  it('says what is in it, and leaves nothing else behind', async () => {
    const manifest = await openBackups().make(signal);
    expect(manifest).toMatchObject({
      name: '20261124T024000Z-id',
      madeAt: now,
      version: '1.2.3',
      database: { schema: knownMigrations, tables: { settings: 1, incidents: 0 } },
      blobs: [{ key: 'models/hosts/v1.model', file: { bytes: 7 } }],
    });
    expect(await openBackups().list(signal)).toEqual([manifest.name]);
    expect(await openBackups().read(manifest.name, signal)).toEqual(manifest);
    expect((await readdir(dataDir)).filter((name) => name.includes('draft'))).toEqual([]);
  });

  it('of a database of any size goes part by part', async () => {
    const database = new DatabaseSync(sqliteFileOf(dataDir));
    database.exec(`insert into settings values ('large', hex(randomblob(${partBytes})))`);
    database.close();
    const manifest = await openBackups().make(signal);
    expect(manifest.database?.file.parts.length).toBe(3);
    await restore(manifest);
    expect(everyRow(sqliteFileOf(join(root, 'new')))).toEqual(everyRow(sqliteFileOf(dataDir)));
  });

  it('that breaks off is none, and leaves no copy of the database', async () => {
    const full = async (): Promise<never> => {
      throw new UpstreamError('storage', 'the disk is full', { retryable: true });
    };
    const backups = openBackups({ blobs: { ...blobs, put: full } });
    await expect(backups.make(signal)).rejects.toThrow('the disk is full');
    expect(await backups.list(signal)).toEqual([]);
    expect((await readdir(dataDir)).filter((name) => name.includes('draft'))).toEqual([]);
  });

  it('of a database that is damaged is refused, so that it does not push out a good one', async () => {
    const file = await open(sqliteFileOf(dataDir), 'r+');
    await file.write(Buffer.alloc(12_288, 0xa5), 0, 12_288, 8_192);
    await file.close();
    const error = await thrownBy(openBackups().make(signal));
    expect(error).toMatchObject({ name: 'UpstreamError', service: 'database', retryable: false });
    expect(String(error)).toContain(`SQLite (${sqliteFileOf(dataDir)}) could not be copied: the file is damaged`);
    expect(await openBackups().list(signal)).toEqual([]);
  });

  it('of a database that is not there says so', async () => {
    await rm(sqliteFileOf(dataDir));
    await expect(openBackups().make(signal)).rejects.toThrow(/can not be opened/);
  });

  it('takes no offence at a model that went in the meantime', async () => {
    const models = createDiskBlobs(dataDir);
    const manifest = await small({ models: { ...models, get: async () => null } }).make(signal);
    expect(manifest.blobs).toEqual([]);
  });

  it('is refused where everything has backups of its own', async () => {
    await expect(openBackups({ snapshot: null, models: null }).make(signal)).rejects.toThrow(UsageError);
  });
});

describe('a restore', () => {
  it.each([
    ['the database', 'smartcloudops.db'],
    ['its log', 'smartcloudops.db-wal'],
    ['models', 'models/hosts/other.model'],
  ])('is refused where %s would be overwritten', async (_, name) => {
    const manifest = await openBackups().make(signal);
    const folder = join(root, 'taken');
    await createDiskBlobs(folder).put(name, Buffer.from('live'), null, signal);
    const error = await thrownBy(restore(manifest, folder));
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(`${folder} is in use: it has ${name.split('/')[0]}`);
    expect(await createDiskBlobs(folder).list('', signal)).toEqual([name]);
  });

  it('is possible into a folder that has only backups and logs', async () => {
    blobs = createDiskBlobs(dataDir);
    const manifest = await openBackups().make(signal);
    const before = everyRow(sqliteFileOf(dataDir));
    for (const name of await readdir(dataDir))
      if (name !== 'backups') await rm(join(dataDir, name), { recursive: true });
    await restore(manifest, dataDir);
    expect(everyRow(sqliteFileOf(dataDir))).toEqual(before);
  });

  it('of a newer version is refused by its name', async () => {
    const database = new DatabaseSync(sqliteFileOf(dataDir));
    database.exec(`insert into kysely_migration values ('999_from_the_future', '2100-01-01T00:00:00.000Z')`);
    database.close();
    const manifest = await openBackups().make(signal);
    await expect(restore(manifest)).rejects.toThrow(/newer version \(1\.2\.3\): its database has 999_from_the_future/);
    await expect(readdir(join(root, 'new'))).rejects.toThrow();
  });

  const damages: readonly (readonly [string, (file: string) => Promise<void>, RegExp])[] = [
    ['a part that was changed', async (file) => writeFile(file, (await readFile(file)).fill(0, 12, 20)), /checksum/],
    ['a part that was cut off', async (file) => writeFile(file, (await readFile(file)).subarray(0, -5)), /checksum/],
    ['a part that is missing', (file) => rm(file), /it is not there/],
  ];
  it.each(damages)('of %s is refused, and nothing is left of it', async (_, damage, because) => {
    for (const part of ['database.0000.gz', 'models/hosts/v1.model.0000.gz']) {
      const manifest = await openBackups({ newId: () => String(part.length) }).make(signal);
      await damage(join(root, 'kept/backups', manifest.name, part));
      const error = await thrownBy(restore(manifest));
      expect(error).toMatchObject({ name: 'UpstreamError', service: 'storage', retryable: false });
      expect(String(error)).toMatch(because);
      expect(String(error)).toContain(part);
      expect(await readdir(join(root, 'new'))).toEqual([]);
    }
  });

  it('of a database that is not what the manifest says is refused', async () => {
    const manifest = await openBackups().make(signal);
    const { database } = manifest;
    const other = { ...manifest, database: database && { ...database, tables: { ...database.tables, settings: 2 } } };
    await expect(restore(other)).rejects.toThrow(/not what its manifest says/);
    expect(await readdir(join(root, 'new'))).toEqual([]);
  });

  it.each(['models/../../etc/passwd', '../up', 'models/', 'other/a', 'models/a/..'])(
    'of a manifest that would write to %j is refused',
    async (key) => {
      const manifest = await small().make(signal);
      const [blob] = manifest.blobs;
      const evil = { ...manifest, blobs: blob === undefined ? [] : [{ ...blob, key }] };
      await force(blobs, `backups/${manifest.name}/manifest.json`, encodeManifest(evil));
      await expect(small().read(manifest.name, signal)).rejects.toThrow(/can not be used/);
    },
  );

  it('of a manifest that was changed is refused', async () => {
    const manifest = await small().make(signal);
    const file = join(root, 'kept/backups', manifest.name, 'manifest.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"1.2.3"', '"1.2.4"'));
    await expect(small().read(manifest.name, signal)).rejects.toThrow(/its checksum does not match/);
  });
});

describe('which backup', () => {
  beforeEach(async () => {
    for (const day of [0, 1, 2]) await small({ now: () => now + day * dayMs, newId: () => `d${day}` }).make(signal);
  });

  it.each([
    ['latest', '20261126T024000Z-d2'],
    ['20261125T024000Z-d1', '20261125T024000Z-d1'],
    ['backups/20261124T024000Z-d0/manifest.json', '20261124T024000Z-d0'],
  ])('%s', async (wanted, name) => {
    expect((await findBackup(small(), wanted, signal)).name).toBe(name);
  });

  it.each(['yesterday', '20261125T024000Z', '', '../..'])(
    '%j is none, and those that are there are told',
    async (wanted) => {
      const error = await thrownBy(findBackup(small(), wanted, signal));
      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toContain('there are: 20261126T024000Z-d2, 20261125T024000Z-d1, 20261124T024000Z-d0');
    },
  );

  it('there is none at all', async () => {
    blobs = createDiskBlobs(join(root, 'nothing'));
    await expect(findBackup(small(), 'latest', signal)).rejects.toThrow('there is none at all');
  });
});

describe('old backups', () => {
  it('go beyond the number that is kept, whole, and nothing else goes', async () => {
    for (const day of [0, 1, 2, 3]) await small({ now: () => now + day * dayMs, newId: () => `d${day}` }).make(signal);
    await blobs.put('backups/readme.txt', Buffer.from('mine'), null, signal);
    await small().dropOld(2, signal);
    const folders = new Set((await blobs.list('', signal)).map((key) => key.split('/')[1]));
    expect([...folders]).toEqual(['20261126T024000Z-d2', '20261127T024000Z-d3', 'readme.txt']);
  });

  it('what a backup that broke off left goes after a day: until then it may still be made', async () => {
    await blobs.put('backups/20261124T024000Z-half/database.0000.gz', Buffer.from('half'), null, signal);
    await small({ now: () => now + dayMs }).dropOld(2, signal);
    expect(await blobs.list('', signal)).toHaveLength(1);
    await small({ now: () => now + dayMs + 1_000 }).dropOld(2, signal);
    expect(await blobs.list('', signal)).toEqual([]);
  });

  it('that can only be removed in part are no backups any more', async () => {
    await small({ newId: () => 'old' }).make(signal);
    await small({ now: () => now + dayMs, newId: () => 'new' }).make(signal);
    let removed = 0;
    const remove: Blobs['remove'] = async (key, given) => {
      removed += 1;
      if (removed > 1) throw new UpstreamError('s3', 'no right', { retryable: false });
      await blobs.remove(key, given);
    };
    await expect(small({ blobs: { ...blobs, remove } }).dropOld(1, signal)).rejects.toThrow('no right');
    expect(await small().list(signal)).toEqual(['20261125T024000Z-new']);
  });
});

describe('the backup that is made by the clock', () => {
  it('knows when the newest was made, also before a restart', async () => {
    await small().make(signal);
    const job = createBackupJob({ backups: small(), keep: 2, now: () => now, log });
    expect(job.state().lastAt).toBeNull();
    await job.look(signal);
    expect(job.state().lastAt).toBe(now);
  });

  it('says that it failed until one succeeds, and removes old ones only after that', async () => {
    const outcomes = { fails: true };
    const backups = small({
      blobs: {
        ...blobs,
        put: async (...given) => {
          if (outcomes.fails) throw new UpstreamError('s3', 'could not write: no right', { retryable: false });
          return blobs.put(...given);
        },
      },
      newId: () => String(now),
    });
    const job = createBackupJob({ backups, keep: 1, now: () => now, log });
    await small({ now: () => now - dayMs, newId: () => 'before' }).make(signal);
    await job.look(signal);
    await job.run(signal);
    expect(backupTroubles(job.state())).toEqual([
      'The last backup failed (could not write: no right); the last good one is of 2026-11-23 02:40:00 UTC.',
    ]);
    expect(await backups.list(signal)).toHaveLength(1);
    outcomes.fails = false;
    await job.run(signal);
    expect(job.state()).toEqual({ lastAt: now, made: 1, failed: 1, because: null });
    expect(backupTroubles(job.state())).toEqual([]);
    expect(await backups.list(signal)).toEqual([`20261124T024000Z-${now}`]);
  });

  it('is good although old ones may not be removed', async () => {
    const remove = async (): Promise<never> => {
      throw new UpstreamError('s3', 'no right', { retryable: false });
    };
    await small({ now: () => now - dayMs, newId: () => 'before' }).make(signal);
    const warnings: string[] = [];
    const telling = { ...log, warn: (message: string) => void warnings.push(message) };
    const backups = small({ blobs: { ...blobs, remove }, newId: () => String(warnings.length) });
    const job = createBackupJob({ backups, keep: 1, now: () => now, log: telling });
    for (let night = 0; night < 3; night += 1) {
      await job.run(signal);
      now += dayMs;
    }
    expect(warnings).toEqual(['old backups could not be removed and stay']);
    expect(job.state()).toMatchObject({ made: 3, because: null });
  });
});
