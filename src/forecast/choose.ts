import type { Contender } from '../core/forecast.ts';
import type { Bounds, FittedForecaster, Forecaster, ForecasterFit, TimeSeries } from '../core/forecaster.ts';
import { originsOf, type RollingTest, testAt } from './backtest.ts';
import { calibrated } from './calibrate.ts';
import { samplePaths } from './paths.ts';

/** The winner of a series, with its band calibrated. */
export type ChosenForecaster = FittedForecaster & {
  /** Everyone who ran to the end, the winner first. */
  readonly contenders: readonly Contender[];
  /** Ways in which it may go on, as many as there were tests. */
  paths(steps: number): readonly Float64Array[];
};

export type ChoiceFit =
  | { readonly kind: 'fitted'; readonly forecaster: ChosenForecaster }
  | Exclude<ForecasterFit, { readonly kind: 'fitted' }>;

export type Chooser = { readonly name: string; fit(history: TimeSeries, bounds: Bounds): ChoiceFit };

export type ChooserOptions = {
  /** The first is the baseline: it can be fitted to any history that is long enough. */
  readonly forecasters: readonly [Forecaster, ...Forecaster[]];
  readonly steps: number;
};

/** History that is needed: so many horizons, and so many rows. */
const [neededHorizons, fewestRows] = [2, 36];
/** Everybody runs in every fourth test; who is so far behind the best there does not run in the others. */
const [heat, hopeless] = [4, 1.15];
/** Who could not be fitted in so large a part of the tests is no contender. */
const fewestTests = 0.5;

/**
 * A forecaster out of several: a series is given to whoever came nearest to what happened in a rolling-origin backtest over the
 * horizon (Tashman 2000), by its mean absolute error relative to the baseline's in the same tests.
 */
export function createChooser({ forecasters, steps }: ChooserOptions): Chooser {
  return {
    name: 'backtest',
    fit(given, bounds) {
      const history = withoutLeadingGaps(given);
      const rows = history.values.filter((value) => !Number.isNaN(value)).length;
      const needed = Math.max(fewestRows, neededHorizons * steps);
      if (rows < needed) return { kind: 'too little history', rows, needed };
      const ranked = race(forecasters, originsOf(history.values.length, steps), (forecaster, origin) =>
        testAt(origin, forecaster, history, bounds, steps),
      );
      const contenders = ranked.map(({ forecaster, tests, error, behind }) => {
        return { name: forecaster.name, error, tests: tests.length, behind };
      });
      for (const { forecaster, tests } of ranked) {
        const fit = forecaster.fit(history, bounds);
        if (fit.kind !== 'fitted') continue;
        const paths = (count: number) => samplePaths(fit.forecaster.forecast(count), tests, bounds);
        return {
          kind: 'fitted',
          forecaster: { ...calibrated(fit.forecaster, tests, bounds), contenders, paths },
        };
      }
      return { kind: 'unsuited', because: 'there are too many gaps in its history' };
    },
  };
}

function withoutLeadingGaps({ from, stepMs, values }: TimeSeries): TimeSeries {
  const first = values.findIndex((value) => !Number.isNaN(value));
  return first <= 0
    ? { from, stepMs, values }
    : { from: from + first * stepMs, stepMs, values: values.subarray(first) };
}

type Run = { readonly forecaster: Forecaster; readonly tests: readonly RollingTest[] };
type Ranked = Run & { readonly error: number; readonly behind: number };

/** Runs the tests, sparing the costly for those who have a chance, and gives those who were tested enough, the best first. */
function race(
  forecasters: ChooserOptions['forecasters'],
  origins: readonly number[],
  test: (forecaster: Forecaster, origin: number) => RollingTest | null,
): readonly Ranked[] {
  const run = (forecaster: Forecaster, at: readonly number[]) => at.flatMap((origin) => test(forecaster, origin) ?? []);
  const first = origins.filter((_, place) => place % heat === heat - 1);
  const rest = origins.filter((_, place) => place % heat !== heat - 1);
  const heats = forecasters.map((forecaster) => ({ forecaster, tests: run(forecaster, first) }));
  const hopeful = inOrder(heats, first.length).filter(({ behind }) => behind <= hopeless);
  const isIn = (forecaster: Forecaster): boolean =>
    forecaster === forecasters[0] || hopeful.some((one) => one.forecaster === forecaster);
  const finals = heats
    .filter(({ forecaster }) => isIn(forecaster))
    .map(({ forecaster, tests }) => ({
      forecaster,
      tests: [...tests, ...run(forecaster, rest)].toSorted((a, b) => a.origin - b.origin),
    }));
  return inOrder(finals, origins.length);
}

/** Those who were tested often enough, the best first; `behind` is 1 for the best. The first of the runs is the baseline's. */
function inOrder(runs: readonly Run[], tests: number): readonly Ranked[] {
  const baseline = new Map(runs[0]?.tests.map((test) => [test.origin, test.error]));
  const ranked = runs
    .filter((one) => one.tests.length > 0 && one.tests.length >= fewestTests * tests)
    .map((one) => {
      const own = one.tests.reduce((sum, test) => sum + test.error, 0);
      const theirs = one.tests.reduce((sum, test) => sum + (baseline.get(test.origin) ?? 0), 0);
      return { ...one, error: own / one.tests.length, score: ratio(own, theirs) };
    })
    .toSorted((a, b) => a.score - b.score);
  const best = ranked[0]?.score ?? 1;
  return ranked.map(({ score, ...one }) => ({ ...one, behind: ratio(score, best) }));
}

/** One of something perfect by something perfect. */
function ratio(own: number, other: number): number {
  return own === other ? 1 : own / other;
}
