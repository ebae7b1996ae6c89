import { describe, expect, it } from 'vitest';
import { createQuery } from '../../src/commands/query.ts';
import type { MetricSource, Series } from '../../src/core/metric-source.ts';
import { say } from '../../src/core/reply.ts';
import { oneMetric } from '../small-things.ts';
import { noon } from './list.ts';

const ada = { platform: 'slack', id: 'U1', name: 'Ada' };

function seriesOf(host: string, ...values: readonly number[]): Series {
  return {
    labels: { host },
    times: Float64Array.from(values, (_, at) => noon + at),
    values: Float64Array.from(values),
  };
}

async function rowsOf(series: readonly Series[], input: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const answer = async (query: string): Promise<readonly Series[]> => {
    asked.push(query);
    return series;
  };
  const source: MetricSource = { name: 'prometheus', instant: answer, range: answer };
  const query = createQuery({ source, watches: [oneMetric], simulated: false, now: () => noon });
  const context = { by: ada, role: 'viewer', show: async () => void say('') } as const;
  const { blocks } = await query.run(input, context, AbortSignal.timeout(5_000));
  const table = blocks.find((block) => block.kind === 'table');
  return {
    rows: table?.rows ?? [],
    notes: blocks.flatMap((block) => (block.kind === 'note' ? block.text : [])),
    asked,
  };
}

describe('the values of a query', () => {
  const { NaN: gap, POSITIVE_INFINITY: infinite } = Number;

  it('stand highest first, those without a number last', async () => {
    const series = [seriesOf('a', 1), seriesOf('b', gap), seriesOf('c', 3), seriesOf('d', infinite), seriesOf('e', 2)];
    const { rows } = await rowsOf(series, { promql: 'up' });
    expect(rows.map(([, value]) => value)).toEqual(['∞', '3', '2', '1', 'no value']);
  });

  it('over a while are the least, the mean, the most and the last of those there are', async () => {
    const series = [seriesOf('empty', gap, gap), seriesOf('a', 1, gap, 3), seriesOf('b', 9, 5, 4)];
    const { rows } = await rowsOf(series, { promql: 'up', range: '1h' });
    expect(rows.map(([, ...values]) => values)).toEqual([
      ['4', '6', '9', '4'],
      ['1', '2', '3', '3'],
      ['no value', 'no value', 'no value', 'no value'],
    ]);
  });

  it('have the unit of a watched metric that is called by its name', async () => {
    const { rows, asked } = await rowsOf([seriesOf('a', 97.3)], { promql: 'cpu' });
    expect([asked, rows[0]?.[1]]).toEqual([['cpu'], '97.3 %']);
  });

  it('are counted when they are too many to be read', async () => {
    const { rows, notes } = await rowsOf(
      Array.from({ length: 25 }, (_, at) => seriesOf(`h${at}`, at)),
      { promql: 'up' },
    );
    expect([rows.length, rows[0]?.[1], notes[0]]).toEqual([20, '24', expect.stringContaining('the first 20 of 25')]);
  });
});
