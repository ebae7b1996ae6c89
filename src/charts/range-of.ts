import type { Limit } from '../core/chart.ts';
import type { PanelLines } from './lines.ts';
import { type ValueRange, valueRange } from './value-range.ts';

/** A band, or a limit, is let in up to so many times what the lines take; beyond, it would press them flat. */
const mostRoom = 1.5;

/** The range of a panel's axis: all of its lines, and of its bands and limits what leaves room for them. */
export function rangeOf(lines: PanelLines, limits: readonly Limit[], marks: number): ValueRange {
  const drawn = [lines.seen, lines.expected, lines.ahead].flatMap((line) => line.flatMap(([, value]) => value ?? []));
  const bands = [...lines.normal, ...lines.cone].flat();
  const edges = bands.flatMap(({ lower, upper }) => [lower, upper]);
  const [low, high] = extentOf(drawn.length > 0 ? drawn : edges);
  const room = mostRoom * Math.max(high - low, Math.abs(low), Math.abs(high));
  const within = (value: number): boolean => value >= low - room && value <= high + room;
  const intoRoom = (value: number): number => Math.min(high + room, Math.max(low - room, value));
  const values = limits.map(({ value }) => value).filter((value) => drawn.length + edges.length === 0 || within(value));
  return valueRange(...extentOf([low, high, ...edges.map(intoRoom), ...values.filter(Number.isFinite)]), marks);
}

/** Nothing at all is from 0 to 0. */
function extentOf(values: readonly number[]): readonly [low: number, high: number] {
  if (values.length === 0) return [0, 0];
  return [
    values.reduce((low, value) => Math.min(low, value), Infinity),
    values.reduce((high, value) => Math.max(high, value), -Infinity),
  ];
}
