import { describe, expect, it } from 'vitest';
import { durationMs, longestRangeMs } from '../../src/core/duration.ts';

describe('lengths of time as Prometheus writes them', () => {
  it.each([
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['500ms', 500],
    ['soon', 0],
  ])('%s', (text, ms) => expect(durationMs(text)).toBe(ms));

  it.each([
    ['up', 0],
    ['rate(a[2m]) / rate(b[30s])', 120_000],
    ['max_over_time(rate(a[1m])[ 1h : 30s ])', 3_600_000],
    ['rate(a{path=~"/[9d]", q=\'[8d]\'}[1m])', 60_000],
  ])('the longest range of %s', (query, ms) => expect(longestRangeMs(query)).toBe(ms));
});
