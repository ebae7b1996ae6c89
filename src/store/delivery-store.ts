import type { DeliveryStore } from '../core/store.ts';
import type { Database } from './database.ts';

/** So long a service may send the same thing again. */
const rememberedMs = 24 * 3_600_000;

export function createDeliveryStore({ change }: Database): DeliveryStore {
  return {
    claim: (ids, at) =>
      change('take note of what came in', async (trx) => {
        await trx
          .deleteFrom('deliveries')
          .where('at', '<', at - rememberedMs)
          .execute();
        const known = await trx
          .selectFrom('deliveries')
          .select('id')
          .where('id', 'in', [...ids, ''])
          .execute();
        for (const id of ids)
          await trx
            .insertInto('deliveries')
            .values({ id, at })
            .onConflict((conflict) => conflict.column('id').doNothing())
            .execute();
        return known.length === 0;
      }),
  };
}
