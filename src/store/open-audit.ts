import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { AuditStore } from '../core/audit.ts';
import { UsageError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { createAuditStore } from './audit-store.ts';
import { createDatabase } from './database.ts';
import { databaseError } from './database-error.ts';
import { connectPostgres } from './open-postgres.ts';
import { type OpenStoreOptions, sqliteFileOf } from './open-store.ts';
import type { Schema } from './schema.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

export type OpenedAudit = { readonly name: string; readonly audit: AuditStore; close(): Promise<void> };

/**
 * Opens the record to be read, while a bot writes to it or none runs: nothing is made and no table is brought up to date.
 * Throws `UsageError` when there is no record and `UpstreamError` when it can't be opened.
 */
export async function openAudit({ databaseUrl, dataDir, log }: OpenStoreOptions): Promise<OpenedAudit> {
  const { db, name } = databaseUrl === null ? openFile(sqliteFileOf(dataDir)) : await connectPostgres(databaseUrl, log);
  const opened = openedOver(db, name, log);
  try {
    const tables = await db.introspection.getTables();
    if (!tables.some((table) => table.name === 'audit_lines'))
      throw new UsageError(`${name} has no record of actions yet: it was last used by a version that kept none.`);
    return opened;
  } catch (error) {
    await opened.close();
    throw error instanceof UsageError ? error : databaseError(name, 'be read', error);
  }
}

function openedOver(db: Kysely<Schema>, name: string, log: Log): OpenedAudit {
  return { name, audit: createAuditStore(createDatabase(db, name, log)), close: () => db.destroy() };
}

function openFile(file: string): { readonly db: Kysely<Schema>; readonly name: string } {
  if (!existsSync(file))
    throw new UsageError(`There is no record of actions: ${file} is not there. Is DATA_DIR right?`);
  const name = `SQLite (${file})`;
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
    return { db: new Kysely<Schema>({ dialect: sqliteDialect(database) }), name };
  } catch (error) {
    throw databaseError(name, 'be opened', error);
  }
}
