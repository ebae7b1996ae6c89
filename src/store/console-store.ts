import type { Selectable, Transaction } from 'kysely';
import type { ConsoleMessage, ConsoleStore } from '../core/store.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';
import { encode, storedMessage, storedReply } from './stored-json.ts';

/** So many messages are kept; the oldest go. */
export const keptMessages = 1_000;

export function createConsoleStore({ change, view, parse }: Database): ConsoleStore {
  function messageOf(row: Selectable<Schema['console_messages']>): ConsoleMessage | null {
    const message = parse(storedMessage, row.body, `console_messages ${row.id}`);
    const reply = parse(storedReply, row.reply, `console_messages ${row.id}`);
    return message === null || reply === null ? null : { id: row.id, ...message, editedAt: row.edited_at, reply };
  }

  return {
    append: ({ reply, ...message }) =>
      change('append to the console', async (trx) => {
        const inserted = await trx
          .insertInto('console_messages')
          .values({ key: message.key, edited_at: null, body: encode(message), reply: encode(reply) })
          .onConflict((conflict) => conflict.column('key').doNothing())
          .returning('id')
          .executeTakeFirst();
        if (inserted !== undefined) {
          await dropOldest(trx);
          return { id: inserted.id, ...message, editedAt: null, reply };
        }
        const known = trx.selectFrom('console_messages').selectAll().where('key', '=', message.key);
        const row = await known.executeTakeFirstOrThrow();
        return messageOf(row) ?? { id: row.id, ...message, editedAt: row.edited_at, reply };
      }),
    replace: (id, reply, at) =>
      change('edit a message of the console', async (trx) => {
        const edited = { reply: encode(reply), edited_at: at };
        const update = trx.updateTable('console_messages').set(edited).where('id', '=', id).returningAll();
        const row = await update.executeTakeFirst();
        return row === undefined ? null : messageOf(row);
      }),
    find: (id) =>
      view('read a message of the console', async (trx) => {
        const row = await trx.selectFrom('console_messages').selectAll().where('id', '=', id).executeTakeFirst();
        return row === undefined ? null : messageOf(row);
      }),
    recent: (limit) =>
      view('read the console', async (trx) => {
        const newest = trx.selectFrom('console_messages').selectAll().orderBy('id', 'desc').limit(limit);
        const rows = await newest.execute();
        return rows.reverse().flatMap((row) => messageOf(row) ?? []);
      }),
  };
}

async function dropOldest(trx: Transaction<Schema>): Promise<void> {
  const newestToGo = trx
    .selectFrom('console_messages')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .offset(keptMessages);
  await trx.deleteFrom('console_messages').where('id', '<=', newestToGo).execute();
}
