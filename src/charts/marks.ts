import type { Limit, Span, SpanLook } from '../core/chart.ts';
import { cutToWidth } from './drawable.ts';
import type { Fonts } from './fonts.ts';
import type { Box } from './layout.ts';
import { colours, labelSize, margin, opacities, strokes, width } from './look.ts';
import { xOf, yOf } from './scale.ts';
import { boxShape, lineShape, type Shape, textShape } from './shapes.ts';
import type { ValueRange } from './value-range.ts';
import type { Window } from './window.ts';

const narrowestSpan = 4;
const gap = 12;
/** Lines of a hatched span are so far apart. */
const hatch = 9;
const looks = {
  filled: { colour: colours.span, text: colours.spanText, dash: 'solid' },
  hatched: { colour: colours.missed, text: colours.missed, dash: [6, 4] },
  hollow: { colour: colours.title, text: colours.title, dash: 'solid' },
} as const satisfies Readonly<Record<SpanLook, object>>;
/** With less room a label says nothing. */
const leastLabel = 24;

export type SpanPlace = {
  readonly window: Window;
  /** The middle of the line that has the labels. */
  readonly label: number;
  /** Where the shade begins and ends. */
  readonly top: number;
  readonly bottom: number;
  /** One below the other. */
  readonly plots: readonly Box[];
};

/**
 * What is marked, shaded through all panels, with edges where lines are and its name above. Names make room for each other; where there is
 * not enough they give way to those before them, and one that has none is left out.
 */
export function spanShapes(spans: readonly Span[], place: SpanPlace, fonts: Fonts): readonly Shape[] {
  const { window, label: y, top, bottom, plots } = place;
  const [plot] = plots;
  if (plot === undefined) return [];
  const marks = spans
    .filter(({ from, to }) => to >= window.from && from <= window.to && to >= from)
    .toSorted((a, b) => a.from - b.from)
    .map(({ from, to, label, look }) => {
      const [begin, end] = [xOf(from, window, plot), xOf(to, window, plot)];
      const wide = Math.max(narrowestSpan, end - begin);
      const left = Math.min(begin - (wide - (end - begin)) / 2, plot.left + plot.width - wide);
      return { left, wide, label, look, middle: left + wide / 2 };
    });
  const names = placeNames(marks, fonts);
  return marks.flatMap(({ left, wide, look }, at) => {
    const { colour, text: inColour, dash } = looks[look];
    const edge = { colour, width: 1.5, dash, depth: 'behind' } as const;
    const { text, x } = names[at] ?? { text: '', x: 0 };
    const name = { x, y, size: labelSize, colour: inColour, align: 'center', weight: 'bold' } as const;
    return [
      ...insideOf({ left, top, width: wide, height: bottom - top }, plots, look),
      ...plots.flatMap(({ top: from, height }) =>
        [left, left + wide].map((side) => lineShape([side, from], [side, from + height], edge)),
      ),
      ...(text === '' ? [] : [textShape(text, name)]),
    ];
  });
}

type Name = { readonly text: string; readonly x: number };

/** Where the names of marks stand, each as near to the middle of its own as its neighbours let it. */
function placeNames(
  marks: readonly { readonly label: string; readonly middle: number }[],
  { bold }: Fonts,
): readonly Name[] {
  const widths = marks.map(({ label }) => bold.widthOf(label, labelSize));
  // What the names from each one on take, with the gaps between them.
  const rest = widths.map((_, at) => widths.slice(at).reduce((sum, wide) => sum + wide + gap, 0) - gap);
  const haveRoom = (rest[0] ?? 0) <= width - 2 * margin;
  let taken = margin - gap;
  return marks.map(({ label, middle }, at) => {
    const text = cutToWidth(label, width - margin - taken - gap, labelSize, bold);
    const half = bold.widthOf(text, labelSize) / 2;
    const furthest = width - margin - (haveRoom ? (rest[at] ?? 0) - half : half);
    const x = Math.min(furthest, Math.max(taken + gap + half, middle));
    if (text === '' || 2 * half < Math.min(leastLabel, widths[at] ?? 0)) return { text: '', x };
    taken = x + half;
    return { text, x };
  });
}

/** A span is filled from end to end; lines of a hatched one would cross what is written between the plots. */
function insideOf(area: Box, plots: readonly Box[], look: SpanLook): readonly Shape[] {
  if (look === 'filled') return [boxShape(area, { fill: colours.span, opacity: opacities.span, depth: 'behind' })];
  if (look === 'hollow') return [];
  const { left, width: wide } = area;
  return plots.flatMap(({ top, height }) => hatchOf({ left, width: wide, top, height }));
}

/** Slanting lines, each from the left or the lower side up to the right or the upper one. */
function hatchOf({ left, top, width: wide, height }: Box): readonly Shape[] {
  const bottom = top + height;
  const starts = Array.from({ length: Math.floor((height + wide) / hatch) }, (_, at) => top + (at + 1) * hatch);
  return starts.map((start) =>
    lineShape(
      [left + Math.max(0, start - bottom), Math.min(start, bottom)],
      [left + Math.min(wide, start - top), Math.max(top, start - wide)],
      { colour: looks.hatched.colour, width: 1, dash: 'solid', depth: 'behind' },
    ),
  );
}

/** Limits as dashed lines with their names on them; one that is far off is named at the edge, with an arrow to where it is. */
export function limitShapes(limits: readonly Limit[], range: ValueRange, plot: Box, fonts: Fonts): readonly Shape[] {
  const right = plot.left + plot.width;
  const text = { x: plot.left + 6, size: labelSize, colour: colours.limit, rim: true } as const;
  const room = plot.width - gap;
  const half = labelSize / 2 + 3;
  return limits
    .filter(({ value }) => Number.isFinite(value))
    .flatMap(({ value, label }) => {
      const isOff = value > range.max || value < range.min;
      const y = yOf(value, range, plot);
      const above = y - half - plot.top >= half ? y - half : y + half;
      const arrow = value > range.max ? '↑ ' : '↓ ';
      const name = cutToWidth(isOff ? `${arrow}${label}` : label, room, labelSize, fonts.regular);
      if (isOff)
        return [textShape(name, { ...text, y: value > range.max ? plot.top + half : plot.top + plot.height - half })];
      const { width: thickness, dash } = strokes.limit;
      return [
        lineShape([plot.left, y], [right, y], { colour: colours.limit, width: thickness, dash, depth: 'before' }),
        textShape(name, { ...text, y: above }),
      ];
    });
}
