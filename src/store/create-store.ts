import type { Kysely } from 'kysely';
import type { Log } from '../core/log.ts';
import type { Store } from '../core/store.ts';
import { createAuditStore } from './audit-store.ts';
import { createConsoleStore } from './console-store.ts';
import { createDatabase } from './database.ts';
import { startError } from './database-error.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { createIncidentStore } from './incident-store.ts';
import { migrate } from './migrations.ts';
import type { Schema, SqlDialect } from './schema.ts';
import { createSettingsStore } from './settings-store.ts';
import { createSilenceStore } from './silence-store.ts';

export type StoreOptions = {
  readonly db: Kysely<Schema>;
  readonly dialect: SqlDialect;
  /** What people are told the database is; without secrets. */
  readonly name: string;
  readonly log: Log;
};

/**
 * The store over an open database: brings its tables up to date and owns it from then on, also when it throws.
 * Throws `ConfigError` for what the operator has to mend and `UpstreamError` for what may pass.
 */
export async function createStore({ db, dialect, name, log }: StoreOptions): Promise<Store> {
  try {
    await migrate(db, dialect, name);
  } catch (error) {
    await db.destroy();
    throw startError(name, error);
  }
  const database = createDatabase(db, name, log);
  return {
    name,
    incidents: createIncidentStore(database),
    silences: createSilenceStore(database),
    settings: createSettingsStore(database),
    deliveries: createDeliveryStore(database),
    console: createConsoleStore(database),
    audit: createAuditStore(database),
    close: () => db.destroy(),
  };
}
