import { describe, expect, it } from 'vitest';
import { createRandom, gaussian } from '../../src/detection/random.ts';
import { fitByTheHour } from '../../src/evaluate/by-the-hour.ts';

const minute = 60_000;
const options = { metrics: [], seed: 1, alertBudgetPerDay: 1, stepMs: minute };
const times = Float64Array.from({ length: 5 * 1_440 }, (_, row) => row * minute);
const byDay = (at: number): number => 50 + 30 * Math.sin((2 * Math.PI * at) / 86_400_000);

function noisy(seed: number): Float64Array {
  const random = createRandom(seed);
  return times.map((at) => byDay(at) + gaussian(random));
}

const history = { times, columns: [1, 2].map((seed) => ({ name: `m${seed}`, values: noisy(seed) })) };

describe('how far a row is from what is usual at this hour', () => {
  const judge = fitByTheHour(history, options);
  const scoreOf = (at: number, values: readonly number[]) => judge.open().push(at, Float64Array.from(values));

  it('alerts on normal rows no oftener than the budget allows', () => {
    const [first, second] = [noisy(3), noisy(4)];
    const alerts = [...times].filter((at, row) => {
      const said = scoreOf(at, [first[row] ?? 0, second[row] ?? 0]);
      return said.kind === 'scored' && said.score >= judge.threshold;
    });
    expect(alerts.length).toBeLessThanOrEqual(5);
  });

  it('knows what is strange at one hour and usual at another', () => {
    const [noon, midnight] = [6 * 3_600_000, 18 * 3_600_000];
    const strange = scoreOf(midnight, [byDay(noon), byDay(midnight)]);
    const usual = scoreOf(noon, [byDay(noon), byDay(noon)]);
    expect([
      strange.kind === 'scored' && strange.score > judge.threshold,
      usual.kind === 'scored' && usual.score < 2,
    ]).toEqual([true, true]);
  });

  it('blames the metric that is furthest off', () => {
    const scorer = judge.open();
    scorer.push(0, Float64Array.of(byDay(0), byDay(0) + 40));
    expect(scorer.explain()[0]).toMatchObject({ metric: 'm2', seen: byDay(0) + 40 });
  });

  it('has nothing to say of a row of gaps', () => {
    expect(scoreOf(0, [Number.NaN, Number.NaN])).toEqual({ kind: 'blind' });
  });
});
