import { describe, expect, it } from 'vitest';
import type { FitOptions } from '../../../src/core/detector.ts';
import { fitAutoregression, usualLags } from '../../../src/detection/autoregression.ts';
import { fitCatalogue } from '../../../src/detection/features/catalogue.ts';
import { fitModel, openScorer } from '../../../src/detection/fused-detector.ts';
import { forEachRow } from '../../../src/detection/rows.ts';
import { deviation, ewma, isKnown, knownOf, mean, median, slope, sum } from './by-hand.ts';
import { wildFrame, wildMetrics } from './wild.ts';

/** Eight days in few rows, so that the clock of a week is known and everything can be computed the long way. */
const stepMs = 45 * 60_000;
const rows = 256;
const wild = wildFrame(21, rows, 4);
const frame = { ...wild, times: wild.times.map((_, row) => 1_767_225_600_000 + row * stepMs) };
const options: FitOptions = { metrics: wildMetrics(4), seed: 1, alertBudgetPerDay: 1, stepMs };
const catalogue = fitCatalogue(frame, options);
const columns: (readonly number[])[] = [];
catalogue.fill(frame, (feature, column) => {
  columns[feature] = [...column];
});

const columnOf = (of: string, name: string): readonly number[] =>
  columns[catalogue.features.findIndex((feature) => feature.of === of && feature.name === name)] ?? [];

const names = ['m1', 'm2', 'm3', 'm4'];
const raw = names.map((_, at) => [...(frame.columns[at]?.values ?? [])]);
const x = names.map((name) => columnOf(name, 'value'));
function offSeason(values: readonly number[], row: number): number {
  const hourOf = (at: number): number => ((frame.times[at] ?? 0) / 3_600_000) % 24;
  const usual = (hour: number): number =>
    median(values.filter((value, at) => isKnown(value) && Math.floor(hourOf(at)) === (hour + 24) % 24));
  const place = hourOf(row) - 0.5;
  const below = Math.floor(place);
  return (values[row] ?? 0) - (usual(below) * (below + 1 - place) + usual(below + 1) * (place - below));
}

const cut = (value: number): number => Math.max(-20, Math.min(20, value));
/** The last known value of a metric up to a row. */
const carried = (metric: number, row: number): number => cut(x[metric]?.slice(0, row + 1).findLast(isKnown) ?? 0);
const isWhole = (row: number): boolean =>
  row >= usualLags && x.every((values) => values.slice(row - usualLags, row + 1).every(isKnown));
const { weights } = fitAutoregression(
  Float64Array.from({ length: rows * 4 }, (_, at) => carried(at % 4, Math.floor(at / 4))),
  4,
  Array.from({ length: rows }, (_, row) => row).filter(isWhole),
);
const residuals = x.map((values, metric) =>
  values.map((value, row) => {
    if (row < usualLags || !values.slice(row - usualLags, row + 1).every(isKnown)) return Number.NaN;
    const inputs = Array.from({ length: usualLags * 4 }, (_, at) => carried(at % 4, row - 1 - Math.floor(at / 4)));
    return cut(value) - sum([...inputs, 1].map((input, at) => input * (weights[metric * 13 + at] ?? 0)));
  }),
);

const spanRows = (ms: number): number => Math.max(12, ms / stepMs);

type ByHand = (metric: number, row: number) => number;
const of = (metric: number): readonly number[] => x[metric] ?? [];
const perMetric: Readonly<Record<string, ByHand>> = {
  ...Object.fromEntries(
    [5, 15, 60].flatMap((w): [string, ByHand][] => [
      [`mean ${w}`, (metric, row) => mean(knownOf(of(metric), row, w))],
      [`deviation ${w}`, (metric, row) => deviation(of(metric), row, w)],
      [`minimum ${w}`, (metric, row) => knownOf(of(metric), row, w).toSorted((a, b) => a - b)[0] ?? Number.NaN],
      [`maximum ${w}`, (metric, row) => knownOf(of(metric), row, w).toSorted((a, b) => b - a)[0] ?? Number.NaN],
    ]),
  ),
  ...Object.fromEntries(
    [1, 5, 15].map((d): [string, ByHand] => [
      `change ${d}`,
      (metric, row) => (of(metric)[row] ?? Number.NaN) - (of(metric)[row - d] ?? Number.NaN),
    ]),
  ),
  'slope 15': (metric, row) => slope(of(metric), row),
  'off season': (metric, row) => offSeason(of(metric), row),
  residual: (metric, row) => residuals[metric]?.[row] ?? Number.NaN,
  'unrest 10': (metric, row) => Math.log(0.001 + ewma((residuals[metric] ?? []).map(Math.abs), row, 10)),
  'unrest 30': (metric, row) => Math.log(0.001 + ewma((residuals[metric] ?? []).map(Math.abs), row, 30)),
  'drift 1 h': (metric, row) => ewma(of(metric), row, 5) - ewma(of(metric), row, spanRows(3_600_000)),
  'drift 3 h': (metric, row) => ewma(of(metric), row, 5) - ewma(of(metric), row, spanRows(3 * 3_600_000)),
};

function correlation(left: number, right: number, row: number): number {
  const both = Array.from({ length: Math.min(60, row + 1) }, (_, back) => row - back).filter(
    (at) => isKnown(of(left)[at] ?? Number.NaN) && isKnown(of(right)[at] ?? Number.NaN),
  );
  if (both.length < 15) return Number.NaN;
  const [a, b] = [left, right].map((metric) => {
    const values = both.map((at) => of(metric)[at] ?? Number.NaN);
    return values.map((value) => value - mean(values));
  });
  if (a === undefined || b === undefined) return Number.NaN;
  const product = (one: readonly number[], other: readonly number[]) =>
    mean(one.map((value, at) => value * (other[at] ?? 0)));
  return product(a, b) / Math.sqrt((product(a, a) + 0.05 ** 2) * (product(b, b) + 0.05 ** 2));
}

const middles = raw.map((values) => median(values.filter(isKnown)));
const spreads = raw.map((values, metric) => {
  const at = values.findIndex((value, row) => Math.abs(of(metric)[row] ?? 0) > 0.5 && isKnown(value));
  return ((values[at] ?? 0) - (middles[metric] ?? 0)) / (of(metric)[at] ?? 1);
});
const size = (metric: number, row: number): number =>
  Math.log(
    Math.max(0, (middles[metric] ?? 0) + (of(metric)[row] ?? Number.NaN) * (spreads[metric] ?? 0)) +
      (spreads[metric] ?? 0),
  );

function expectByHand(column: readonly number[], byHand: (row: number) => number): void {
  expect(column.length).toBe(rows);
  expect(column.filter(isKnown).length).toBeGreaterThan(rows / 3);
  column.forEach((value, row) => {
    const computed = byHand(row);
    if (isKnown(computed))
      expect(Math.abs(value - computed), `row ${row}: ${value}, by hand ${computed}`).toBeLessThan(1e-9);
    else expect(value, `row ${row}`).toBeNaN();
  });
}

describe('every feature is what its formula says', () => {
  it('a value is in spreads from the median', () => {
    for (const [metric, values] of x.entries())
      expectByHand(values, (row) => {
        const away = ((raw[metric]?.[row] ?? Number.NaN) - (middles[metric] ?? 0)) / (spreads[metric] ?? 1);
        return Math.max(-100, Math.min(100, away));
      });
  });

  it.each(Object.entries(perMetric))('%s', (name, byHand) => {
    for (const [at, metric] of names.entries()) expectByHand(columnOf(metric, name), (row) => byHand(at, row));
  });

  it.each([
    ['sin hour', Math.sin, 1],
    ['cos hour', Math.cos, 1],
    ['sin week', Math.sin, 7],
    ['cos week', Math.cos, 7],
  ])('%s', (name, wave, days) => {
    const period = days * 86_400_000;
    expectByHand(columnOf('', name), (row) => wave((2 * Math.PI * ((frame.times[row] ?? 0) % period)) / period));
  });

  it('the relations of all pairs', () => {
    for (const [right, second] of names.entries())
      for (const [left, first] of names.slice(0, right).entries()) {
        expectByHand(columnOf(`${first}, ${second}`, 'correlation 60'), (row) => correlation(left, right, row));
        expectByHand(columnOf(`${first}, ${second}`, 'log-ratio'), (row) => size(left, row) - size(right, row));
      }
  });

  it('the energies are the logarithms of what the parts of the detector say, raised to what is calm', () => {
    const outcome = fitModel(frame, options);
    if (outcome.kind !== 'fitted') throw new Error('this history should be enough');
    const scorer = openScorer(outcome.model);
    const parts: (readonly { readonly name: string; readonly score: number }[])[] = [];
    forEachRow(frame, (values, row) => {
      scorer.push(frame.times[row] ?? 0, values);
      parts[row] = scorer.parts();
    });
    const energyOf = { surprise: 'surprise', company: 'company', stir: 'stir 15', drift: 'all drift 1 h' };
    for (const [part, name] of Object.entries(energyOf)) {
      const column = columnOf('', name);
      const calm = Math.min(...column.filter(isKnown));
      column.forEach((value, row) => {
        const score = parts[row]?.find((one) => one.name === part)?.score ?? Number.NaN;
        if (isKnown(score)) expect(value).toBeCloseTo(Math.max(calm, Math.log(0.001 + score)), 5);
        else expect(value).toBeNaN();
      });
    }
  });

  it('no kind is left out', () => {
    const clocks = ['sin hour', 'cos hour', 'sin week', 'cos week'];
    const byHand = new Set(['value', ...Object.keys(perMetric), ...clocks, 'correlation 60', 'log-ratio']);
    const others = catalogue.features.filter(({ group }) => group !== 'energies');
    expect(others.filter(({ name }) => !byHand.has(name))).toEqual([]);
  });
});

describe('history that has not gone round the clock', () => {
  it('invents nothing of it: of a day for a day, of a week for a week', () => {
    const short = {
      times: frame.times.subarray(0, 24),
      columns: frame.columns.map(({ name, values }) => ({ name, values: values.subarray(0, 24) })),
    };
    const young = fitCatalogue(short, options);
    const known = new Set<string>();
    young.fill(frame, (feature, column) => {
      if (column.some(isKnown)) known.add(young.features[feature]?.name ?? '');
    });
    for (const name of ['sin hour', 'cos hour', 'sin week', 'cos week', 'off season'])
      expect(known).not.toContain(name);
    expect(known).toContain('mean 5');
  });
});
