import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import type { ForecastRequest } from '../../src/core/forecast.ts';
import type { MetricSource, Series } from '../../src/core/metric-source.ts';
import { forecastMetric } from '../../src/forecast/forecast-metric.ts';
import { createLastValueForecaster } from '../../src/forecast/last-value.ts';
import { hourMs } from './series.ts';

const now = Date.UTC(2026, 0, 19, 12, 0, 3);
const signal = new AbortController().signal;
const cpu: ForecastRequest = {
  query: 'cpu',
  unit: '%',
  harm: 'up',
  entityLabel: 'host',
  entity: null,
  horizonMs: 14 * 24 * hourMs,
  limit: 90,
};

/** Series of half a day, each at a level of its own: too little for a forecast, and so told at once. */
function levels(series: readonly (readonly [Series['labels'], number])[]): MetricSource {
  return {
    name: 'levels',
    instant: async () => [],
    range: async (_query, { to, stepMs }) =>
      series.map(([labels, level]) => {
        const times = Float64Array.from({ length: 48 }, (_, row) => to - (47 - row) * stepMs);
        return { labels, times, values: times.map((_, row) => (row === 5 ? Number.POSITIVE_INFINITY : level)) };
      }),
  };
}

async function entitiesOf(source: MetricSource, request: Partial<ForecastRequest> = {}, times = Number.MAX_VALUE) {
  let asked = 0;
  const hasTime = (): boolean => {
    asked += 1;
    return asked <= times;
  };
  const loadSlow = async () => createLastValueForecaster();
  const options = { source, request: { ...cpu, ...request }, now, loadSlow, hasTime };
  const { entities, leftOut } = await forecastMetric(options, signal);
  return { names: entities.map(({ entity }) => entity).toSorted(), entities, leftOut };
}

const hosts = (count: number): readonly (readonly [Series['labels'], number])[] =>
  Array.from({ length: count }, (_, place) => [{ host: `web-${place + 10}` }, place] as const);

describe('the entities of a metric', () => {
  it('are all there, and an infinite value of theirs is a gap', async () => {
    const { names, entities, leftOut } = await entitiesOf(levels(hosts(3)));
    expect([names, leftOut]).toEqual([['web-10', 'web-11', 'web-12'], 0]);
    expect(entities[0]).toMatchObject({ kind: 'too little history', knownMs: 47 * 900_000 });
  });

  it('are those that are nearest to harm when they are many, or when there is no time for more', async () => {
    expect(await entitiesOf(levels(hosts(40)))).toMatchObject({ leftOut: 10, names: { 0: 'web-20', 29: 'web-49' } });
    expect(await entitiesOf(levels(hosts(40)), { harm: 'down' })).toMatchObject({ names: { 0: 'web-10' } });
    expect(await entitiesOf(levels(hosts(5)), {}, 1)).toMatchObject({ names: ['web-13', 'web-14'], leftOut: 3 });
    expect(await entitiesOf(levels(hosts(5)), {}, 0)).toMatchObject({ names: ['web-14'], leftOut: 4 });
  });

  it.each([
    ['web-1', 'web-1:9100'],
    ['WEB-1', 'web-1:9100'],
    ['web-2:9100', 'web-2:9100'],
  ])('are found by what people call them: %s', async (entity, name) => {
    const source = levels([
      [{ host: 'web-1:9100' }, 1],
      [{ host: 'web-2:9100' }, 2],
    ]);
    expect((await entitiesOf(source, { entity })).names).toEqual([name]);
  });

  it("go by all their labels when the query is a person's own, and are found by any of them", async () => {
    const source = levels([
      [{ __name__: 'up', job: 'api' }, 1],
      [{ __name__: 'up', job: 'db' }, 2],
    ]);
    expect((await entitiesOf(source, { entityLabel: null, entity: 'db' })).names).toEqual(['up{job="db"}']);
  });

  it.each([
    ['db', 'There is no "db". There are: web-1.a, web-1.b.'],
    ['web-1', '"web-1" may be several. There are: web-1.a, web-1.b.'],
  ])('are named when "%s" is none of them, or several', async (entity, message) => {
    const source = levels([
      [{ host: 'web-1.a' }, 1],
      [{ host: 'web-1.b' }, 2],
    ]);
    await expect(entitiesOf(source, { entity })).rejects.toThrow(new UsageError(message));
  });

  it('are one series each', async () => {
    const twice = levels([
      [{ host: 'web-1', device: 'a' }, 1],
      [{ host: 'web-1', device: 'b' }, 2],
    ]);
    await expect(entitiesOf(twice)).rejects.toThrow('more than one series for host="web-1". Aggregate it');
  });
});
