import { describe, expect, it } from 'vitest';
import { fitThreshold, outstandingFrom } from '../../src/detection/threshold.ts';

const minute = 60_000;
const days = 10;
const rows = days * 1_440;

/** Ten days of calm minutes with so many bursts of a score in them, spread evenly. */
function history(bursts: number, score: number): Float64Array {
  const scores = new Float64Array(rows).fill(1);
  for (let burst = 0; burst < bursts; burst += 1)
    scores.fill(score, burst * Math.floor(rows / bursts), burst * Math.floor(rows / bursts) + 5);
  return scores;
}
const thresholdOf = (all: Float64Array, alertBudgetPerDay = 1) =>
  fitThreshold({ all, normal: all }, { alertBudgetPerDay, stepMs: minute });

describe('the threshold', () => {
  const outstanding = outstandingFrom(history(0, 0));

  it.each([
    { story: 'lies below what the budget affords', bursts: days, score: 3, from: 1, to: 3 },
    { story: 'is lifted by what comes more often', bursts: days + 1, score: 3, from: 3, to: 3 },
    {
      story: 'is not lifted out of sight by incidents in history',
      bursts: 2 * days,
      score: 9,
      from: outstanding,
      to: outstanding,
    },
    { story: 'is lifted by what stands out as often as a habit', bursts: 2 * days + 1, score: 9, from: 9, to: 9 },
  ])('$story', ({ bursts, score, from, to }) => {
    const threshold = thresholdOf(history(bursts, score));
    expect(threshold).toBeGreaterThanOrEqual(from);
    expect(threshold).toBeLessThanOrEqual(to);
  });

  it('asks the tail where history holds no three alerts of the budget, and lets only normal rows count', () => {
    const all = history(2, 9);
    const normal = all.map((score) => (score === 9 ? Number.NaN : score));
    expect(fitThreshold({ all, normal }, { alertBudgetPerDay: 0.1, stepMs: minute })).toBeCloseTo(
      Math.log10(14_400),
      9,
    );
  });
});
