import type { TimeRange } from '../core/metric-source.ts';
import { dayMs, hourMs } from './time.ts';

const minuteMs = 60_000;
export const [shortestHorizonMs, longestHorizonMs] = [hourMs, 14 * dayMs];
/** The same number of rows whatever the step: two weeks of 5 minutes, four of 10, six of 15. One query, well below 11,000 points. */
const rows = 4_032;
const steps = [
  { upTo: 12 * hourMs, stepMs: 5 * minuteMs },
  { upTo: 2 * dayMs, stepMs: 10 * minuteMs },
  { upTo: longestHorizonMs, stepMs: 15 * minuteMs },
] as const;

/** Which history is asked for to look so far ahead: up to the last full step before `now` (epoch ms). */
export function planOf(horizonMs: number, now: number): TimeRange {
  const stepMs = steps.find(({ upTo }) => horizonMs <= upTo)?.stepMs ?? 15 * minuteMs;
  const to = Math.floor(now / stepMs) * stepMs;
  return { from: to - (rows - 1) * stepMs, to, stepMs };
}
