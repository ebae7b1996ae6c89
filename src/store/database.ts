import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { databaseError } from './database-error.ts';
import type { Schema } from './schema.ts';
import { decode } from './stored-json.ts';

/** What the repositories stand on. */
export type Database = {
  /** Writes in one transaction: all of it or nothing. Throws `UpstreamError('database')`. `doing` is said in the error. */
  change<T>(doing: string, run: (trx: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** Reads in one transaction: several reads see one state of things. Throws `UpstreamError('database')`. */
  view<T>(doing: string, run: (trx: Transaction<Schema>) => Promise<T>): Promise<T>;
  /**
   * Takes one column of one row apart. A row that can't be read is null: it is left as it is and reported once, because one
   * damaged row must not silence every alert.
   */
  parse<T>(type: z.ZodType<T>, text: string, where: string): T | null;
};

export function createDatabase(db: Kysely<Schema>, name: string, log: Log): Database {
  const reported = new Set<string>();
  const orOurs = <T>(doing: string, result: Promise<T>): Promise<T> =>
    result.catch((error: unknown) => {
      throw databaseError(name, doing, error);
    });
  return {
    change: (doing, run) => orOurs(doing, db.transaction().execute(run)),
    // In SQLite it is never otherwise. Changes stay at PostgreSQL's default, where they wait for each other and do not fail.
    view: (doing, run) => orOurs(doing, db.transaction().setIsolationLevel('repeatable read').execute(run)),
    parse(type, text, where) {
      try {
        return decode(type, text);
      } catch (error) {
        if (!reported.has(where))
          log.error('a row of the database can not be read and is left out', {
            name,
            where,
            because: messageOf(error),
          });
        reported.add(where);
        return null;
      }
    },
  };
}
