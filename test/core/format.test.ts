import { describe, expect, it } from 'vitest';
import { formatConfidence, formatDuration, formatTime, formatValue } from '../../src/core/format.ts';

describe('numbers for people', () => {
  it.each([
    [97.312, '%', '97.3 %'],
    [100, '%', '100 %'],
    [0, '%', '0 %'],
    [0.042, 's', '42 ms'],
    [0.00012, 's', '120 µs'],
    [1.5, 's', '1.5 s'],
    [0, 's', '0 s'],
    [12_345_678, 'bytes/s', '12.3 MB/s'],
    [999, 'bytes', '999 B'],
    [999.7, 'bytes', '1 kB'],
    [-1_500, 'bytes', '-1.5 kB'],
    [12_345, '', '12345'],
    [2.71999, '', '2.72'],
    [1.5e12, '', '1.50e+12'],
    [42, 'requests', '42 requests'],
    [Number.NaN, '%', 'no value'],
    [Number.POSITIVE_INFINITY, 's', '∞'],
    [Number.NEGATIVE_INFINITY, '', '−∞'],
  ])('%d %s is "%s"', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it.each([
    [0.934, '93.4 %'],
    [0.9996, '99.9 %'],
    [1, '99.9 %'],
  ])('a confidence of %d is "%s"', (confidence, text) => {
    expect(formatConfidence(confidence)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [42_000, '42 s'],
    [185_000, '3 min 5 s'],
    [3_600_000, '1 h'],
    [7_800_000, '2 h 10 min'],
    [356_400_000, '4 d 3 h'],
    [-5, '0 ms'],
  ])('%d ms is "%s"', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('writes a moment in UTC', () => {
    expect(formatTime(Date.UTC(2026, 0, 5, 12))).toBe('2026-01-05 12:00:00 UTC');
    expect(formatTime(Number.NaN)).toBe('never');
  });
});
