import type { Chart } from '../core/chart.ts';

export type Window = { readonly from: number; readonly to: number };

/** From 1970 until the year 9999, which is as far as dates are written with four digits. */
const latest = Date.UTC(9999, 11, 31);
const leastMs = 1_000;

/** The span of time that is drawn: what the chart says, or, where that is none, what its panels reach over. */
export function windowOf({ from, to, panels }: Pick<Chart, 'from' | 'to' | 'panels'>): Window {
  const isSpan = from >= 0 && to <= latest && to - from >= leastMs;
  if (isSpan) return { from, to };
  const times = panels.flatMap((panel) => panel.times.filter((at) => at >= 0 && at <= latest));
  const first = times.reduce((low, at) => Math.min(low, at), latest - leastMs);
  const last = times.reduce((high, at) => Math.max(high, at), 0);
  return last - first >= leastMs ? { from: first, to: last } : { from: first, to: first + leastMs };
}
