import { describe, expect, it } from 'vitest';
import { markLabels, marksOf, valueRange } from '../../src/charts/value-range.ts';

describe('the marks of a value axis', () => {
  it.each([
    ['%', 35, 99, ['0 %', '25 %', '50 %', '75 %', '100 %']],
    ['%', 58.7, 95, ['50 %', '60 %', '70 %', '80 %', '90 %', '100 %']],
    ['s', 0.092, 0.549, ['0 s', '200 ms', '400 ms', '600 ms']],
    ['bytes/s', 1.1e6, 5.3e6, ['0 B/s', '2 MB/s', '4 MB/s', '6 MB/s']],
    ['', -3, 4, ['-4', '-2', '0', '2', '4']],
    ['', -9, -1, ['-10', '-7.5', '-5', '-2.5', '0']],
    ['', 5, 5, ['0', '2', '4', '6', '8']],
    ['', 0, 0, ['0', '0.5', '1']],
    ['', 7, 3, ['0', '2', '4', '6', '8']],
  ])('in "%s" from %d to %d are %j', (unit, low, high, labels) => {
    expect(markLabels(valueRange(low, high, 4), unit)).toEqual(labels);
  });

  it('have as many digits as tell them apart', () => {
    expect(markLabels(valueRange(1_000.01, 1_000.02, 2), 'requests')).toEqual([
      '1000.01 requests',
      '1000.015 requests',
      '1000.02 requests',
    ]);
    const years = markLabels(valueRange(1_767_614_400, 1_767_614_460, 3), 's');
    expect(new Set(years).size).toBe(years.length);
  });

  it.each([
    [1e300, 1e300],
    [-1.7e308, 1.7e308],
    [0, Number.MAX_VALUE],
    [0, Number.MIN_VALUE],
    [1, 1 + Number.EPSILON],
    [1e-300, 2e-300],
    [123_456_789.1, 123_456_789.2],
    [-1e9, 1e-9],
  ])('from %d to %d are finite, few, rise and hold both', (low, high) => {
    const range = valueRange(low, high, 4);
    const marks = marksOf(range);
    expect(marks.every(Number.isFinite)).toBe(true);
    expect(marks.length).toBeGreaterThanOrEqual(2);
    expect(marks.length).toBeLessThanOrEqual(7);
    expect(marks.every((mark, at) => at === 0 || mark > (marks[at - 1] ?? mark))).toBe(true);
    // What is a billionth part of the spread away touches the last mark.
    const near = (high / 2 - low / 2) * 2e-9;
    expect(range.min).toBeLessThanOrEqual(Math.max(low, -4e307) + near);
    expect(range.max).toBeGreaterThanOrEqual(Math.min(high, 4e307) - near);
    expect(marks.at(-1)).toBe(range.max);
  });
});
