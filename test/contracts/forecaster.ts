import { beforeAll, describe, expect, it } from 'vitest';
import type { Bounds, Forecast, Forecaster, TimeSeries } from '../../src/core/forecaster.ts';
import { createRandom, gaussian } from '../../src/detection/random.ts';
import { dayMs, minuteMs } from '../forecast/series.ts';

const stepMs = 15 * minuteMs;
const perDay = dayMs / stepMs;
const percent: Bounds = { lower: 0, upper: 100 };
const open: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
const from = Date.UTC(2026, 0, 5);

/** Ten days with a rhythm and some noise. */
function history(change: (value: number, row: number) => number = (value) => value): TimeSeries {
  const random = createRandom(5);
  const values = Float64Array.from({ length: 10 * perDay }, (_, row) =>
    change(50 + 8 * Math.sin((2 * Math.PI * row) / perDay) + 1.5 * gaussian(random), row),
  );
  return { from, stepMs, values };
}

/** What every forecaster keeps, whatever it is made of. */
export function forecasterContract(load: () => Forecaster | Promise<Forecaster>): void {
  let forecaster: Forecaster;
  const forecast = (series: TimeSeries, bounds = percent, steps = perDay): Forecast => {
    const fit = forecaster.fit(series, bounds);
    if (fit.kind !== 'fitted') throw new Error(`ten days are enough, and it says ${fit.kind}`);
    return fit.forecaster.forecast(steps);
  };
  const off = (one: Forecast, other: Forecast): number =>
    one.expected.reduce((sum, value, step) => sum + Math.abs(value - (other.expected[step] ?? 0)), 0) / perDay;

  describe('every forecaster', () => {
    beforeAll(async () => {
      forecaster = await load();
    });

    it('says as many steps as it is asked for, each with a band around it', () => {
      for (const steps of [1, 7, perDay]) {
        const { expected, lower, upper } = forecast(history(), percent, steps);
        expect([expected.length, lower.length, upper.length]).toEqual([steps, steps, steps]);
        expected.forEach((value, step) => {
          expect(lower[step]).toBeLessThanOrEqual(value);
          expect(upper[step]).toBeGreaterThanOrEqual(value);
        });
      }
    });

    it('stays near what the series is', () => {
      const { expected, lower, upper } = forecast(history());
      for (const value of [...expected, ...lower, ...upper]) {
        expect(value).toBeGreaterThan(30);
        expect(value).toBeLessThan(70);
      }
    });

    it('gives the same forecast for the same history, and leaves the history as it is', () => {
      const [one, other] = [history(), history()];
      expect(off(forecast(one), forecast(other))).toBeLessThan(0.02);
      expect(one).toEqual(other);
    });

    it('never leaves what a value can be', () => {
      const high = forecast(history((value) => Math.min(100, value + 46)));
      const low = forecast(history((value) => Math.max(0, value - 46)));
      for (const { expected, lower, upper } of [high, low])
        for (const value of [...expected, ...lower, ...upper]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(100);
        }
    });

    it('takes a gap for a gap and not for a zero', () => {
      const holes = history((value, row) => (row % 17 < 3 || (row > 200 && row < 260) ? Number.NaN : value));
      expect(off(forecast(holes), forecast(history()))).toBeLessThan(1.5);
    });

    it('is bent little by an incident long ago', () => {
      const incident = history((value, row) => (row > 4 * perDay && row < 4 * perDay + 10 ? 99 : value));
      expect(off(forecast(incident), forecast(history()))).toBeLessThan(1.5);
    });

    it('asks for history when there is none, and never makes it up', () => {
      for (const values of [new Float64Array(), new Float64Array(500).fill(Number.NaN)])
        expect(forecaster.fit({ from, stepMs, values }, percent)).toMatchObject({ kind: 'too little history' });
    });

    it.each<readonly [string, (value: number, row: number) => number]>([
      ['never moves', () => 12.5],
      ['is zero', () => 0],
      ['is huge', (value) => value * 1e15],
      ['is tiny', (value) => value * 1e-12],
      ['is below zero', (value) => -value],
      ['has one wild value', (value, row) => (row === 500 ? 1e12 : value)],
      ['is nearly all gaps', (value, row) => (row % 40 === 0 ? value : Number.NaN)],
      ['is a counter that is reset', (value, row) => value * (row % 300)],
      ['ends in a gap', (value, row) => (row > 9 * perDay ? Number.NaN : value)],
    ])('says something finite of a history that %s, or that it can not', (_, change) => {
      const fit = forecaster.fit(history(change), open);
      if (fit.kind !== 'fitted') return expect(fit.kind).toMatch(/^(too little history|unsuited)$/);
      const { expected, lower, upper } = fit.forecaster.forecast(20);
      for (const value of [...expected, ...lower, ...upper]) expect(Number.isFinite(value)).toBe(true);
    });
  });
}
