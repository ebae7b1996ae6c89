import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { SqliteDialect } from 'kysely';

/** Kysely's SQLite dialect, which expects better-sqlite3, over the SQLite that Node brings. */
export function sqliteDialect(database: DatabaseSync): SqliteDialect {
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = database.prepare(inOurWay(sql, database.isTransaction));
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...bindable(parameters)),
          run: (parameters) => statement.run(...bindable(parameters)),
          iterate: (parameters) => statement.iterate(...bindable(parameters)),
        };
      },
    },
  });
}

function inOurWay(sql: string, inTransaction: boolean): string {
  // A transaction that begins by reading and then writes fails at once when another process wrote in between;
  // one that takes the lock at its begin waits for it.
  if (sql === 'begin') return 'begin immediate';
  // A full disk and some other failures make SQLite roll back by itself; a second rollback would hide the first error.
  return sql === 'rollback' && !inTransaction ? 'select null' : sql;
}

/** The schema's columns are text and numbers only, so what Kysely hands over untyped can be bound as it is. */
function bindable(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}
