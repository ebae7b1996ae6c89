import { UsageError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import type { FrameSource } from '../core/frame-source.ts';
import { gridOf, type MetricSource, type Series, type TimeRange, valuesOnGrid } from '../core/metric-source.ts';
import type { Watch, WatchedMetric } from '../core/watch.ts';

/**
 * Reads a watch by one batched query per metric and sorts the series by entity. Series without the entity label are left
 * out. Two series of one entity are a `UsageError`: which of them is the entity's value is not ours to guess. When one
 * metric fails, the whole read fails: half a row would look like a row of gaps.
 */
export function createFrameSource(source: MetricSource): FrameSource {
  const readAll = (watch: Watch, read: (query: string) => Promise<readonly Series[]>): Promise<readonly ByEntity[]> =>
    Promise.all(watch.metrics.map(async (metric) => byEntity(watch, metric, await read(metric.query))));
  return {
    async history(watch, range, signal) {
      const columns = await readAll(watch, (query) => source.range(query, range, signal));
      const times = gridOf(range);
      return new Map([...entitiesOf(columns)].map((entity) => [entity, frameOf(watch, columns, entity, times, range)]));
    },
    async latest(watch, at, signal) {
      const columns = await readAll(watch, (query) => source.instant(query, at, signal));
      return rowsOf(columns);
    },
  };
}

type ByEntity = ReadonlyMap<string, Series>;

function byEntity(watch: Watch, metric: WatchedMetric, series: readonly Series[]): ByEntity {
  const found = new Map<string, Series>();
  for (const one of series) {
    const entity = one.labels[watch.entityLabel];
    if (entity === undefined || entity === '') continue;
    if (found.has(entity))
      throw new UsageError(
        `The query of ${watch.name}.${metric.name} gives more than one series for ${watch.entityLabel}="${entity}". ` +
          `Aggregate it, for instance: avg by (${watch.entityLabel}) (…).`,
      );
    found.set(entity, one);
  }
  return found;
}

function entitiesOf(columns: readonly ByEntity[]): ReadonlySet<string> {
  return new Set(columns.flatMap((column) => [...column.keys()]));
}

/** Each entity's newest value of every metric. */
function rowsOf(columns: readonly ByEntity[]): ReadonlyMap<string, Float64Array> {
  const rows = new Map<string, Float64Array>();
  columns.forEach((column, at) => {
    for (const [entity, { values }] of column) {
      const row = rows.get(entity) ?? new Float64Array(columns.length).fill(Number.NaN);
      row[at] = finite(values[values.length - 1]);
      rows.set(entity, row);
    }
  });
  return rows;
}

function frameOf(
  watch: Watch,
  columns: readonly ByEntity[],
  entity: string,
  times: Float64Array,
  range: TimeRange,
): Frame {
  return {
    times,
    columns: watch.metrics.map((metric, index) => {
      const series = columns[index]?.get(entity);
      const values = series ? valuesOnGrid(series, range) : new Float64Array(times.length).fill(Number.NaN);
      return { name: metric.name, values };
    }),
  };
}

/** An infinite value (a division by zero, mostly) says as little as a missing one. */
function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : Number.NaN;
}
