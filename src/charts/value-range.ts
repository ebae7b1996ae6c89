import { formatValue } from '../core/format.ts';

/** An axis of values from `min` to `max` with a mark at every `step`. */
export type ValueRange = { readonly min: number; readonly max: number; readonly step: number };

/** Twice as far from zero there are no numbers left to add up. */
const furthest = 4e307;
/** Closer together than this part of their size, numbers are equal to whoever looks. */
const leastSpread = 1e-9;

/**
 * The rounded range that shows all values from `low` to `high` with `marks` or one more of them. It begins at zero when values above
 * zero come near to it, so that heights can be compared; equal values stand in its middle.
 */
export function valueRange(low: number, high: number, marks: number): ValueRange {
  let [bottom, top] = [Math.max(-furthest, Math.min(low, high)), Math.min(furthest, Math.max(low, high))];
  const size = Math.max(Math.abs(bottom), Math.abs(top));
  if (size < Number.MIN_VALUE / leastSpread) return { min: 0, max: 1, step: 0.5 };
  if (top - bottom <= size * leastSpread) [bottom, top] = [bottom - size / 2, top + size / 2];
  const isNearZero = Math.min(Math.abs(bottom), Math.abs(top)) <= top - bottom;
  if (bottom > 0 && isNearZero) bottom = 0;
  if (top < 0 && isNearZero) top = 0;
  const step = roundStep((top - bottom) / marks);
  // What touches the last mark but for the computer's rounding needs no further one.
  const min = Math.floor(bottom / step + 1e-9) * step;
  const max = Math.ceil(top / step - 1e-9) * step;
  return { min: tidy(min, step), max: tidy(max, step), step };
}

/** The marks of a range, lowest first. */
export function marksOf({ min, max, step }: ValueRange): readonly number[] {
  return Array.from({ length: Math.round((max - min) / step) + 1 }, (_, at) => tidy(min + at * step, step));
}

/** What is written beside the marks: as numbers are written elsewhere, with more digits where these would be the same twice. */
export function markLabels(range: ValueRange, unit: string): readonly string[] {
  const marks = marksOf(range);
  const labels = marks.map((mark) => formatValue(mark, unit));
  if (new Set(labels).size === labels.length) return labels;
  const digits = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].find(
    (count) => new Set(marks.map((mark) => mark.toPrecision(count))).size === marks.length,
  );
  return marks.map((mark) => `${Number(mark.toPrecision(digits ?? 15))}${unit === '' ? '' : ` ${unit}`}`);
}

/** The least of 1, 2, 2.5 and 5 times a power of ten that is no smaller. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 2.5, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}

/** A multiple of the step without what adding up left behind it. */
function tidy(value: number, step: number): number {
  const rounded = Number(value.toPrecision(15));
  return Math.abs(rounded) < step / 1e6 ? 0 : rounded;
}
