import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/demo/promql/evaluate.ts';
import { QueryError, type Selector } from '../../src/demo/promql/expression.ts';
import { parsePromql } from '../../src/demo/promql/parse.ts';
import type { Samples } from '../../src/demo/promql/vector.ts';

const start = Date.UTC(2026, 0, 5);
const second = 1_000;

function series(labels: Record<string, string>, values: readonly number[], everySeconds = 15): Samples {
  return {
    labels,
    times: Float64Array.from(values, (_, row) => start + row * everySeconds * second),
    values: Float64Array.from(values),
  };
}

/** Nine samples each, 15 s apart; the counter is reset once. */
const recorded: readonly Samples[] = [
  series({ __name__: 'up', job: 'a', host: 'x' }, [1, 1, 1, 1, 1, 1, 1, 1, 1]),
  series({ __name__: 'up', job: 'a', host: 'y' }, [1, 1, 1, 1, 0, 0, 0, 0, 0]),
  series({ __name__: 'up', job: 'b', host: 'x' }, [1, 1, 1, 1, 1, 1, 1, 1, 1]),
  series({ __name__: 'total', host: 'x' }, [0, 15, 30, 45, 60, 75, 90, 105, 120]),
  series({ __name__: 'reset', host: 'x' }, [100, 130, 160, 10, 40, 70, 100, 130, 160]),
  series({ __name__: 'gauge', host: 'x' }, [4, 2, 8, 6, 4, 2, 8, 6, 5]),
  series({ __name__: 'gauge', host: 'y' }, [1, 1, 1, 1, 1, 1, 1, 1, -2.5]),
  series({ __name__: 'odd', host: 'x' }, [Number.NaN]),
  series({ __name__: 'info', host: 'x', version: '1.2' }, [1, 1, 1, 1, 1, 1, 1, 1, 1]),
  ...['0.1', '0.5', '1', '+Inf'].map((le, at) =>
    series({ __name__: 'time_bucket', le }, Array(9).fill([10, 50, 90, 100][at])),
  ),
];
const end = start + 120 * second;

const read = (selector: Selector, from: number, to: number): readonly Samples[] =>
  recorded
    .filter(({ labels }) => selector.matchers.every(({ label, matches }) => matches(labels[label] ?? '')))
    .map(({ labels, times, values }) => {
      const inside = [...times.keys()].filter((row) => (times[row] ?? 0) >= from && (times[row] ?? 0) <= to);
      return {
        labels,
        times: Float64Array.from(inside, (row) => times[row] ?? 0),
        values: Float64Array.from(inside, (row) => values[row] ?? 0),
      };
    })
    .filter(({ times }) => times.length > 0);

/** The result at one moment: a number, a text, or label sets with their values. */
function at(query: string, time = end): unknown {
  const value = evaluate(parsePromql(query), Float64Array.of(time), read);
  if (value.kind === 'string') return value.value;
  if (value.kind === 'scalar') return value.values[0];
  return Object.fromEntries(
    value.rows
      .filter(({ has }) => has[0] === 1)
      .map(({ labels, values }) => {
        const { __name__: name = '', ...others } = labels;
        const inside = Object.entries(others)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([label, text]) => `${label}=${text}`);
        return [`${name}{${inside.join()}}`, Math.round((values[0] ?? 0) * 1e9) / 1e9];
      }),
  );
}

describe('an expression has the value that Prometheus gives it', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3 ^ 2', 19],
    ['-2 ^ 2', -4],
    ['7 % 4', 3],
    ['5m', 300],
    ['1 > bool 2', 0],
    ['"text"', 'text'],
    ['time()', end / 1_000],
    ['up{job="b"}', { 'up{host=x,job=b}': 1 }],
    ['up{host=~"x|z",job!="b"}', { 'up{host=x,job=a}': 1 }],
    ['up{host!~"x"}', { 'up{host=y,job=a}': 0 }],
    ['{__name__="up",job="b"}', { 'up{host=x,job=b}': 1 }],
    ['nothing', {}],
    ['gauge offset 15s', { 'gauge{host=x}': 6, 'gauge{host=y}': 1 }],
    ['rate(total[1m])', { '{host=x}': 1 }],
    ['increase(total[1m])', { '{host=x}': 60 }],
    ['increase(reset[2m])', { '{host=x}': 220 }],
    ['irate(reset[1m])', { '{host=x}': 2 }],
    ['delta(gauge{host="x"}[1m])', { '{host=x}': 1 }],
    ['avg_over_time(gauge{host="x"}[30s])', { '{host=x}': 6.333333333 }],
    ['max_over_time(gauge[2m])', { '{host=x}': 8, '{host=y}': 1 }],
    ['min_over_time(gauge{host="x"}[2m])', { '{host=x}': 2 }],
    ['sum_over_time(up{host="y"}[1m])', { '{host=y,job=a}': 0 }],
    ['count_over_time(up{job="b"}[1m])', { '{host=x,job=b}': 5 }],
    ['last_over_time(gauge{host="x"}[1m])', { 'gauge{host=x}': 5 }],
    ['rate(up[1s])', {}],
    ['sum(up)', { '{}': 2 }],
    ['sum by (host) (up)', { '{host=x}': 2, '{host=y}': 0 }],
    ['sum without (host) (up)', { '{job=a}': 1, '{job=b}': 1 }],
    ['count(up == 1)', { '{}': 2 }],
    ['avg(gauge)', { '{}': 1.25 }],
    ['max(gauge) - min(gauge)', { '{}': 7.5 }],
    ['quantile(0.5, gauge)', { '{}': 1.25 }],
    ['topk(1, gauge)', { 'gauge{host=x}': 5 }],
    ['bottomk(1, gauge)', { 'gauge{host=y}': -2.5 }],
    ['gauge > 0', { 'gauge{host=x}': 5 }],
    ['0 < gauge', { 'gauge{host=x}': 5 }],
    ['gauge > bool 0', { '{host=x}': 1, '{host=y}': 0 }],
    ['gauge * 2', { '{host=x}': 10, '{host=y}': -5 }],
    ['gauge / on(host) total', { '{host=x}': 0.041666667 }],
    ['up * on(host) group_left(version) info', { '{host=x,job=a,version=1.2}': 1, '{host=x,job=b,version=1.2}': 1 }],
    ['info * on(host) group_right() up', { '{host=x,job=a}': 1, '{host=x,job=b}': 1 }],
    ['gauge and on(host) total', { 'gauge{host=x}': 5 }],
    ['gauge unless on(host) total', { 'gauge{host=y}': -2.5 }],
    ['total or gauge{host="y"}', { 'total{host=x}': 120, 'gauge{host=y}': -2.5 }],
    ['-gauge', { '{host=x}': -5, '{host=y}': 2.5 }],
    ['abs(gauge)', { '{host=x}': 5, '{host=y}': 2.5 }],
    ['round(gauge)', { '{host=x}': 5, '{host=y}': -2 }],
    ['ceil(gauge{host="y"})', { '{host=y}': -2 }],
    ['clamp_min(gauge, 0)', { '{host=x}': 5, '{host=y}': 0 }],
    ['clamp(gauge, 0, 3)', { '{host=x}': 3, '{host=y}': 0 }],
    ['scalar(gauge{host="x"})', 5],
    ['scalar(gauge)', Number.NaN],
    ['vector(3)', { '{}': 3 }],
    ['absent(nothing)', { '{}': 1 }],
    ['absent(up)', {}],
    ['timestamp(total)', { '{host=x}': end / 1_000 }],
    ['histogram_quantile(0.5, time_bucket)', { '{}': 0.5 }],
    ['histogram_quantile(0.3, time_bucket)', { '{}': 0.3 }],
    ['histogram_quantile(0.99, time_bucket)', { '{}': 1 }],
    ['label_replace(total, "short", "$1", "host", "(.).*")', { 'total{host=x,short=x}': 120 }],
    ['label_replace(total, "short", "$1", "host", "z(.)")', { 'total{host=x}': 120 }],
    ['label_replace(total, "host", "", "host", ".*")', { 'total{}': 120 }],
  ])('%s', (query, expected) => {
    expect(at(query)).toEqual(expected);
  });

  it('looks back five minutes for a sample and no longer', () => {
    expect(at('total', end + 300 * second)).toEqual({ 'total{host=x}': 120 });
    expect(at('total', end + 301 * second)).toEqual({});
  });

  it('is the same over a range as at each of its moments', () => {
    const grid = Float64Array.from({ length: 9 }, (_, step) => start + step * 15 * second);
    for (const query of ['rate(reset[1m])', 'sum by (host) (up)', 'gauge > 2', 'gauge and on(host) total']) {
      const value = evaluate(parsePromql(query), grid, read);
      const rows = value.kind === 'vector' ? value.rows : [];
      grid.forEach((time, step) => {
        const there = rows
          .filter(({ has }) => has[step] === 1)
          .map(({ values }) => Math.round((values[step] ?? 0) * 1e9) / 1e9);
        expect(there.toSorted()).toEqual(Object.values(at(query, time) as object).toSorted());
      });
    }
  });
});

describe('a query that is wrong is refused as Prometheus refuses it', () => {
  it.each<[string, 'bad_data' | 'execution', RegExp]>([
    ['up{', 'bad_data', /parse error/],
    ['', 'bad_data', /no expression/],
    ['sum(', 'bad_data', /parse error/],
    ['{}', 'bad_data', /parse error/],
    ['{host=~".*"}', 'bad_data', /at least one non-empty matcher/],
    ['up{host=~"("}', 'bad_data', /parsing regexp/],
    ['rate(up)', 'bad_data', /expected type range vector/],
    ['up[5m]', 'bad_data', /range vector/],
    ['nosuch(up)', 'bad_data', /does not know|unknown|parse error/],
    ['up + "text"', 'bad_data', /only scalar and instant vector/],
    ['up * on(host) info', 'execution', /multiple matches/],
    ['label_replace(up, "job", "z", "host", ".*")', 'execution', /same labelset/],
    ['up[5m:1m]', 'execution', /does not know/],
  ])('%s', (query, type, words) => {
    const error = (() => {
      try {
        return at(query);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(QueryError);
    expect(error).toMatchObject({ type, message: expect.stringMatching(words) });
  });
});
