import type { Transaction } from 'kysely';
import type { AuditHead, AuditStore } from '../core/audit.ts';
import { UpstreamError } from '../core/errors.ts';
import { entryOf, rowAfter } from './audit-chain.ts';
import { type AuditPage, followAudit, pageRows } from './audit-follow.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** The record of actions: `audit_lines` refuses changes by itself, and `audit_head` says where it ends. */
export function createAuditStore({ change, view }: Database): AuditStore {
  const page = (after: number): Promise<AuditPage> =>
    view('read the record of actions', async (trx) => ({
      rows: await trx
        .selectFrom('audit_lines')
        .selectAll()
        .where('sequence', '>', after)
        .orderBy('sequence')
        .limit(pageRows)
        .execute(),
      head: await readHead(trx),
    }));

  return {
    append: (entry) =>
      change('add to the record of actions', async (trx) => {
        // The row is locked until the commit: whoever else adds a line waits here, and reads this one's hash.
        const counted = trx.updateTable('audit_head').set((eb) => ({ sequence: eb('sequence', '+', 1) }));
        const found = await counted.where('id', '=', 1).returning(['sequence', 'hash']).executeTakeFirst();
        if (found === undefined) throw lost();
        const row = rowAfter({ sequence: found.sequence - 1, hash: found.hash }, entry);
        await trx.insertInto('audit_lines').values(row).execute();
        await trx.updateTable('audit_head').set({ hash: row.hash }).where('id', '=', 1).execute();
        return { sequence: row.sequence, hash: row.hash };
      }),
    head: () =>
      view('read the end of the record of actions', async (trx) => {
        const head = await readHead(trx);
        if (head === null) throw lost();
        return head;
      }),
    newest: (limit, before) =>
      view('read the record of actions', async (trx) => {
        const lines = trx.selectFrom('audit_lines').selectAll().orderBy('sequence', 'desc').limit(limit);
        const rows = await (before === null ? lines : lines.where('sequence', '<', before)).execute();
        return rows.map((row) => ({ sequence: row.sequence, hash: row.hash, entry: entryOf(row) }));
      }),
    verify: (known, signal) => followAudit(page, known, signal),
  };
}

async function readHead(trx: Transaction<Schema>): Promise<AuditHead | null> {
  const found = trx.selectFrom('audit_head').select(['sequence', 'hash']).where('id', '=', 1);
  return (await found.executeTakeFirst()) ?? null;
}

function lost(): UpstreamError {
  const because = 'the record of actions has lost the note of where it ends: "npm run audit:verify" says what is there';
  return new UpstreamError('database', because, { retryable: false });
}
