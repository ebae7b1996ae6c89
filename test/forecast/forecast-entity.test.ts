import { describe, expect, it } from 'vitest';
import type { EntityForecast, ForecastRequest } from '../../src/core/forecast.ts';
import { createRandom, gaussian } from '../../src/detection/random.ts';
import { fastForecasters } from '../../src/forecast/fast-forecasters.ts';
import { forecastEntity } from '../../src/forecast/forecast-entity.ts';
import { dayMs, hourMs, minuteMs } from './series.ts';

const stepMs = 15 * minuteMs;
const perDay = dayMs / stepMs;
const from = Date.UTC(2026, 0, 5);
const usual = { unit: '%', harm: 'up', limit: 90, horizonMs: 6 * hourMs } as const;
type Asked = Partial<Pick<ForecastRequest, 'unit' | 'harm' | 'limit' | 'horizonMs'>>;

/** What is said after so many days of a value that goes by the day it is at, and some noise. */
function saidAfter(days: number, value: (day: number) => number, asked: Asked = {}): EntityForecast {
  const random = createRandom(4);
  const values = Float64Array.from(
    { length: Math.round(days * perDay) },
    (_, row) => value(row / perDay) + 0.3 * gaussian(random),
  );
  const request = { ...usual, ...asked };
  return forecastEntity({
    entity: 'web-1',
    history: { from, stepMs, values },
    request,
    forecasters: fastForecasters(),
  });
}

function forecast(...given: Parameters<typeof saidAfter>): Extract<EntityForecast, { kind: 'forecast' }> {
  const said = saidAfter(...given);
  if (said.kind !== 'forecast') throw new Error(`a forecast, and not "${said.kind}"`);
  return said;
}

const wave = (day: number): number => Math.sin(2 * Math.PI * day);

describe('a series and its limit', () => {
  it('reaches it when the line through it does, in an interval that holds that moment', () => {
    // 90 is reached two hours after the end of the seventh day.
    const { limit } = forecast(7, (day) => 90 + 6 * (day - 7) - 0.5);
    if (limit?.kind !== 'reaches') throw new Error('it climbs a quarter of a point an hour');
    const now = from + 7 * dayMs - stepMs;
    expect(limit.moment.at).toBeGreaterThan(now);
    expect(limit.moment.from).toBeLessThanOrEqual(limit.moment.at);
    expect(limit.moment.from).toBeLessThan(now + 2.5 * hourMs);
    expect(limit.moment.to ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now + hourMs);
    expect(limit.chance).toBeGreaterThan(0.8);
  });

  it('stays clear of it when nothing points there', () => {
    expect(forecast(7, (day) => 40 + 5 * wave(day)).limit).toEqual({ kind: 'stays clear', chance: 0 });
  });

  it('is beyond it already, and comes back with its rhythm', () => {
    // Above 90 for half of each day, and at its height when history ends.
    const { limit } = forecast(7.25, (day) => 90 + 8 * wave(day), { horizonMs: 12 * hourMs });
    if (limit?.kind !== 'is beyond' || limit.back === null) throw new Error('it is at 98 and comes back');
    const hours = (limit.back.at - (from + 7.25 * dayMs)) / hourMs;
    expect(hours).toBeGreaterThan(4.5);
    expect(hours).toBeLessThan(7.5);
  });

  it('is a floor for what harms by being low', () => {
    const free = (day: number): number => 11 - 4 * (day - 7);
    expect(forecast(7, free, { harm: 'down', limit: 10, horizonMs: 12 * hourMs }).limit?.kind).toBe('reaches');
    expect(forecast(7, free, { harm: 'up', limit: 20, horizonMs: 12 * hourMs }).limit?.kind).toBe('stays clear');
  });
});

describe('what a series is', () => {
  it('goes on as it went, and its forecast is named with its error', () => {
    const { contenders, band, seenAt } = forecast(10, (day) => 40 + 10 * wave(day));
    expect(contenders[0]).toMatchObject({ name: expect.stringMatching(/^ridge/), behind: 1, tests: 20 });
    expect(contenders[0]?.error).toBeLessThan(0.5);
    expect(contenders.map(({ behind }) => behind)).toEqual(contenders.map(({ behind }) => behind).toSorted());
    expect(band.from).toBe(seenAt + stepMs);
    expect(band.expected).toHaveLength(24);
  });

  it('is given to the naive forecast when that is as good as it gets', () => {
    const random = createRandom(9);
    let level = 0;
    const steps = Float64Array.from({ length: 8 * perDay }, () => {
      level += gaussian(random);
      return level;
    });
    const wander = (day: number): number => 500 + 20 * (steps[Math.round(day * perDay)] ?? 0);
    expect(forecast(8, wander, { unit: 'bytes', limit: null }).contenders[0]?.name).toBe('last value');
  });

  it('has no daily rhythm before its second day is over', () => {
    const names = (days: number): readonly string[] =>
      forecast(days, (day) => 40 + 10 * wave(day), { horizonMs: 2 * hourMs }).contenders.map(({ name }) => name);
    expect(names(1.5)).not.toContain('typical day');
    expect(names(6)[0]).toMatch(/day/);
  });

  it('says how much history is missing', () => {
    expect(saidAfter(0.25, () => 40)).toEqual({
      kind: 'too little history',
      entity: 'web-1',
      knownMs: 6 * hourMs,
      neededMs: 12 * hourMs,
    });
    expect(saidAfter(10, () => 40, { horizonMs: 7 * dayMs })).toMatchObject({ kind: 'too little history' });
  });

  it('is silent when its last values are missing, and only then', () => {
    const ending = (at: number) => (day: number) => (day >= at ? Number.NaN : 40);
    expect(saidAfter(5, ending(4.5))).toEqual({
      kind: 'silent',
      entity: 'web-1',
      lastSeen: from + 4.5 * dayMs - stepMs,
    });
    expect(saidAfter(5, ending(5 - 2 / perDay)).kind).toBe('forecast');
  });

  it.each<readonly [string, (day: number) => number]>([
    ['has holes', (day) => (day % 1 > 0.4 && day % 1 < 0.6 ? Number.NaN : 40 + 10 * wave(day))],
    ['is a counter that is reset', (day) => 1_000 * (day % 1.3)],
    ['never moves', () => 12],
    ['is below zero', (day) => -40 + 10 * wave(day)],
  ])('has a finite forecast in its band although it %s', (_, value) => {
    const { band } = forecast(7, value, { unit: '', limit: null });
    band.expected.forEach((expected, step) => {
      expect(Number.isFinite(expected)).toBe(true);
      expect(band.lower[step]).toBeLessThanOrEqual(expected);
      expect(band.upper[step]).toBeGreaterThanOrEqual(expected);
    });
  });

  it('is a percentage between 0 and 100, unless it went beyond', () => {
    const full = (day: number): number => Math.min(99.5, 97 + 4 * wave(day));
    expect(Math.max(...forecast(7, full).band.upper)).toBeLessThanOrEqual(100);
    const ofEightCores = (day: number): number => 400 + 300 * wave(day);
    expect(Math.max(...forecast(7.1, ofEightCores).band.upper)).toBeGreaterThan(100);
    const idle = (day: number): number => Math.max(1, 2 + 2 * wave(day));
    expect(Math.min(...forecast(7, idle).band.lower)).toBeGreaterThanOrEqual(0);
  });
});
