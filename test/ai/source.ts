import { UpstreamError, UsageError } from '../../src/core/errors.ts';
import type { MetricSource, Series } from '../../src/core/metric-source.ts';
import { hosts, numbers } from './situation.ts';

export type NumberSource = MetricSource & { mode: 'up' | 'down' | 'empty'; readonly queries: string[] };

/** A metric source over the hosts' numbers: a range rises by one part in a hundred to what it is now. */
export function createNumberSource(): NumberSource {
  const queries: string[] = [];
  const source: NumberSource = {
    name: 'numbers',
    mode: 'up',
    queries,
    instant: async (query, at) => read(query, Float64Array.of(at)),
    range: async (query, { from, to, stepMs }) =>
      read(
        query,
        Float64Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, k) => from + k * stepMs),
      ),
  };
  function read(query: string, times: Float64Array): readonly Series[] {
    queries.push(query);
    if (source.mode === 'down')
      throw new UpstreamError('prometheus', 'Prometheus could not be reached (ECONNREFUSED)', { retryable: true });
    if (query.startsWith('broken')) throw new UsageError('Prometheus refuses broken(: parse error');
    if (source.mode === 'empty') return [];
    if (query === 'up') return [{ labels: { __name__: 'up', job: 'node' }, times, values: times.map(() => 1) }];
    const column = hosts.metrics.findIndex((metric) => metric.query === query);
    return Object.entries(numbers).map(([host, values]) => ({
      labels: { host },
      times,
      values: times.map((_, at) => (values[column] ?? Number.NaN) * (1 - (times.length - 1 - at) / times.length / 100)),
    }));
  }
  return source;
}
