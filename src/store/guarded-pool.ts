import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool, PoolClient, QueryResult } from 'pg';
import { isSqlState } from './database-error.ts';

/**
 * A pool whose connections are thrown away as soon as one of their queries failed without a word of the server: it
 * timed out, or the connection broke. The driver would put such a connection back, with the query that never ends in
 * front of everything that comes after it.
 */
export function guardedPool(pool: Pool): PostgresPool {
  return {
    options: pool.options,
    connect: async () => guarded(await pool.connect()),
    end: () => pool.end(),
  };
}

function guarded(client: PoolClient): PostgresPoolClient {
  let failure: unknown = null;
  const guard = {
    async query(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
      // What comes after a failure, the rollback for instance, fails with the same words and at once.
      if (failure !== null) throw failure;
      try {
        return await client.query(sql, [...parameters]);
      } catch (error) {
        if (!isSqlState(error)) failure = error;
        throw error;
      }
    },
    release: (destroy?: boolean) => client.release(destroy === true || failure !== null),
  };
  // Kysely's type also has a form of `query` for cursors, which nobody here opens.
  return guard as unknown as PostgresPoolClient;
}
