import type { Limit, Span } from '../core/chart.ts';
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
 * What is marked, shaded through all panels, with edges where lines are and its name above. Names give way to those before them; one that
 * has no room is left out.
 */
export function spanShapes(spans: readonly Span[], place: SpanPlace, fonts: Fonts): readonly Shape[] {
  const { window, label, top, bottom, plots } = place;
  const [plot] = plots;
  if (plot === undefined) return [];
  let taken = margin - gap;
  return spans
    .filter(({ from, to }) => to >= window.from && from <= window.to && to >= from)
    .toSorted((a, b) => a.from - b.from)
    .flatMap((span) => {
      const [begin, end] = [xOf(span.from, window, plot), xOf(span.to, window, plot)];
      const wide = Math.max(narrowestSpan, end - begin);
      const left = Math.min(begin - (wide - (end - begin)) / 2, plot.left + plot.width - wide);
      const area = { left, top, width: wide, height: bottom - top };
      const edge = { colour: colours.span, width: 1.5, dash: 'solid', depth: 'behind' } as const;
      const text = cutToWidth(span.label, width - margin - taken - gap, labelSize, fonts.bold);
      const half = fonts.bold.widthOf(text, labelSize) / 2;
      const x = Math.min(width - margin - half, Math.max(taken + gap + half, left + wide / 2));
      const isNamed = text !== '' && 2 * half >= Math.min(leastLabel, fonts.bold.widthOf(span.label, labelSize));
      if (isNamed) taken = x + half;
      return [
        boxShape(area, { fill: colours.span, opacity: opacities.span, depth: 'behind' }),
        ...plots.flatMap(({ top: from, height }) =>
          [left, left + wide].map((at) => lineShape([at, from], [at, from + height], edge)),
        ),
        ...(isNamed
          ? [
              textShape(text, {
                x,
                y: label,
                size: labelSize,
                colour: colours.spanText,
                align: 'center',
                weight: 'bold',
              }),
            ]
          : []),
      ];
    });
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
