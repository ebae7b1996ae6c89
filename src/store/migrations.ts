import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { ConfigError } from '../core/errors.ts';
import { createAudit } from './create-audit.ts';
import type { Schema, SqlDialect } from './schema.ts';

/** In the order of their names. One that was released never changes: a change is a new one at the end. */
const migrationsOf = (dialect: SqlDialect): Readonly<Record<string, Migration>> => ({
  '001_first': {
    async up(db) {
      await createIncidents(db);
      await createConsole(db, dialect);
      await db.schema
        .createTable('settings')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('value', 'text', required)
        .execute();
    },
  },
  '002_audit': { up: (db) => createAudit(db, dialect) },
  '003_silences': {
    async up(db) {
      await db.schema
        .createTable('silences')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('until', 'bigint', required)
        .addColumn('body', 'text', required)
        .execute();
      await db.schema.createIndex('silences_by_until').on('silences').column('until').execute();
    },
  },
  '004_digests': {
    async up(db) {
      await db.schema.alterTable('told').addColumn('digest', 'text').execute();
      await db.schema.createIndex('told_by_digest').on('told').column('digest').execute();
    },
  },
  '005_deliveries': {
    async up(db) {
      await db.schema
        .createTable('deliveries')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('at', 'bigint', required)
        .execute();
      await db.schema.createIndex('deliveries_by_at').on('deliveries').column('at').execute();
    },
  },
});

/** The names of the steps that this version knows, in their order. */
export const knownMigrations: readonly string[] = Object.keys(migrationsOf('sqlite'));

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const ofIncident = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder =>
  column.notNull().references('incidents.id');

async function createIncidents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('incidents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('is_open', 'integer', required)
    .addColumn('opened_at', 'bigint', required)
    .addColumn('body', 'text', required)
    .execute();
  await db.schema.createIndex('incidents_by_is_open').on('incidents').column('is_open').execute();
  await db.schema.createIndex('incidents_by_opened_at').on('incidents').column('opened_at').execute();
  await db.schema
    .createTable('told')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('incident', 'text', ofIncident)
    .addColumn('body', 'text', required)
    .execute();
  await db.schema.createIndex('told_by_incident').on('told').column('incident').execute();
  await db.schema
    .createTable('owed')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('incident', 'text', ofIncident)
    .addColumn('revision', 'integer', required)
    .addColumn('attempted_at', 'bigint')
    .addColumn('body', 'text', required)
    .execute();
}

async function createConsole(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable('console_messages')
    .addColumn('id', 'integer', (column) =>
      dialect === 'postgres' ? column.primaryKey().generatedAlwaysAsIdentity() : column.primaryKey().autoIncrement(),
    )
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('edited_at', 'bigint')
    .addColumn('body', 'text', required)
    .addColumn('reply', 'text', required)
    .execute();
}

/**
 * Brings the tables to what this version knows, all or nothing; a second process that starts at the same time waits.
 * Throws `ConfigError` when a newer version has been here, and what the database throws.
 */
export async function migrate(db: Kysely<Schema>, dialect: SqlDialect, name: string): Promise<void> {
  const known = migrationsOf(dialect);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => known } });
  const toLatest = async (): Promise<void> => {
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  };
  await refuseNewer(db, Object.keys(known), name);
  // Kysely locks PostgreSQL by itself and relies on being alone in SQLite, where one connection carries everything.
  if (dialect === 'postgres') await toLatest();
  else await aloneInSqlite(db, toLatest);
}

async function aloneInSqlite(db: Kysely<Schema>, run: () => Promise<void>): Promise<void> {
  await sql`begin immediate`.execute(db);
  try {
    await run();
    await sql`commit`.execute(db);
  } catch (error) {
    await sql`rollback`.execute(db);
    throw error;
  }
}

async function refuseNewer(db: Kysely<Schema>, known: readonly string[], name: string): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const newer = rows.map((row) => row.name).filter((step) => !known.includes(step));
  if (newer.length === 0) return;
  throw new ConfigError([
    `${name} was written by a newer version of SmartCloudOps AI (it has ${newer.join(', ')}): run that version, or point DATA_DIR or DATABASE_URL elsewhere. Nothing was changed.`,
  ]);
}
