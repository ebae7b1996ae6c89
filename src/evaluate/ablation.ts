import type { Ablated, GroupFigures } from './ablate-series.ts';
import type { BySeed } from './run-jobs.ts';
import { align } from './table.ts';

/** The figures of all series and seeds, each series with the same weight. */
export function meanAblation(series: readonly BySeed<Ablated>[]): Ablated {
  const all = series.flatMap(({ bySeed }) => bySeed);
  const mean = (of: (ablated: Ablated) => number): number => all.reduce((sum, one) => sum + of(one), 0) / all.length;
  const groups = all[0]?.groups ?? [];
  return {
    features: mean(({ features }) => features),
    all: mean((ablated) => ablated.all),
    groups: groups.map(({ name }, at) => {
      const meanOf = (figure: keyof Omit<GroupFigures, 'name'>): number =>
        mean((ablated) => ablated.groups[at]?.[figure] ?? Number.NaN);
      return { name, features: meanOf('features'), alone: meanOf('alone'), without: meanOf('without') };
    }),
  };
}

/** What each group brings: a line per group, then one for all of them. */
export function tableOfGroups({ features, all, groups }: Ablated, series: number, seeds: number): string {
  const digits = 3;
  const rows = groups.map((group) => [
    group.name,
    '',
    group.features.toFixed(0),
    group.alone.toFixed(digits),
    group.without.toFixed(digits),
  ]);
  return [
    align([
      ['group', '', 'features', 'alone', 'all but it'],
      ...rows,
      ['all', '', features.toFixed(0), all.toFixed(digits), ''],
    ]),
    `VUS-PR of an isolation forest, mean of ${series} series and ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}.`,
  ].join('\n');
}
