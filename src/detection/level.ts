import { farAway, type Scale } from './scale.ts';

/** What each metric would be now, judged by its recent normal past; in scaled units. */
export type Levels = {
  /** The level of a metric, inside the range that nearly all of history keeps; of the first row, that row's own value. */
  expected(metric: number, value: number): number;
  /** Takes the scaled values of a row; NaN teaches nothing. `trust` is 1 for a normal row and less for a strange one. */
  learn(row: Float64Array, trust: number): void;
};

/** The level follows over half an hour, but over no fewer and no more rows than these. */
const followMs = 30 * 60_000;
const fewestRows = 10;
const mostRows = 120;
/**
 * A slow average that starts from the first rows alone. A row moves it as if it lay at most `reach` (by metric) away, as
 * in Huber's estimate of location (1964), so that the first minutes of an incident do not become the new normal.
 */
export function createLevels(scales: readonly Scale[], reach: readonly number[], stepMs: number): Levels {
  const rows = Math.max(fewestRows, Math.min(mostRows, Math.round(followMs / stepMs)));
  const levels = new Float64Array(scales.length);
  const seen = new Float64Array(scales.length);
  const low = Float64Array.from(scales, (scale) => Math.max(-farAway, scale.low));
  const high = Float64Array.from(scales, (scale) => Math.min(farAway, scale.high));
  return {
    expected(metric, value) {
      const level = seen[metric] === 0 && !Number.isNaN(value) ? value : (levels[metric] ?? 0);
      return Math.max(low[metric] ?? 0, Math.min(high[metric] ?? 0, level));
    },
    learn(row, trust) {
      for (let metric = 0; metric < row.length; metric += 1) {
        const value = row[metric] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const level = levels[metric] ?? 0;
        const before = seen[metric] ?? 0;
        const most = before === 0 ? farAway * 2 : trust * (reach[metric] ?? 0);
        const away = Math.max(-most, Math.min(most, value - level));
        levels[metric] = level + away / Math.min(before + 1, rows);
        seen[metric] = before + 1;
      }
    },
  };
}
