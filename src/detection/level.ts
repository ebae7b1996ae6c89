import { farAway, type Scale } from './scale.ts';

/** What each metric would be now, judged by its recent normal past; in scaled units. */
export type Levels = {
  /** The level of a metric, inside the range that nearly all of history keeps. */
  expected(metric: number): number;
  /** Takes the scaled values of a row that was normal; NaN teaches nothing. */
  learn(row: Float64Array): void;
};

/** The level follows over half an hour, but over no fewer and no more rows than these. */
const followMs = 30 * 60_000;
const fewestRows = 10;
const mostRows = 120;
/** One row moves the level as if it lay at most this many spreads away. */
const longestStep = 1;

/**
 * A slow average that starts from the first rows alone. A row that is not (yet) known to be strange may pull at it, but
 * only so much, so that the first minutes of an incident do not become the new normal.
 */
export function createLevels(scales: readonly Scale[], stepMs: number): Levels {
  const rows = Math.max(fewestRows, Math.min(mostRows, Math.round(followMs / stepMs)));
  const levels = new Float64Array(scales.length);
  const seen = new Float64Array(scales.length);
  const low = Float64Array.from(scales, (scale) => Math.max(-farAway, scale.low));
  const high = Float64Array.from(scales, (scale) => Math.min(farAway, scale.high));
  return {
    expected: (metric) => Math.max(low[metric] ?? 0, Math.min(high[metric] ?? 0, levels[metric] ?? 0)),
    learn(row) {
      for (let metric = 0; metric < row.length; metric += 1) {
        const value = row[metric] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const level = levels[metric] ?? 0;
        const before = seen[metric] ?? 0;
        const away = before === 0 ? value - level : Math.max(-longestStep, Math.min(longestStep, value - level));
        levels[metric] = level + away / Math.min(before + 1, rows);
        seen[metric] = before + 1;
      }
    },
  };
}
