import type { EntityForecast } from '../core/forecast.ts';
import type { Harm } from '../core/watch.ts';

/** Ranks what is worst first: beyond the limit, then by when it is reached, then by how likely and how near. */
type Rank = readonly number[];

/** The most urgent first. */
export function byUrgency(entities: readonly EntityForecast[], harm: Harm): readonly EntityForecast[] {
  return entities
    .map((one) => ({ one, rank: rankOf(one, harm) }))
    .toSorted((a, b) => compare(a.rank, b.rank) || (a.one.entity < b.one.entity ? -1 : 1))
    .map(({ one }) => one);
}

function rankOf(one: EntityForecast, harm: Harm): Rank {
  const later = Number.POSITIVE_INFINITY;
  switch (one.kind) {
    case 'forecast': {
      const end = (harm === 'down' ? one.band.lower : one.band.upper).at(-1) ?? Number.NaN;
      const first = one.limit?.kind === 'reaches' ? one.limit.moment.at : later;
      const chance = one.limit?.kind === 'stays clear' ? one.limit.chance : 0;
      const kind = one.limit?.kind === 'is beyond' ? 0 : first < later ? 1 : 2;
      return [kind, first, -chance, harm === 'down' ? end : -end];
    }
    case 'silent':
      return [3, -one.lastSeen];
    case 'too little history':
    case 'unsuited':
      return [4];
  }
}

function compare(a: Rank, b: Rank): number {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place < 0 ? 0 : (a[place] ?? 0) < (b[place] ?? 0) ? -1 : 1;
}
