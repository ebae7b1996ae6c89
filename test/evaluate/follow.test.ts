import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/core/frame.ts';
import { follow, followTest, noReason } from '../../src/evaluate/follow.ts';
import { namelessMetrics, type Series } from '../../src/evaluate/series.ts';
import { thresholdWithin } from '../../src/evaluate/threshold-within.ts';
import { valueDetector } from '../small-things.ts';

const frame = (from: number, values: readonly number[]): Frame => ({
  times: Float64Array.from(values, (_, row) => from + row),
  columns: [{ name: 'cpu', values: Float64Array.from(values) }],
});

const seriesOf = (train: readonly number[], test: readonly number[]): Series => ({
  name: 's',
  stepMs: 60_000,
  metrics: namelessMetrics(['cpu']),
  train: frame(0, train),
  test: frame(train.length, test),
  measured: Uint32Array.from(test.keys()),
  labels: new Uint8Array(test.length),
  interpretations: [],
});

describe('following the rows to judge', () => {
  it('warms the scorer on as many of the last rows of history as it asks for, then pushes every row once, in order', () => {
    const fed: string[] = [];
    const { scores } = followTest(valueDetector(10, fed), seriesOf([1, 2, 3, 4], [5, 6]), noReason);
    expect(fed).toEqual(['2:3', '3:4', '4:5', '5:6']);
    expect(scores).toEqual(Float64Array.of(5, 6));
  });

  it('has no score while the scorer still warms up, and none for a row it is blind to', () => {
    const { scores } = followTest(valueDetector(10), seriesOf([1], [5, 6, Number.NaN, 8]), noReason);
    expect(scores).toEqual(Float64Array.of(Number.NaN, 6, Number.NaN, 8));
  });

  it('asks why of the rows that are wanted only', () => {
    const { reasons } = follow(valueDetector(10).open(), frame(0, [1, 2, 3, 40, 5]), (_row, score) => score >= 10);
    expect([...reasons]).toEqual([[3, [{ metric: 'cpu', expected: 1, seen: 40, share: 1 }]]]);
  });
});

describe('the threshold of a score that has none', () => {
  const day = 24;
  const hourly = { alertBudgetPerDay: 1, stepMs: 3_600_000 };
  const quiet = (days: number): Float64Array => Float64Array.from({ length: days * day }, (_, row) => (row % 10) / 100);

  it('lets history raise as many alerts as the budget and no more', () => {
    const scores = quiet(4);
    [5, 15, 35, 55, 75].forEach((row, place) => {
      scores[row] = 10 - place;
    });
    expect(thresholdWithin(scores, hourly)).toBe(7);
    expect(thresholdWithin(scores, { ...hourly, alertBudgetPerDay: 0.5 })).toBe(9);
  });

  it('is out of reach when even the highest score comes too often', () => {
    expect(
      thresholdWithin(
        Float64Array.from({ length: 48 }, (_, row) => (row % 4 === 0 ? 1 : 0)),
        hourly,
      ),
    ).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes no notice of rows without a score', () => {
    const scores = quiet(4).map((score, row) => (row % 2 === 0 ? Number.NaN : score));
    [5, 15, 35].forEach((row, place) => {
      scores[row] = 10 - place;
    });
    expect(thresholdWithin(scores, hourly)).toBe(9);
  });
});
