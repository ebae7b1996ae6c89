import { isCalled } from '../core/entity-name.ts';
import { UsageError } from '../core/errors.ts';
import type { ForecastRequest } from '../core/forecast.ts';
import type { TimeSeries } from '../core/forecaster.ts';
import { type MetricSource, nameOf, type Series, type TimeRange, valuesOnGrid } from '../core/metric-source.ts';

type Asked = Pick<ForecastRequest, 'query' | 'entityLabel' | 'entity'>;

/** Names that are listed in a message. */
const listed = 20;

/**
 * The histories of a query by entity, from one query. Throws `UsageError` when the entity that was named is not among them, or
 * when one entity has several series; and what `MetricSource` throws.
 */
export async function readHistories(
  source: MetricSource,
  { query, entityLabel, entity }: Asked,
  range: TimeRange,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TimeSeries>> {
  const found = new Map<string, Series>();
  for (const series of await source.range(query, range, signal)) {
    const name = entityLabel === null ? nameOf(series.labels) : (series.labels[entityLabel] ?? '');
    if (name === '') continue;
    if (found.has(name))
      throw new UsageError(
        `The query gives more than one series for ${entityLabel}="${name}". Aggregate it, for instance: avg by (${entityLabel}) (…).`,
      );
    found.set(name, series);
  }
  const names = entity === null || found.size === 0 ? [...found.keys()] : [named(entity, found)];
  return new Map(
    names.flatMap((name) => {
      const series = found.get(name);
      if (series === undefined) return [];
      return [
        [name, { from: range.from, stepMs: range.stepMs, values: finiteOf(valuesOnGrid(series, range)) }] as const,
      ];
    }),
  );
}

/** An infinite value (a division by zero, mostly) says as little as a missing one. */
function finiteOf(values: Float64Array): Float64Array {
  return values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
}

/** The one that is meant: by its whole name, by its name up to a dot or colon, or by the value of any of its labels. */
function named(entity: string, found: ReadonlyMap<string, Series>): string {
  if (found.has(entity)) return entity;
  const said = entity.toLowerCase();
  const meant = [...found].filter(
    ([name, { labels }]) => isCalled(name, said) || Object.values(labels).some((value) => isCalled(value, said)),
  );
  const [first] = meant;
  if (first !== undefined && meant.length === 1) return first[0];
  const names = (meant.length > 1 ? meant.map(([name]) => name) : [...found.keys()]).toSorted();
  const more = names.length > listed ? ` and ${names.length - listed} more` : '';
  throw new UsageError(
    `${meant.length > 1 ? `"${entity}" may be several` : `There is no "${entity}"`}. There are: ${names.slice(0, listed).join(', ')}${more}.`,
  );
}
