import type { SettingsStore } from '../core/store.ts';
import type { Database } from './database.ts';
import { encode, storedText } from './stored-json.ts';

export function createSettingsStore({ change, view, parse }: Database): SettingsStore {
  return {
    get: (name) =>
      view('read a setting', async (trx) => {
        const row = await trx.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
        return row === undefined ? null : parse(storedText, row.value, `settings ${name}`);
      }),
    set: (name, value) =>
      change('keep a setting', async (trx) => {
        const row = { value: encode(value) };
        await trx
          .insertInto('settings')
          .values({ name, ...row })
          .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
          .execute();
      }),
  };
}
