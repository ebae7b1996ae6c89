import type { Forecaster } from '../core/forecaster.ts';
import { createLastValueForecaster } from './last-value.ts';
import { createRidgeForecaster } from './ridge.ts';
import { createTypicalDayForecaster } from './typical-day.ts';

/** Those that fit in some milliseconds, the baseline first. */
export function fastForecasters(): readonly [Forecaster, ...Forecaster[]] {
  return [
    createLastValueForecaster(),
    createRidgeForecaster('day'),
    createRidgeForecaster('week'),
    createTypicalDayForecaster(),
  ];
}
