import type { SilenceStore } from '../core/silence.ts';
import type { Database } from './database.ts';
import { encode, storedSilence } from './stored-json.ts';

export function createSilenceStore({ change, view, parse }: Database): SilenceStore {
  return {
    put: (silence) =>
      change('keep a silence', async (trx) => {
        const row = { until: silence.until, body: encode(silence) };
        await trx
          .insertInto('silences')
          .values({ id: silence.id, ...row })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
      }),
    since: (at) =>
      view('read the silences', async (trx) => {
        const found = trx.selectFrom('silences').selectAll().where('until', '>', at).orderBy('until').orderBy('id');
        const rows = await found.execute();
        return rows.flatMap(({ id, body }) => parse(storedSilence, body, `silences ${id}`) ?? []);
      }),
  };
}
