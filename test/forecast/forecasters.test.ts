import { describe, expect, it } from 'vitest';
import type { Forecaster } from '../../src/core/forecaster.ts';
import { createChooser } from '../../src/forecast/choose.ts';
import { fastForecasters } from '../../src/forecast/fast-forecasters.ts';
import { createLastValueForecaster } from '../../src/forecast/last-value.ts';
import { loadProphetForecaster } from '../../src/forecast/prophet.ts';
import { createRidgeForecaster } from '../../src/forecast/ridge.ts';
import { createTypicalDayForecaster } from '../../src/forecast/typical-day.ts';
import { forecasterContract } from '../contracts/forecaster.ts';
import { dayMs, madeSeries, minuteMs } from './series.ts';

describe.each<readonly [string, () => Forecaster | Promise<Forecaster>]>([
  ['last value', createLastValueForecaster],
  ['ridge by day', () => createRidgeForecaster('day')],
  ['ridge by day and week', () => createRidgeForecaster('week')],
  ['typical day', createTypicalDayForecaster],
  ['prophet', loadProphetForecaster],
  ['the winner of a backtest', () => createChooser({ forecasters: fastForecasters(), steps: 96 })],
])('%s', (_, load) => forecasterContract(load));

const stepMs = 15 * minuteMs;
const perDay = dayMs / stepMs;

/** The mean distance from the day that follows sixteen days of a kind. */
function errorOn(kind: string, forecaster: Forecaster): number {
  const { series, bounds } = madeSeries(kind, { seed: 3, stepMs, days: 17 });
  const fit = forecaster.fit({ ...series, values: series.values.subarray(0, 16 * perDay) }, bounds);
  if (fit.kind !== 'fitted') throw new Error('sixteen days are enough');
  const { expected } = fit.forecaster.forecast(perDay);
  return expected.reduce((sum, value, k) => sum + Math.abs(value - (series.values[16 * perDay + k] ?? 0)), 0) / perDay;
}

describe('each has something that the others have not', () => {
  it.each<readonly [string, () => Forecaster, () => Forecaster]>([
    ['trend', () => createRidgeForecaster('day'), createTypicalDayForecaster],
    ['seasonal', () => createRidgeForecaster('day'), createLastValueForecaster],
    ['nightly job', createTypicalDayForecaster, () => createRidgeForecaster('day')],
    ['weekly', () => createRidgeForecaster('week'), () => createRidgeForecaster('day')],
    ['walk', createLastValueForecaster, () => createRidgeForecaster('week')],
  ])('a series of the kind "%s" is for the first of the two', (kind, better, worse) => {
    expect(errorOn(kind, better())).toBeLessThan(0.9 * errorOn(kind, worse()));
  });

  it('prophet follows a trend and a rhythm', async () => {
    expect(errorOn('trend', await loadProphetForecaster())).toBeLessThan(1.2);
  });
});
