import { describe, expect, it } from 'vitest';
import { expectedBand } from '../../src/forecast/expected-band.ts';
import { fastForecasters } from '../../src/forecast/fast-forecasters.ts';
import { firstPassage } from '../../src/forecast/first-passage.ts';
import { planOf } from '../../src/forecast/plan.ts';
import { piecesOf } from '../../src/metrics/prometheus.ts';
import { crossing } from './crossings.ts';
import { holdBack, mean } from './held-back.ts';
import { dayMs, hourMs, kinds, madeSeries, minuteMs } from './series.ts';

const stepMs = 30 * minuteMs;

describe('a band', () => {
  it('holds 80 % of what comes, on series of many kinds that no forecast has seen', () => {
    const found = Object.keys(kinds).flatMap((kind) =>
      holdBack(madeSeries(kind, { seed: 1, stepMs: hourMs, days: 21, gaps: kind === 'trend' }), {
        forecasters: fastForecasters(),
        steps: 24,
        times: 5,
      }),
    );
    expect(found.length).toBeGreaterThan(50);
    const inside = mean(found.map((one) => one.inside));
    expect(inside).toBeGreaterThan(0.75);
    expect(inside).toBeLessThan(0.86);
  }, 60_000);

  it('of time holds the true moment of reaching a limit about as often', () => {
    const found = Array.from({ length: 24 }, (_, place) => crossing(100 + place));
    const held = found.filter((one) => one.held).length / found.length;
    expect(held).toBeGreaterThan(0.65);
  }, 60_000);
});

describe('what was to be expected over a while', () => {
  const { series, bounds } = madeSeries('seasonal', { seed: 5, stepMs, days: 8 });
  const window = 12;

  it('knows nothing of that while', () => {
    const broken = { ...series, values: series.values.map((value, row) => (row >= 8 * 48 - window ? 99 : value)) };
    const [calm, upset] = [series, broken].map((history) => expectedBand({ history, window, bounds }));
    expect(calm?.kind).toBe('band');
    expect(upset).toEqual(calm);
  });

  it('stands on the rows of that while', () => {
    const found = expectedBand({ history: series, window, bounds });
    if (found.kind !== 'band') throw new Error('eight days are enough');
    expect(found.band.from).toBe(series.from + (8 * 48 - window) * stepMs);
    const off = found.band.expected.map((value, row) => Math.abs(value - (series.values[8 * 48 - window + row] ?? 0)));
    expect(mean([...off])).toBeLessThan(4);
  });

  it('is not said without history', () => {
    const young = { ...series, values: series.values.subarray(0, 30) };
    expect(expectedBand({ history: young, window, bounds })).toMatchObject({ kind: 'too little history' });
  });
});

describe('the first time', () => {
  const paths = (firsts: readonly number[]): readonly Float64Array[] =>
    firsts.map((first) => Float64Array.from({ length: 50 }, (_, step) => (step + 1 >= first ? 1 : 0)));
  const isThere = (value: number): boolean => value === 1;

  it.each([
    ['nine of nine', [1, 2, 3, 4, 5, 6, 7, 8, 9], { early: 1, middle: 5, late: 9, chance: 1 }],
    ['some never', [1, 2, 3, 4, 5, 6, 7, 99, 99], { early: 1, middle: 5, late: null, chance: 7 / 9 }],
    ['most never', [8, 9, 99, 99, 99, 99, 99, 99, 99], { early: 8, middle: null, late: null, chance: 2 / 9 }],
    ['never', [99, 99, 99], { early: null, middle: null, late: null, chance: 0 }],
  ])('is told from the paths that get there: %s', (_, firsts, passage) => {
    expect(firstPassage(paths(firsts), isThere)).toEqual(passage);
  });
});

describe('the history that is asked for', () => {
  it.each([1, 6, 24, 7 * 24, 14 * 24])('is one query over at least two horizons for %i hours', (hours) => {
    const range = planOf(hours * hourMs, Date.UTC(2026, 0, 5, 12, 3));
    expect(piecesOf(range)).toHaveLength(1);
    expect(range.to - range.from).toBeGreaterThan(Math.max(2 * hours * hourMs, 13 * dayMs));
    expect(range.to % range.stepMs).toBe(0);
  });
});
