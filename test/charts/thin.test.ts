import { describe, expect, it } from 'vitest';
import { type Point, thinBand, thinLine } from '../../src/charts/thin.ts';

const columns = 100;
const long = Array.from({ length: 100_000 }, (_, at): Point => [at, Math.sin(at / 5_000)]);
const withAt = (changes: Readonly<Record<number, number | null>>): readonly Point[] =>
  long.map(([at, value]) => [at, at in changes ? (changes[at] ?? null) : value]);

describe('a line of more points than pixels', () => {
  it('keeps a spike of one point, up or down, as high as it was', () => {
    const thin = thinLine(withAt({ 43210: 99, 77777: -99 }), columns);
    expect(thin.length).toBeLessThanOrEqual(5 * (columns + 1));
    expect(thin).toContainEqual([43_210, 99]);
    expect(thin).toContainEqual([77_777, -99]);
  });

  it('keeps a gap of one point', () => {
    expect(thinLine(withAt({ 50505: null }), columns)).toContainEqual([50_505, null]);
  });

  it('begins and ends where it did, and goes on in time', () => {
    const thin = thinLine(long, columns);
    expect([thin[0], thin.at(-1)]).toEqual([long[0], long.at(-1)]);
    expect(thin.map(([at]) => at)).toEqual(thin.map(([at]) => at).toSorted((a, b) => a - b));
  });

  it('covers in every column of pixels what all of its points cover', () => {
    const noisy = long.map(([at]): Point => [at, Math.sin(at * 12.9898) * 1_000]);
    const covered = (points: readonly Point[]): readonly string[] =>
      Array.from({ length: columns }, (_, column) => {
        const [from, to] = [column * 1_000, (column + 1) * 1_000];
        const values = points.flatMap(([at, value]) => (at >= from && at < to && value !== null ? [value] : []));
        return `${Math.min(...values)}..${Math.max(...values)}`;
      });
    // The columns of the line are 999.99 wide, so the edges of the two kinds of columns are the same points.
    expect(covered(thinLine([...noisy, [100_000, 0]], columns))).toEqual(covered(noisy));
  });

  it('stays as it is when it is short, empty or all at one time', () => {
    const short: readonly Point[] = [
      [1, 2],
      [2, null],
      [3, 4],
    ];
    expect(thinLine(short, columns)).toBe(short);
    expect(thinLine([], columns)).toEqual([]);
    expect(
      thinLine(
        Array.from({ length: 1_000 }, (_, at): Point => [5, at]),
        columns,
      ),
    ).toEqual([
      [5, 0],
      [5, 999],
    ]);
  });
});

describe('a band of more moments than pixels', () => {
  const band = Array.from({ length: 10_000 }, (_, at) => ({ at, lower: -1, upper: at === 4_321 ? 50 : 1 }));

  it('is as wide as it was at its widest', () => {
    const thin = thinBand(band, columns);
    expect(thin.length).toBeLessThanOrEqual(2 * (columns + 1));
    expect(Math.max(...thin.map(({ upper }) => upper))).toBe(50);
    expect([thin[0]?.at, thin.at(-1)?.at]).toEqual([0, 9_999]);
  });
});
