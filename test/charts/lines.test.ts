import { describe, expect, it } from 'vitest';
import { linesOf } from '../../src/charts/lines.ts';
import { rangeOf } from '../../src/charts/range-of.ts';
import { emptyPanel } from './charts.ts';

const times = [0, 1, 2, 3, 4, 5];
const window = { from: 0, to: 5 };
const panel = (parts: Partial<ReturnType<typeof emptyPanel>>) => ({ ...emptyPanel('cpu', times), ...parts });

describe('what is drawn of a panel', () => {
  it('ends where there is a gap, and what is no finite number is one', () => {
    const { seen } = linesOf(panel({ values: [1, null, Number.NaN, Number.POSITIVE_INFINITY, 5, 6] }), window, 100);
    expect(seen.map(([, value]) => value)).toEqual([1, null, null, null, 5, 6]);
  });

  it('falls apart into bands where a side is missing', () => {
    const values = times.map(() => 1);
    const band = { lower: [0, 0, null, 0, 0, 0], upper: [2, 2, 2, 2, null, 2] };
    const { normal, cone } = linesOf(panel({ values, ...band }), window, 100);
    expect(normal.map((run) => run.map(({ at }) => at))).toEqual([[0, 1], [3], [5]]);
    expect(cone).toEqual([]);
  });

  it('goes on as a forecast from the last value seen', () => {
    const lines = linesOf(
      panel({
        values: [1, 2, 3, null, null, null],
        expected: [1, 2, 3, 4, 5, 6],
        lower: [0, 0, 0, 3, 3, 3],
        upper: [4, 4, 4, 5, 7, 9],
      }),
      window,
      100,
    );
    expect(lines.expected).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(lines.ahead).toEqual([
      [2, 3],
      [3, 4],
      [4, 5],
      [5, 6],
    ]);
    expect(lines.cone).toEqual([
      [
        { at: 2, lower: 3, upper: 3 },
        { at: 3, lower: 3, upper: 5 },
        { at: 4, lower: 3, upper: 7 },
        { at: 5, lower: 3, upper: 9 },
      ],
    ]);
    expect(lines.last).toEqual({ value: 3, normal: { at: 2, lower: 0, upper: 4 } });
    expect(lines.end).toEqual({ value: 6, likely: { at: 5, lower: 3, upper: 9 } });
  });

  it('does not bridge a gap before the forecast', () => {
    const lines = linesOf(
      panel({ values: [1, 2, null, null, null, null], expected: [null, null, null, 4, 5, 6] }),
      window,
      100,
    );
    expect(lines.ahead).toEqual([
      [2, null],
      [3, 4],
      [4, 5],
      [5, 6],
    ]);
  });

  it('has nothing of what lies outside of the window, whatever the order', () => {
    const values = [6, 5, 4, 3, 2, 1];
    const { seen } = linesOf(panel({ times: [5, 4, 3, 2, 1, Number.NaN], values }), { from: 2, to: 4 }, 100);
    expect(seen).toEqual([
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
  });
});

describe('the range of a panel', () => {
  const linesAt = (value: number, half: number) =>
    linesOf(
      panel({
        values: times.map((at) => value + (at % 2)),
        lower: times.map(() => value - half),
        upper: times.map(() => value + half),
      }),
      window,
      100,
    );

  it.each([
    ['a near limit', 40, 5, 90, 100],
    ['no far limit', 3, 1, 90, 4],
    ['no limit that is none', 40, 5, Number.NaN, 45],
    ['a wide band only so far', 10, 1e6, 11, 30],
  ])('lets in %s', (_what, value, half, limit, max) => {
    expect(rangeOf(linesAt(value, half), [{ value: limit, label: '' }], 4).max).toBe(max);
  });

  it('is there when there is nothing', () => {
    expect(rangeOf(linesOf(panel({}), window, 100), [], 4)).toEqual({ min: 0, max: 1, step: 0.5 });
  });
});
