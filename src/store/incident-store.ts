import type { Transaction } from 'kysely';
import { type Incident, isOpen } from '../core/incident.ts';
import type { Notice } from '../core/notice.ts';
import type { IncidentStore } from '../core/store.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';
import { encode, storedIncident, storedNotice, storedTold } from './stored-json.ts';

export function createIncidentStore({ change, view, parse }: Database): IncidentStore {
  return {
    remember: (also = []) =>
      view('read what is open and owed', async (trx) => {
        const incidents = await trx
          .selectFrom('incidents')
          .selectAll()
          .where((eb) => eb.or([eb('id', 'in', relevant(trx)), eb('id', 'in', [...also, ''])]))
          .execute();
        const told = await trx
          .selectFrom('told')
          .selectAll()
          .where((eb) => eb.or([eb('incident', 'in', relevant(trx)), eb('incident', 'in', [...also, ''])]))
          .execute();
        const owed = await trx.selectFrom('owed').selectAll().execute();
        return {
          open: present(incidents.map(({ id, body }) => parse(storedIncident, body, `incidents ${id}`))),
          told: present(told.map(({ key, body }) => parse(storedTold, body, `told ${key}`))),
          owed: present(
            owed.map(({ key, body, attempted_at }) => {
              const notice = parse(storedNotice, body, `owed ${key}`);
              return notice === null ? null : { ...notice, attemptedAt: attempted_at };
            }),
          ),
        };
      }),
    commit: ({ incidents, owed, dropped }) =>
      change('commit incidents and what is owed', async (trx) => {
        for (const incident of incidents) await putIncident(trx, incident);
        for (const notice of owed) await putNotice(trx, notice);
        for (const key of dropped) await trx.deleteFrom('owed').where('key', '=', key).execute();
      }),
    attempt: async (keys, at) => {
      if (keys.length === 0) return;
      await change('record the begin of a send', async (trx) => {
        for (const some of batches(keys))
          await trx.updateTable('owed').set({ attempted_at: at }).where('key', 'in', some).execute();
      });
    },
    told: (delivered) =>
      change('record what was told', async (trx) => {
        for (const { key, told } of delivered) {
          const row = { incident: told.incident, digest: told.digest, body: encode(told) };
          await trx
            .insertInto('told')
            .values({ key, ...row })
            .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
            .execute();
          // While it was being told a newer notice may have taken its place: that one is still owed.
          await trx.deleteFrom('owed').where('key', '=', key).where('revision', '<=', told.revision).execute();
        }
      }),
    ofDigest: (digest, { platform, channel }, also) =>
      view('read what shares a card', async (trx) => {
        const rows = await trx.selectFrom('told').selectAll().where('digest', '=', digest).execute();
        const told = present(rows.map(({ key, body }) => parse(storedTold, body, `told ${key}`))).filter(
          ({ audience }) => audience.platform === platform && audience.channel === channel,
        );
        const ids = [...new Set([...told.map(({ incident }) => incident), ...also])];
        const on: Incident[] = [];
        for (const some of batches(ids)) {
          const incidents = await trx.selectFrom('incidents').selectAll().where('id', 'in', some).execute();
          on.push(...present(incidents.map(({ id, body }) => parse(storedIncident, body, `incidents ${id}`))));
        }
        return { on, told };
      }),
    find: (id) =>
      view('read an incident', async (trx) => {
        const row = await trx.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
        return row === undefined ? null : parse(storedIncident, row.body, `incidents ${id}`);
      }),
    recent: (limit) =>
      view('read recent incidents', async (trx) => {
        const last = trx.selectFrom('incidents').select('id').orderBy('opened_at', 'desc').orderBy('id').limit(limit);
        const all = trx.selectFrom('incidents').selectAll().orderBy('opened_at', 'desc').orderBy('id');
        const rows = await all.where((eb) => eb.or([eb('is_open', '=', 1), eb('id', 'in', last)])).execute();
        return present(rows.map(({ id, body }) => parse(storedIncident, body, `incidents ${id}`)));
      }),
  };
}

/** The incidents that still matter. Two indexed look-ups, whatever the length of the history. */
const relevant = (trx: Transaction<Schema>) =>
  trx
    .selectFrom('incidents')
    .select('id')
    .where('is_open', '=', 1)
    .union(trx.selectFrom('owed').select('incident as id'));

async function putIncident(trx: Transaction<Schema>, incident: Incident): Promise<void> {
  const row = {
    is_open: isOpen(incident) || incident.lingers ? 1 : 0,
    opened_at: incident.openedAt,
    body: encode(incident),
  };
  await trx
    .insertInto('incidents')
    .values({ id: incident.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

/** A notice that takes the place of another keeps the mark of a send that was begun: that one may have arrived. */
async function putNotice(trx: Transaction<Schema>, { attemptedAt, ...notice }: Notice): Promise<void> {
  const row = { incident: notice.incident, revision: notice.revision, body: encode(notice) };
  await trx
    .insertInto('owed')
    .values({ key: notice.key, attempted_at: attemptedAt, ...row })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({
        ...row,
        attempted_at: eb.fn.coalesce('owed.attempted_at', 'excluded.attempted_at'),
      })),
    )
    .execute();
}

/** Databases take only so many values in one statement. */
const batchSize = 500;

function batches(values: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(values.length / batchSize) }, (_, at) =>
    values.slice(at * batchSize, (at + 1) * batchSize),
  );
}

function present<T>(values: readonly (T | null)[]): readonly T[] {
  return values.filter((value) => value !== null);
}
