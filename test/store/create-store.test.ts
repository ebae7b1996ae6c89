import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { afterAll, beforeAll, describe } from 'vitest';
import { createStore } from '../../src/store/create-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Schema } from '../../src/store/schema.ts';
import { type StoreHarness, storeContract } from '../contracts/store.ts';

describe('the store in a SQLite file', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'store-'));
  });
  afterAll(() => rm(dataDir, { recursive: true }));

  storeContract(() => ({
    open: (log) => openStore({ databaseUrl: null, dataDir, log }),
    async run(sql) {
      const database = new DatabaseSync(join(dataDir, 'smartcloudops.db'));
      database.exec(sql);
      database.close();
    },
  }));
});

describe('the store in PostgreSQL (PGlite)', () => {
  let harness: StoreHarness;
  let pglite: PGlite;
  beforeAll(async () => {
    pglite = await PGlite.create();
    harness = {
      async open(log) {
        const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) });
        const store = await createStore({ db, dialect: 'postgres', name: 'PostgreSQL (PGlite)', log });
        // Closing the store would close the one PGlite, which takes seconds to start.
        return { ...store, close: async () => {} };
      },
      run: async (sql) => void (await pglite.exec(sql)),
    };
  }, 60_000);
  afterAll(() => pglite.close());

  storeContract(() => harness);
});
