import { describe, expect, it } from 'vitest';
import { createConverse } from '../../src/converse.ts';
import type { EntityForecast, ForecastReport, ForecastRequest, LimitOutlook } from '../../src/core/forecast.ts';
import { silentLog } from '../../src/core/log.ts';
import { noStanding } from '../../src/core/person.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { Watch } from '../../src/core/watch.ts';
import { oneMetric, quietRecord, quietTelemetry } from '../small-things.ts';
import { commandBench, noon } from './list.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const signal = AbortSignal.timeout(60_000);
const hosts: Watch = {
  ...oneMetric,
  metrics: [
    { name: 'cpu', query: 'cpu_query', unit: '%', harm: 'up' },
    { name: 'free', query: 'free_query', unit: '%', harm: 'down' },
    { name: 'network', query: 'network_query', unit: 'bytes/s', harm: 'both' },
  ],
};

function forecastOf(entity: string, limit: LimitOutlook | null): EntityForecast {
  const level = (value: number): Float64Array => new Float64Array(72).fill(value);
  return {
    kind: 'forecast',
    entity,
    seen: 71.5,
    seenAt: noon,
    recent: Float64Array.of(70, Number.NaN, 71.5),
    band: { from: noon + 5 * minuteMs, stepMs: 5 * minuteMs, expected: level(80), lower: level(75), upper: level(85) },
    contenders: [
      { name: 'ridge (day)', error: 2.13, tests: 20, behind: 1 },
      { name: 'prophet', error: 2.3, tests: 20, behind: 1.08 },
      { name: 'last value', error: 6, tests: 20, behind: 2.8 },
    ],
    limit,
  };
}

const reaches: LimitOutlook = {
  kind: 'reaches',
  moment: { at: noon + 140 * minuteMs, from: noon + 65 * minuteMs, to: noon + 280 * minuteMs },
  chance: 0.95,
};

/** What is shown to somebody who types a line, when these entities are what comes of it; and what was asked for. */
async function say(line: string, entities: readonly EntityForecast[] = [], leftOut = 0) {
  const asked: ForecastRequest[] = [];
  const report: ForecastReport = { now: noon, stepMs: 5 * minuteMs, historyMs: 14 * 24 * hourMs, entities, leftOut };
  const { commands } = commandBench(
    {},
    {
      watches: [hosts],
      forecast: async (request) => {
        asked.push(request);
        return report;
      },
    },
  );
  const conversation = createConverse({
    commands,
    roleOf: () => 'viewer',
    record: quietRecord,
    telemetry: quietTelemetry,
    now: () => noon,
    log: silentLog,
  });
  const shown: Reply[] = [];
  const person = { platform: 'slack', id: 'U1', name: 'Ada' };
  const at = { platform: 'slack', channel: 'C1', thread: null };
  const event = {
    id: line,
    person,
    standing: noStanding,
    at,
    via: 'slash',
    request: { kind: 'line', text: line },
  } as const;
  await conversation.handle(event, async (reply) => void shown.push(reply), signal);
  return { asked: asked[0], shown, last: shown.at(-1), text: JSON.stringify(shown.at(-1)) };
}

describe('what is asked for', () => {
  it.each<readonly [string, Partial<ForecastRequest>]>([
    ['forecast cpu', { query: 'cpu_query', unit: '%', entity: null, horizonMs: 6 * hourMs, limit: 90, harm: 'up' }],
    ['forecast hosts.cpu', { query: 'cpu_query', entityLabel: 'host' }],
    ['forecast cpu web-1 24h 95', { entity: 'web-1', horizonMs: 24 * hourMs, limit: 95 }],
    ['forecast cpu 95% 2d', { entity: null, horizonMs: 48 * hourMs, limit: 95 }],
    ['forecast free', { limit: 10, harm: 'down' }],
    ['forecast network', { unit: 'bytes/s', limit: null }],
    [
      'forecast "sum(rate(x[5m]))" --limit 1000',
      { query: 'sum(rate(x[5m]))', entityLabel: null, unit: '', limit: 1_000 },
    ],
  ])('by "%s"', async (line, request) => {
    expect((await say(line, [forecastOf('web-1', null)])).asked).toMatchObject(request);
  });

  it.each([
    ['forecast', '<metric> is missing'],
    ['forecast cpu 10m', 'The horizon is between 1h and 14d.'],
    ['forecast cpu --horizon soon', 'The horizon is a length of time such as 6h, 24h or 7d.'],
    ['forecast cpu --limit high', "The limit is a number in the metric's unit"],
    [
      'forecast cup',
      'Nothing matches \\"cup\\": there is no such series, and nothing to forecast. Did you mean \\"cpu\\"?',
    ],
  ])('is told what is wrong with it: "%s"', async (line, words) => {
    expect((await say(line)).text).toContain(words);
  });
});

describe('what is said', () => {
  it('is at once that it works, and then the answer in the same place', async () => {
    const { shown } = await say('forecast cpu web-1', [forecastOf('web-1', reaches)]);
    expect(shown).toHaveLength(2);
    expect(shown[0]?.summary).toContain('Reading the history of cpu of web-1');
  });

  it.each<readonly [string, string, LimitOutlook | null, string]>([
    [
      'that it reaches its limit',
      'cpu',
      reaches,
      'cpu of web-1 reaches 90 % at 14:20 UTC, between 13:05 and 16:40 UTC (80 %).',
    ],
    [
      'that it may be later than anybody looked',
      'cpu',
      { ...reaches, moment: { ...reaches.moment, to: null } },
      'cpu of web-1 reaches 90 % at 14:20 UTC, not before 13:05 UTC and perhaps not within 6h (80 %).',
    ],
    [
      'that the day turns before',
      'cpu',
      { ...reaches, moment: { at: noon + 13 * hourMs, from: noon + hourMs, to: noon + 14 * hourMs } },
      'cpu of web-1 reaches 90 % at 2026-01-06 01:00 UTC, between 13:00 and 2026-01-06 02:00 UTC (80 %).',
    ],
    ['that it does not', 'cpu', { kind: 'stays clear', chance: 0 }, 'cpu of web-1 does not reach 90 % within 6h.'],
    [
      'that it hardly does',
      'cpu',
      { kind: 'stays clear', chance: 0.15 },
      'cpu of web-1 does not reach 90 % within 6h (chance 15 %).',
    ],
    [
      'that it is there already',
      'cpu',
      { kind: 'is beyond', back: null },
      'cpu of web-1 is at or above 90 % already (71.5 %) and does not leave it within 6h.',
    ],
    [
      'that a floor is reached',
      'free',
      reaches,
      'free of web-1 falls to 10 % at 14:20 UTC, between 13:05 and 16:40 UTC (80 %).',
    ],
    [
      'what it will be when there is no limit',
      'network',
      null,
      'network of web-1 is expected at 80 B/s, between 75 B/s and 85 B/s (80 %) in 6h.',
    ],
  ])('%s', async (_what, metric, limit, sentence) => {
    const { last } = await say(`forecast ${metric} web-1`, [forecastOf('web-1', limit)]);
    expect(last?.summary).toBe(sentence);
  });

  it('names who made the forecast, how far off it was before, and who was worse', async () => {
    const { text } = await say('forecast cpu web-1', [forecastOf('web-1', reaches)]);
    expect(text).toContain('ridge (day), typically off by 2.13 % over 6h in 20 rolling tests');
    expect(text).toContain('prophet by 8 %, last value by 180 %');
    expect(text).toContain('up to 14 d of history in steps of 5 min until 2026-01-05 12:00:00 UTC');
    expect(text).toContain('simulated cluster');
  });

  it.each<readonly [EntityForecast, string]>([
    [
      { kind: 'too little history', entity: 'web-3', knownMs: 5 * hourMs, neededMs: 12 * hourMs },
      'cpu of web-3 has 5 h of history and needs 7 h more for a forecast over 6h',
    ],
    [{ kind: 'silent', entity: 'web-3', lastSeen: noon - hourMs }, 'cpu of web-3 has had no value since 11:00 UTC'],
    [
      { kind: 'unsuited', entity: 'web-3', because: 'there are too many gaps in its history' },
      'cpu of web-3 can not be forecast: there are too many gaps in its history',
    ],
  ])('is why there is no forecast, of one and among others', async (without, words) => {
    expect((await say('forecast cpu web-3', [without])).last?.summary).toBe(`${words}.`);
    const { last, text } = await say('forecast cpu', [forecastOf('web-1', reaches), without], 3);
    expect(last?.summary).toMatch(/^cpu of web-1 reaches 90 %/);
    expect(text).toContain(words);
    expect(text).toContain('3 entities that are further from harm were left out');
  });

  it('is that none of several reaches the limit', async () => {
    const calm = ['web-1', 'web-2'].map((entity) => forecastOf(entity, { kind: 'stays clear', chance: 0 }));
    const { last } = await say('forecast cpu', calm);
    expect(last?.summary).toBe('cpu reaches 90 % within 6h on none of 2 entities.');
    expect(last?.blocks[0]).toMatchObject({ kind: 'heading', tone: 'good' });
  });
});

describe('the picture of a forecast', () => {
  it('shows what was seen, the band behind it, and the limit', async () => {
    const { last } = await say('forecast cpu web-1', [forecastOf('web-1', reaches)]);
    const charts = last?.blocks.flatMap((block) => (block.kind === 'chart' ? [block.chart] : [])) ?? [];
    expect(charts).toHaveLength(1);
    const [panel] = charts[0]?.panels ?? [];
    expect(charts[0]?.title).toBe('cpu of web-1, 6h ahead');
    expect(panel?.times).toHaveLength(75);
    expect(panel?.times.slice(0, 4)).toEqual([-10, -5, 0, 5].map((minutes) => noon + minutes * minuteMs));
    expect(panel?.values.slice(0, 4)).toEqual([70, null, 71.5, null]);
    expect(panel?.expected.slice(0, 4)).toEqual([null, null, null, 80]);
    expect([panel?.lower.at(-1), panel?.upper.at(-1)]).toEqual([75, 85]);
    expect(panel?.limits).toEqual([{ value: 90, label: 'limit 90 %' }]);
  });

  it('is not made of several entities at once', async () => {
    const { last } = await say('forecast cpu', [forecastOf('web-1', null), forecastOf('web-2', null)]);
    expect(last?.blocks.some(({ kind }) => kind === 'chart')).toBe(false);
  });
});
