import { UsageError } from '../core/errors.ts';
import type { MetricSource, Series } from '../core/metric-source.ts';

/** As Prometheus looks back: a sample stands for the moments after it for this long. */
const lookbackMs = 300_000;

/** A source over series that were recorded under the text of their queries. An unknown query is the asker's mistake. */
export function createRecordedSource(recording: ReadonlyMap<string, readonly Series[]>): MetricSource {
  const recorded = (query: string): readonly Series[] => {
    const series = recording.get(query);
    if (series === undefined) throw new UsageError(`There is no recording of the query ${JSON.stringify(query)}.`);
    return series;
  };
  return {
    name: 'recording',
    async instant(query, at, signal) {
      signal.throwIfAborted();
      return recorded(query).flatMap((series) => sampled(series, [at]));
    },
    async range(query, { from, to, stepMs }, signal) {
      signal.throwIfAborted();
      const grid = Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, step) => from + step * stepMs);
      return recorded(query).flatMap((series) => sampled(series, grid));
    },
  };
}

/** The series at the moments of a grid; nothing when it has no sample for any of them. */
function sampled({ labels, times, values }: Series, grid: readonly number[]): readonly Series[] {
  const found: [number, number][] = [];
  for (const at of grid) {
    const row = times.findLastIndex((time) => time <= at);
    const time = times[row];
    if (time !== undefined && at - time < lookbackMs) found.push([at, values[row] ?? Number.NaN]);
  }
  if (found.length === 0) return [];
  return [
    { labels, times: Float64Array.from(found, ([at]) => at), values: Float64Array.from(found, ([, value]) => value) },
  ];
}
