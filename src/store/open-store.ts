import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Store } from '../core/store.ts';
import { openPostgres } from './open-postgres.ts';
import { openSqlite } from './open-sqlite.ts';

export type OpenStoreOptions = {
  /** `postgres://…` or `postgresql://…`; null keeps everything in a SQLite file in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly log: Log;
};

/** Where the SQLite database of a data folder is. */
export function sqliteFileOf(dataDir: string): string {
  return join(dataDir, 'smartcloudops.db');
}

/**
 * Opens the store and brings its tables up to date. Throws `ConfigError` for what the operator has to mend (a damaged
 * file, a newer version's file, a refused login) and `UpstreamError` for what may pass (a lock, a silent server).
 */
export async function openStore({ databaseUrl, dataDir, log }: OpenStoreOptions): Promise<Store> {
  if (databaseUrl === null) return openSqlite(sqliteFileOf(dataDir), log);
  if (URL.canParse(databaseUrl) && /^postgres(ql)?:$/.test(new URL(databaseUrl).protocol))
    return openPostgres(databaseUrl, log);
  throw new ConfigError([
    'DATABASE_URL must be postgres://user:password@host:5432/database; leave it empty to use SQLite in DATA_DIR.',
  ]);
}
