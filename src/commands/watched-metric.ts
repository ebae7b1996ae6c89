import type { Watch, WatchedMetric } from '../core/watch.ts';

export type Watched = { readonly watch: Watch; readonly metric: WatchedMetric };

/** The watched metric of a name, or of a watch and a name with a dot between them; the first when several watches have one. */
export function watchedMetric(watches: readonly Watch[], name: string): Watched | null {
  return (
    allWatched(watches).find(({ watch, metric }) => name === metric.name || name === `${watch.name}.${metric.name}`) ??
    null
  );
}

export function metricNames(watches: readonly Watch[]): readonly string[] {
  return [...new Set(allWatched(watches).map(({ metric }) => metric.name))];
}

function allWatched(watches: readonly Watch[]): readonly Watched[] {
  return watches.flatMap((watch) => watch.metrics.map((metric) => ({ watch, metric })));
}
