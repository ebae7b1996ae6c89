import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backups, createBackups } from '../../src/backup/backups.ts';
import { findBackup, restoreBackup } from '../../src/backup/restore.ts';
import type { Blobs } from '../../src/core/blobs.ts';
import { silentLog as log } from '../../src/core/log.ts';
import type { ModelRegistry, StoredModel } from '../../src/core/model.ts';
import type { Store } from '../../src/core/store.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { knownMigrations } from '../../src/store/migrations.ts';
import { createModelRegistry } from '../../src/store/model-registry.ts';
import { openStore, sqliteFileOf } from '../../src/store/open-store.ts';
import { inspectDatabase, takeSnapshot } from '../../src/store/snapshot.ts';
import { aModel } from '../contracts/models.ts';
import { aNotice, anIncident, aTold } from '../contracts/store-nouns.ts';
import { type S3Server, startS3 } from '../emulators/s3.ts';
import { freshBlobs } from '../store/s3-server.ts';
import { everyRow, fillEveryTable } from './tables.ts';

const signal = new AbortController().signal;
const whole = (model: StoredModel): StoredModel => model;
const registryOver = (blobs: Blobs): ModelRegistry => createModelRegistry({ blobs, keep: 10, log });
let root: string;
let s3: S3Server;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'drill-'));
  s3 = await startS3();
});
afterAll(async () => {
  await s3.stop();
  await rm(root, { recursive: true });
});

/** Where backups are kept, and models, when the data is in a folder: on its disk, on another disk, or in a bucket. */
const places = {
  'its own disk': async (dataDir: string) => ({ backups: createDiskBlobs(dataDir), models: createDiskBlobs(dataDir) }),
  'another disk': async (dataDir: string) => ({
    backups: createDiskBlobs(await mkdtemp(join(root, 'disk-'))),
    models: createDiskBlobs(dataDir),
  }),
  'a bucket, models too': async () => {
    const bucket = await freshBlobs(s3);
    return { backups: bucket, models: bucket };
  },
} as const satisfies Readonly<Record<string, (dataDir: string) => Promise<{ backups: Blobs; models: Blobs }>>>;

describe.each(Object.entries(places))('a machine that is lost, with backups on %s', (place, open) => {
  const modelsAreInBucket = place === 'a bucket, models too';
  let dataDir: string;
  let kept: { backups: Blobs; models: Blobs };
  let backups: Backups;
  let store: Store;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(root, 'data-'));
    kept = await open(dataDir);
    backups = createBackups({
      blobs: kept.backups,
      snapshot: (into, given) => takeSnapshot(sqliteFileOf(dataDir), into, given),
      models: modelsAreInBucket ? null : kept.models,
      folder: dataDir,
      version: '1.2.3',
      now: Date.now,
      newId: () => 'drill',
    });
    store = await openStore({ databaseUrl: null, dataDir, log });
    for (const number of [1, 2]) await registryOver(kept.models).save(aModel(number), signal);
  });

  /** On an empty machine there is nothing but the backups. */
  async function restored(): Promise<string> {
    const folder = join(await mkdtemp(join(root, 'empty-')), 'data');
    const parts = {
      backups,
      blobs: kept.backups,
      folder,
      database: sqliteFileOf(folder),
      inspect: inspectDatabase,
      known: knownMigrations,
    };
    await restoreBackup(parts, await findBackup(backups, 'latest', signal), signal);
    return folder;
  }

  it('has every row of every table again, and its models', async () => {
    await store.incidents.commit({ incidents: [anIncident], owed: [aNotice], dropped: [] });
    await store.incidents.commit({
      incidents: [{ ...anIncident, id: 'i2' }],
      owed: [{ ...aNotice, key: 'i2', incident: 'i2' }],
      dropped: [],
    });
    await store.incidents.told([{ key: 'i2', told: { ...aTold, incident: 'i2' } }]);
    await store.settings.set('ai', 'openai');
    await store.close();
    const tables = fillEveryTable(sqliteFileOf(dataDir), 50);

    await backups.make(signal);
    const before = everyRow(sqliteFileOf(dataDir));
    if (place === 'another disk') await rm(dataDir, { recursive: true });
    const folder = await restored();

    expect((await readdir(folder)).toSorted()).toEqual(
      modelsAreInBucket ? ['smartcloudops.db'] : ['models', 'smartcloudops.db'],
    );
    const after = everyRow(sqliteFileOf(folder));
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [table, rows] of before) expect(after.get(table), table).toEqual(rows);
    for (const table of tables) expect(after.get(table)?.length, `rows of ${table}`).toBeGreaterThan(0);
    const registry = registryOver(modelsAreInBucket ? kept.models : createDiskBlobs(folder));
    for (const [number, load] of [
      [2, registry.load('hosts', whole, signal)],
      [1, registry.rollBack('hosts', null, whole, signal)],
    ] as const)
      expect(await load).toMatchObject({ revived: aModel(number), passedOver: [] });
  });

  it('goes on where it was: what was owed is owed, and the next commit works', async () => {
    await store.incidents.commit({ incidents: [anIncident], owed: [aNotice], dropped: [] });
    await backups.make(signal);
    await store.close();
    const again = await openStore({ databaseUrl: null, dataDir: await restored(), log });
    expect(await again.incidents.remember()).toEqual({ open: [anIncident], told: [], owed: [aNotice] });
    await again.incidents.told([{ key: aNotice.key, told: aTold }]);
    expect((await again.incidents.remember()).told).toEqual([aTold]);
    await again.close();
  });

  it('is as it was at one moment, although the bot was writing all the time', async () => {
    const commit = (n: number): Promise<void> => {
      const id = `i${String(n).padStart(5, '0')}`;
      return store.incidents.commit({
        incidents: [{ ...anIncident, id, entity: 'x'.repeat(n % 700) }],
        owed: [{ ...aNotice, incident: id, key: `${id}@slack` }],
        dropped: [],
      });
    };
    let said = 0;
    for (; said < 300; said += 1) await commit(said);
    const atLeast = said;
    const writing = { isOver: false };
    const writer = (async () => {
      // SQLite answers at once, so without this nothing else would come to its turn.
      for (; !writing.isOver; said += 1) await commit(said).then(() => new Promise(setImmediate));
    })();
    await backups.make(signal);
    writing.isOver = true;
    await writer;
    await store.close();

    const [live, copy] = [everyRow(sqliteFileOf(dataDir)), everyRow(sqliteFileOf(await restored()))];
    const count = copy.get('incidents')?.length ?? 0;
    expect(said).toBeGreaterThan(atLeast);
    expect(count).toBeGreaterThanOrEqual(atLeast);
    // An incident and what is owed of it are one commit: the copy has both of the same ones, and no later one.
    expect(copy.get('owed')?.length).toBe(count);
    for (const table of ['incidents', 'owed']) expect(copy.get(table)).toEqual(live.get(table)?.slice(0, count));
  });
});

describe('a table of which nobody knew', () => {
  it('is in the backup like every other', async () => {
    const dataDir = await mkdtemp(join(root, 'data-'));
    await (await openStore({ databaseUrl: null, dataDir, log })).close();
    const database = new DatabaseSync(sqliteFileOf(dataDir));
    database.exec(
      `create table "odd ""name""" (a integer primary key autoincrement, b blob); insert into "odd ""name""" (b) values (x'00ff'), (null)`,
    );
    database.close();
    const blobs = createDiskBlobs(dataDir);
    const backups = createBackups({
      blobs,
      snapshot: (into, given) => takeSnapshot(sqliteFileOf(dataDir), into, given),
      models: null,
      folder: dataDir,
      version: '1.2.3',
      now: Date.now,
      newId: () => 'drill',
    });
    const manifest = await backups.make(signal);
    expect(manifest.database?.tables['odd "name"']).toBe(2);
    const folder = join(dataDir, 'restored');
    await restoreBackup(
      { backups, blobs, folder, database: sqliteFileOf(folder), inspect: inspectDatabase, known: knownMigrations },
      manifest,
      signal,
    );
    expect(everyRow(sqliteFileOf(folder))).toEqual(everyRow(sqliteFileOf(dataDir)));
  });
});
