import type { Fonts } from './fonts.ts';
import type { PanelLines } from './lines.ts';
import { colours, labelSize, margin, opacities, strokes } from './look.ts';
import { boxShape, lineShape, type Shape, textShape } from './shapes.ts';

const sample = 26;
const gap = { inside: 7, between: 16 } as const;

type Entry = { readonly text: string; readonly kind: 'seen' | 'expected' | 'ahead' | 'normal' | 'cone' };

const entries: readonly (Entry & { readonly isIn: (lines: PanelLines) => boolean })[] = [
  { kind: 'seen', text: 'seen', isIn: ({ seen }) => hasValue(seen) },
  { kind: 'expected', text: 'expected', isIn: ({ expected }) => hasValue(expected) },
  { kind: 'normal', text: 'normal', isIn: ({ normal }) => normal.length > 0 },
  { kind: 'ahead', text: 'forecast', isIn: ({ ahead }) => hasValue(ahead) },
  { kind: 'cone', text: 'likely', isIn: ({ cone }) => cone.length > 0 },
];

/** Says what the lines and areas are that a picture has, in one line. */
export function keyShapes(panels: readonly PanelLines[], y: number, fonts: Fonts): readonly Shape[] {
  let x = margin;
  return entries
    .filter(({ isIn }) => panels.some(isIn))
    .flatMap(({ kind, text }) => {
      const left = x;
      const at = left + sample + gap.inside;
      x = at + fonts.regular.widthOf(text, labelSize) + gap.between;
      return [sampleOf(kind, left, y), textShape(text, { x: at, y, size: labelSize, colour: colours.text })];
    });
}

function sampleOf(kind: Entry['kind'], x: number, y: number): Shape {
  const colour = colours[kind];
  if (kind === 'normal' || kind === 'cone')
    return boxShape(
      { left: x, top: y - 7, width: sample, height: 14 },
      { fill: colour, opacity: 2 * opacities[kind], depth: 'before' },
    );
  const { width, dash } = strokes[kind];
  return lineShape([x, y], [x + sample, y], { colour, width, dash, depth: 'before' });
}

function hasValue(points: readonly (readonly [number, number | null])[]): boolean {
  return points.some(([, value]) => value !== null);
}
