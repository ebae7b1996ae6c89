import type { Forecaster } from '../../src/core/forecaster.ts';
import { createChooser } from '../../src/forecast/choose.ts';
import { dayMs, type NamedSeries } from './series.ts';

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
  /** The mean distance of two plain guesses: as it was last, and as it was a day before. */
  readonly asNow: number;
  readonly asYesterday: number;
};

export type HoldOptions = {
  readonly forecasters: readonly [Forecaster, ...Forecaster[]];
  readonly steps: number;
  /** How many times a part of the series is held back, somewhere after the first 60 % of it. */
  readonly times: number;
};

/** Histories are no longer in the bot. */
const mostRows = 4_032;

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
    const first = Math.max(0, cut - mostRows);
    const history = { from: from + first * stepMs, stepMs, values: values.subarray(first, cut) };
    const fit = createChooser({ forecasters, steps }).fit(history, bounds);
    if (fit.kind !== 'fitted') return [];
    const { expected, lower, upper } = fit.forecaster.forecast(steps);
    const came = values.subarray(cut, cut + steps);
    const seen = came.filter((value) => !Number.isNaN(value)).length;
    if (seen === 0) return [];
    const share = (of: (value: number, step: number) => boolean): number => came.filter(of).length / seen;
    const below = share((value, step) => value < (lower[step] ?? value));
    const above = share((value, step) => value > (upper[step] ?? value));
    const known = values.subarray(0, cut);
    const perDay = Math.round(dayMs / stepMs);
    const last = known.findLast((value) => !Number.isNaN(value)) ?? Number.NaN;
    return [
      {
        name: fit.forecaster.name,
        below,
        inside: 1 - below - above,
        above,
        error: distance(came, (step) => expected[step] ?? Number.NaN),
        promised: fit.forecaster.contenders[0]?.error ?? Number.NaN,
        asNow: distance(came, () => last),
        asYesterday: distance(came, (step) => known[cut - perDay + (step % perDay)] ?? last),
      },
    ];
  });
}

/** The mean distance of a guess from what came, where something came and the guess was one. */
function distance(came: Float64Array, guess: (step: number) => number): number {
  const off = came.map((value, step) => Math.abs(value - guess(step))).filter((value) => !Number.isNaN(value));
  return mean([...off]);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
