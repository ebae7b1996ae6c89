import type { Box } from './layout.ts';
import type { ValueRange } from './value-range.ts';
import type { Window } from './window.ts';

/** Where a moment or a value stands, in logical pixels; what is outside of the plot stands at its edge. */
export function xOf(at: number, { from, to }: Window, plot: Box): number {
  return plot.left + plot.width * within((at - from) / (to - from));
}

export function yOf(value: number, { min, max }: ValueRange, plot: Box): number {
  return plot.top + plot.height * (1 - within((value - min) / (max - min)));
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}
