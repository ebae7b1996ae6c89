import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import type { MetricSource, Series } from '../../src/core/metric-source.ts';

const from = Date.UTC(2026, 0, 5);
const minute = 60_000;
const signal = new AbortController().signal;

/** A sample a minute for ten minutes. "holes" is away from the third to the eighth minute, longer than anyone looks back. */
export const recording: ReadonlyMap<string, readonly Series[]> = new Map([
  ['up', [series('a', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), series('b', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])]],
  ['holes', [series('a', [0, 1, 9])]],
  [
    'odd',
    [
      series('nan', [0], Number.NaN),
      series('inf', [0], Number.POSITIVE_INFINITY),
      series('minus', [0], Number.NEGATIVE_INFINITY),
    ],
  ],
  ['nothing', []],
]);

function series(host: string, minutes: readonly number[], value?: number): Series {
  return {
    labels: { host },
    times: Float64Array.from(minutes, (at) => from + at * minute),
    values: Float64Array.from(minutes, (at) => value ?? at),
  };
}

/** What every source of numbers does, over the recording above. */
export function metricSourceContract(name: string, start: () => Promise<MetricSource>): void {
  describe(`${name} as a source of numbers`, () => {
    it('gives one sample per series at a moment', async () => {
      const found = await (await start()).instant('up', from + 3.5 * minute, signal);
      expect(found.map(({ labels }) => labels.host)).toEqual(['a', 'b']);
      for (const one of found) expect([...one.times, ...one.values]).toEqual([from + 3.5 * minute, 3]);
    });

    it('samples a range on its grid, both ends included', async () => {
      const range = { from: from + minute, to: from + 3 * minute, stepMs: minute };
      const [first] = await (await start()).range('up', range, signal);
      expect([...(first?.times ?? [])]).toEqual([1, 2, 3].map((at) => from + at * minute));
      expect([...(first?.values ?? [])]).toEqual([1, 2, 3]);
    });

    it('leaves out the steps without a sample, and does not invent a zero', async () => {
      const range = { from, to: from + 9 * minute, stepMs: minute };
      const [first] = await (await start()).range('holes', range, signal);
      const minutes = [...(first?.times ?? [])].map((at) => (at - from) / minute);
      expect(minutes).toEqual([0, 1, 2, 3, 4, 5, 9]);
      expect(first?.values.at(-1)).toBe(9);
    });

    it('keeps values that are no numbers', async () => {
      const found = await (await start()).instant('odd', from, signal);
      expect(found.map(({ values }) => values[0])).toEqual([
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
      ]);
    });

    it('gives an empty list for what matches nothing, now and over a range', async () => {
      const source = await start();
      expect(await source.instant('nothing', from, signal)).toEqual([]);
      expect(await source.instant('up', from - 60 * minute, signal)).toEqual([]);
      expect(await source.range('nothing', { from, to: from + minute, stepMs: minute }, signal)).toEqual([]);
    });

    it("calls a query that can't be the asker's mistake", async () => {
      await expect((await start()).instant('up{', from, signal)).rejects.toThrow(UsageError);
    });

    it('ends when it is told to', async () => {
      const ended = AbortSignal.abort(new Error('enough'));
      await expect((await start()).instant('up', from, ended)).rejects.toThrow('enough');
    });
  });
}
