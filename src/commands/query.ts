import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { formatTime, formatValue } from '../core/format.ts';
import { type MetricSource, nameOf, type Series } from '../core/metric-source.ts';
import type { Block, Reply } from '../core/reply.ts';
import type { Watch } from '../core/watch.ts';
import { metricNames, watchedMetric } from './watched-metric.ts';

const ranges = { '15m': 900_000, '1h': 3_600_000, '6h': 21_600_000, '24h': 86_400_000 } as const;
/** Rows of a table that a person still reads; the rest is counted. */
const shownRows = 20;
const pointsPerRange = 120;

export type QueryDeps = {
  readonly source: MetricSource;
  readonly watches: readonly Watch[];
  readonly simulated: boolean;
  readonly now: () => number;
};

/** Runs PromQL, or a watched metric by its name, and shows its values: now, or over a while. */
export function createQuery({ source, watches, simulated, now }: QueryDeps): Command {
  return defineCommand({
    path: ['query'],
    summary: 'Values of a PromQL expression or of a watched metric',
    effect: 'read',
    role: 'viewer',
    options: [
      {
        name: 'promql',
        summary: 'a PromQL expression, or a watched metric such as cpu',
        required: true,
        choices: [],
        completes: true,
      },
      {
        name: 'range',
        summary: 'over this long instead of now',
        required: false,
        choices: Object.keys(ranges),
        completes: false,
      },
    ],
    input: z.strictObject({
      promql: z.string().trim().min(1).max(2_000),
      range: z.enum(['15m', '1h', '6h', '24h']).optional(),
    }),
    run: async ({ promql, range }, _context, signal) => {
      const metric = watchedMetric(watches, promql)?.metric;
      const query = metric?.query ?? promql;
      const write = (value: number): string => formatValue(value, metric?.unit ?? '');
      const at = now();
      const table =
        range === undefined
          ? instantTable(await source.instant(query, at, signal), write)
          : rangeTable(await source.range(query, rangeOf(at, ranges[range]), signal), write);
      const from = range === undefined ? `at ${formatTime(at)}` : `over ${range} until ${formatTime(at)}`;
      return replyOf(query, table, `${source.name}, ${from}${simulated ? ' · simulated cluster' : ''}`);
    },
    complete: async (_option, typed) => metricNames(watches).filter((name) => name.startsWith(typed.toLowerCase())),
  });
}

type Table = Extract<Block, { kind: 'table' }>;

function instantTable(series: readonly Series[], write: (value: number) => string): Table {
  const rows = highestFirst(series).map((one) => [nameOf(one.labels), write(lastOf(one))]);
  return { kind: 'table', columns: ['series', 'value'], rows };
}

function rangeTable(series: readonly Series[], write: (value: number) => string): Table {
  const rows = highestFirst(series).map((one) => {
    const values = one.values.filter((value) => !Number.isNaN(value));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const [least, most] = values.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...values), Math.max(...values)];
    return [nameOf(one.labels), ...[least, mean, most, lastOf(one)].map(write)];
  });
  return { kind: 'table', columns: ['series', 'min', 'mean', 'max', 'last'], rows };
}

/** By their last value; those without one stand at the end. */
function highestFirst(series: readonly Series[]): readonly Series[] {
  const rank = (one: Series): number => (Number.isNaN(lastOf(one)) ? Number.NEGATIVE_INFINITY : lastOf(one));
  return series.toSorted((a, b) => Number(rank(b) > rank(a)) - Number(rank(b) < rank(a)));
}

function replyOf(query: string, table: Table, from: string): Reply {
  const count = table.rows.length;
  if (count === 0) {
    const text = 'Nothing matches. That is not zero: there is no such series now.';
    return {
      summary: text,
      blocks: [
        { kind: 'code', text: query },
        { kind: 'text', text },
        { kind: 'note', text: from },
      ],
      onlyYou: false,
    };
  }
  const shown = { ...table, rows: table.rows.slice(0, shownRows) };
  const more = count > shownRows ? `the first ${shownRows} of ${count} series · ` : '';
  return {
    summary: `${count} series`,
    blocks: [{ kind: 'code', text: query }, shown, { kind: 'note', text: more + from }],
    onlyYou: false,
    data: { query, columns: table.columns, rows: table.rows.slice(0, 1_000) },
  };
}

function rangeOf(to: number, lengthMs: number): { from: number; to: number; stepMs: number } {
  return { from: to - lengthMs, to, stepMs: Math.max(1_000, Math.round(lengthMs / pointsPerRange / 1_000) * 1_000) };
}

function lastOf(series: Series): number {
  return series.values.at(-1) ?? Number.NaN;
}
