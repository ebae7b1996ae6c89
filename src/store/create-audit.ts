import { type Kysely, type RawBuilder, sql } from 'kysely';
import { emptyHead } from './audit-chain.ts';
import type { SqlDialect } from './schema.ts';

/** The tables of the record of actions, and what keeps anybody with ordinary rights from changing a line. */
export async function createAudit(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable('audit_lines')
    .addColumn('sequence', 'bigint', (column) => column.primaryKey())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await sql`insert into audit_head (id, sequence, hash) values (1, ${emptyHead.sequence}, ${emptyHead.hash})`.execute(
    db,
  );
  for (const statement of dialect === 'postgres' ? postgresTriggers : sqliteTriggers) await statement.execute(db);
}

const sqliteTriggers: readonly RawBuilder<unknown>[] = [
  sql`create trigger audit_lines_stay before update on audit_lines
      begin select raise(abort, 'the record of actions is only added to'); end`,
  sql`create trigger audit_lines_remain before delete on audit_lines
      begin select raise(abort, 'the record of actions is only added to'); end`,
  // "insert or replace" removes a row without its delete trigger.
  sql`create trigger audit_lines_once before insert on audit_lines
      when exists (select 1 from audit_lines where sequence = new.sequence)
      begin select raise(abort, 'the record of actions is only added to'); end`,
];

const postgresTriggers: readonly RawBuilder<unknown>[] = [
  sql`create function refuse_change_of_audit_lines() returns trigger language plpgsql
      as $$ begin raise exception 'the record of actions is only added to'; end $$`,
  sql`create trigger audit_lines_stay before update or delete on audit_lines
      for each row execute function refuse_change_of_audit_lines()`,
  sql`create trigger audit_lines_remain before truncate on audit_lines
      for each statement execute function refuse_change_of_audit_lines()`,
];
