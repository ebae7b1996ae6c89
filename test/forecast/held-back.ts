import type { Forecaster } from '../../src/core/forecaster.ts';
import { createChooser } from '../../src/forecast/choose.ts';
import type { NamedSeries } from './series.ts';

export type HeldBack = {
  /** Who made the forecast. */
  readonly name: string;
  /** Parts of what was held back, below, inside and above the band. */
  readonly below: number;
  readonly inside: number;
  readonly above: number;
  /** The mean distance from what came, and what was promised for it. */
  readonly error: number;
  readonly promised: number;
};

export type HoldOptions = {
  readonly forecasters: readonly [Forecaster, ...Forecaster[]];
  readonly steps: number;
  /** How many times a part of the series is held back, somewhere after the first 60 % of it. */
  readonly times: number;
};

/** Forecasts a series from several of its moments and compares with what came after, which no forecast has seen. */
export function holdBack(
  { series, bounds }: NamedSeries,
  { forecasters, steps, times }: HoldOptions,
): readonly HeldBack[] {
  const { from, stepMs, values } = series;
  const first = Math.round(0.6 * values.length);
  // By the golden ratio, so that they fall on all hours and days.
  const places = Array.from({ length: times }, (_, k) => ((k + 1) * 0.618_034) % 1);
  const cuts = places.map((place) => first + Math.floor((values.length - steps - first) * place));
  return cuts.flatMap((cut) => {
    const history = { from, stepMs, values: values.subarray(0, cut) };
    const fit = createChooser({ forecasters, steps }).fit(history, bounds);
    if (fit.kind !== 'fitted') return [];
    const { expected, lower, upper } = fit.forecaster.forecast(steps);
    let [below, above, seen, off] = [0, 0, 0, 0];
    values.subarray(cut, cut + steps).forEach((value, step) => {
      if (Number.isNaN(value)) return;
      seen += 1;
      off += Math.abs(value - (expected[step] ?? 0));
      if (value < (lower[step] ?? value)) below += 1;
      if (value > (upper[step] ?? value)) above += 1;
    });
    if (seen === 0) return [];
    const shares = { below: below / seen, inside: (seen - below - above) / seen, above: above / seen };
    const promised = fit.forecaster.contenders[0]?.error ?? Number.NaN;
    return [{ name: fit.forecaster.name, ...shares, error: off / seen, promised }];
  });
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
