import type { Chart, Panel } from '../core/chart.ts';
import { formatValue } from '../core/format.ts';
import { cutToWidth } from './drawable.ts';
import type { Fonts } from './fonts.ts';
import type { PanelLines } from './lines.ts';
import { colours, labelSize, margin, nameSize, smallSize, titleSize, width } from './look.ts';
import { boxShape, type Shape, type TextOptions, textShape } from './shapes.ts';
import type { Slice } from './thin.ts';

/** What a name may take of the line over its plot; its numbers have the rest. */
const nameShare = 0.45;
const gap = 12;
const badge = { text: 'SIMULATED', padding: 8 } as const;

/** The title, and beside it, boxed, that nothing here is real. */
export function titleShapes(
  title: string,
  { simulated }: Pick<Chart, 'simulated'>,
  y: number,
  fonts: Fonts,
): readonly Shape[] {
  const badgeWidth = simulated ? fonts.bold.widthOf(badge.text, smallSize) + 2 * badge.padding : 0;
  const room = width - 2 * margin - (simulated ? badgeWidth + gap : 0);
  const text = cutToWidth(title, room, titleSize, fonts.bold);
  const shapes = [textShape(text, { x: margin, y, size: titleSize, colour: colours.title, weight: 'bold' })];
  if (!simulated) return shapes;
  const left = width - margin - badgeWidth;
  const box = { left, top: y - 11, width: badgeWidth, height: 22 };
  const inBadge = {
    x: left + badgeWidth / 2,
    y: y + 0.5,
    size: smallSize,
    colour: colours.spanText,
    align: 'center',
  } as const;
  return [
    ...shapes,
    boxShape(box, { stroke: colours.spanText, depth: 'before' }),
    textShape(badge.text, { ...inBadge, weight: 'bold' }),
  ];
}

/** The name of a panel and what it came to: "cpu  97.3 %  normal 31 % to 48 %". */
export function nameShapes(
  { name, unit }: Pick<Panel, 'name' | 'unit'>,
  lines: PanelLines,
  at: { readonly y: number; readonly right: number },
  fonts: Fonts,
): readonly Shape[] {
  const { last } = lines;
  const value = last === null ? 'no values' : formatValue(last.value, unit);
  const words: readonly Word[] = [
    { text: name, size: nameSize, weight: 'bold', colour: colours.title, share: nameShare },
    { text: value, size: nameSize, weight: 'bold', colour: last === null ? colours.text : colours.seen, share: 1 },
    { text: besideOf(lines, unit), size: labelSize, weight: 'regular', colour: colours.text, share: 1 },
  ];
  let x = margin;
  return words.flatMap(({ text, size, weight, colour, share }) => {
    const left = x;
    const shown = cutToWidth(text, Math.max(0, at.right - left) * share, size, fonts[weight]);
    if (shown === '') return [];
    x += fonts[weight].widthOf(shown, size) + gap;
    return [textShape(shown, { x: left, y: at.y, size, colour, weight })];
  });
}

type Word = Required<Pick<TextOptions, 'size' | 'weight' | 'colour'>> & {
  readonly text: string;
  readonly share: number;
};

/** What is expected in the end, or else what was normal when the last value was seen. */
function besideOf({ last, end }: PanelLines, unit: string): string {
  const between = ({ lower, upper }: Slice): string => `${formatValue(lower, unit)} to ${formatValue(upper, unit)}`;
  if (end !== null) {
    const likely = end.likely === null ? '' : `, likely ${between(end.likely)}`;
    return `forecast ${formatValue(end.value, unit)}${likely}`;
  }
  return last === null || last.normal === null ? '' : `normal ${between(last.normal)}`;
}
