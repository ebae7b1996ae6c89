import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';

/** A row with its columns in the order of the table. */
export type TableRow = readonly SQLOutputValue[];
type Column = { readonly name: string; readonly source: string; readonly type: string };
type Reference = { readonly from: string; readonly table: string; readonly to: string };

/** Every row of every table that there is, whatever the schema is; the rows of a table in one order. */
export function everyRow(file: string): ReadonlyMap<string, readonly TableRow[]> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return new Map(
      tablesOf(database).map((table) => {
        const rows = database
          .prepare(`select * from ${quoted(table)}`)
          .all()
          .map((row) => Object.values(row));
        return [table, rows.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))];
      }),
    );
  } finally {
    database.close();
  }
}

/**
 * Puts rows into every table but the record of migrations, made from nothing but the schema, so that a table that is
 * added one day is part of the drill without a word here. Rows refer to rows that are there.
 */
export function fillEveryTable(file: string, rows: number): readonly string[] {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  try {
    const tables = tablesOf(database).filter((table) => !table.startsWith('kysely_'));
    for (const table of tables) {
      const columns = columnsOf(database, table);
      const names = columns.map(({ name }) => quoted(name)).join();
      const marks = columns.map(() => '?').join();
      const insert = database.prepare(`insert or ignore into ${quoted(table)} (${names}) values (${marks})`);
      for (let row = 0; row < rows; row += 1) insert.run(...columns.map((column) => madeUp(column, row)));
    }
    const broken = database.prepare('pragma foreign_key_check').all();
    if (broken.length > 0) throw new Error(`the rows made up do not fit together: ${JSON.stringify(broken)}`);
    return tables;
  } finally {
    database.close();
  }
}

/** Every column with the one that its values come from: itself, or the column of another table that it refers to. */
function columnsOf(database: DatabaseSync, table: string): readonly Column[] {
  const references = database
    .prepare('select "from", "table", "to" from pragma_foreign_key_list(?)')
    .all(table) as Reference[];
  const columns = database.prepare('select name, type from pragma_table_info(?)').all(table) as {
    name: string;
    type: string;
  }[];
  return columns.map(({ name, type }) => {
    const reference = references.find(({ from }) => from === name);
    return { name, source: reference === undefined ? `${table}.${name}` : `${reference.table}.${reference.to}`, type };
  });
}

function madeUp({ source, type }: Column, row: number): string | number {
  return /int|real|num/i.test(type) ? 1_000_000 + row : `${source} ${row} é"'\u0000`;
}

function tablesOf(database: DatabaseSync): readonly string[] {
  const all = `select name from sqlite_master where type = 'table' and name not like 'sqlite~_%' escape '~' order by name`;
  return database
    .prepare(all)
    .all()
    .map(({ name }) => String(name));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
