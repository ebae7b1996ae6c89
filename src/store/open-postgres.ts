import { setTimeout as pause } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import type { PoolConfig } from 'pg';
import { UpstreamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Store } from '../core/store.ts';
import { createStore } from './create-store.ts';
import { guardedPool } from './guarded-pool.ts';
import type { Schema } from './schema.ts';

/** In a set of containers the database often comes up after the bot. */
const startPatienceMs = 30_000;
const betweenTriesMs = 1_000;

/**
 * Kept on this side of the connection: server-side limits are sent as start parameters, which poolers such as PgBouncer
 * refuse. A connection that runs into `query_timeout` is thrown away.
 */
const poolLimits: PoolConfig = {
  max: 4,
  connectionTimeoutMillis: 5_000,
  query_timeout: 8_000,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
  application_name: 'smartcloudops-ai',
};

/**
 * Opens the database, waiting for a server that is still coming up. `url` is known to be a PostgreSQL URL.
 * Throws `ConfigError` when the server refuses and `UpstreamError` when it stays silent.
 */
export async function openPostgres(url: string, log: Log): Promise<Store> {
  const name = nameOf(new URL(url));
  const giveUpAt = performance.now() + startPatienceMs;
  for (;;) {
    try {
      return await connect(url, name, log);
    } catch (error) {
      const mayPass = error instanceof UpstreamError && error.retryable;
      if (!mayPass || performance.now() > giveUpAt) throw error;
      log.warn('the database does not answer yet; trying again', { error });
      await pause(betweenTriesMs);
    }
  }
}

async function connect(url: string, name: string, log: Log): Promise<Store> {
  const { db } = await connectPostgres(url, log);
  return createStore({ db, dialect: 'postgres', name, log });
}

/** A pool of connections that are made when they are needed, and what people are told the database is. Throws nothing yet. */
export async function connectPostgres(
  connectionString: string,
  log: Log,
): Promise<{ readonly db: Kysely<Schema>; readonly name: string }> {
  const name = nameOf(new URL(connectionString));
  const { default: pg } = await import('pg');
  const numbersFromBigint: NonNullable<PoolConfig['types']> = {
    getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)),
  };
  const pool = new pg.Pool({ connectionString, ...poolLimits, types: numbersFromBigint });
  // Without a listener a connection that breaks while idle would end the process.
  pool.on('error', (error) => log.warn('an idle connection to the database broke', { name, error }));
  return { db: new Kysely<Schema>({ dialect: new PostgresDialect({ pool: guardedPool(pool) }) }), name };
}

/** Where the database is, without user and password. */
function nameOf(url: URL): string {
  return `PostgreSQL (${url.host === '' ? 'local socket' : url.host}${url.pathname})`;
}
