import { type Judged, type Method, methods, type Verdict } from './judge-series.ts';

/** What the tables show, as numbers that can be averaged: `caught` is a share here. */
export type Figures = Readonly<Record<FigureName, number>>;

export const figureNames = [
  'vusPr',
  'vusRoc',
  'aucPr',
  'aucRoc',
  'f1',
  'eventF1',
  'caught',
  'falsePerDay',
  'alertPrecision',
  'medianDelayMinutes',
  'hitRate',
  'topBlame',
  'rowPrecision',
  'rowRecall',
  'rowF1',
] as const;
export type FigureName = (typeof figureNames)[number];

/** The mean over seeds and how far seeds lie apart (standard deviation; NaN for one seed). */
export type Summary = { readonly mean: Figures; readonly spread: Figures };
export type ByMethod = Readonly<Record<Method, Summary>>;

function figuresOf(verdict: Verdict): Figures {
  return { ...verdict, caught: verdict.caught / verdict.events, alertPrecision: verdict.precision };
}

/** One series over its seeds. */
export function summarise(seeds: readonly Judged[]): ByMethod {
  return byMethod((method) => summaryOf(seeds.map(({ verdicts }) => figuresOf(verdicts[method]))));
}

/** The mean over series, seed by seed, and its spread over seeds. A figure that a series does not have is left out of the mean. */
export function summariseAll(series: readonly (readonly Judged[])[]): ByMethod {
  const seeds = series[0]?.length ?? 0;
  return byMethod((method) =>
    summaryOf(
      Array.from({ length: seeds }, (_, seed) =>
        meanOf(series.flatMap((judged) => judged[seed]?.verdicts[method] ?? []).map(figuresOf)),
      ),
    ),
  );
}

function summaryOf(all: readonly Figures[]): Summary {
  return { mean: meanOf(all), spread: eachFigure((name) => deviationOf(all.map((figures) => figures[name]))) };
}

const meanOf = (all: readonly Figures[]): Figures => eachFigure((name) => mean(all.map((figures) => figures[name])));

function mean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function deviationOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length < 2) return Number.NaN;
  const center = mean(known);
  return Math.sqrt(known.reduce((sum, value) => sum + (value - center) ** 2, 0) / (known.length - 1));
}

const eachFigure = (of: (name: FigureName) => number): Figures =>
  Object.fromEntries(figureNames.map((name) => [name, of(name)])) as Record<FigureName, number>;

const byMethod = (of: (method: Method) => Summary): ByMethod =>
  Object.fromEntries(methods.map((method) => [method, of(method)])) as Record<Method, Summary>;
