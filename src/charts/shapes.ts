import { colours, fontFamily, weights } from './look.ts';

/** Elements of ECharts' `graphic` component, in logical pixels. */
export type Shape = Readonly<Record<string, unknown>>;

/** Behind the lines, or before them. */
export type Depth = 'behind' | 'before';
const depths = { behind: 0, before: 20 } as const;

export type TextOptions = {
  readonly x: number;
  /** The middle of the line. */
  readonly y: number;
  readonly size: number;
  readonly colour: string;
  readonly align?: 'left' | 'center' | 'right';
  readonly weight?: 'regular' | 'bold';
  /** With a rim of the ground, where lines may pass behind it. */
  readonly rim?: boolean;
};

export function textShape(text: string, options: TextOptions): Shape {
  const { x, y, size, colour, align = 'left', weight = 'regular', rim = false } = options;
  return {
    type: 'text',
    silent: true,
    z: depths.before,
    x,
    y,
    style: {
      text,
      ...{ fontFamily, fontSize: size, fontWeight: weights[weight] },
      fill: colour,
      align,
      verticalAlign: 'middle',
      ...(rim ? { stroke: colours.plot, lineWidth: 4 } : {}),
    },
  };
}

export type LineOptions = {
  readonly colour: string;
  readonly width: number;
  readonly dash: 'solid' | readonly number[];
  readonly depth: Depth;
};

export function lineShape(from: readonly [number, number], to: readonly [number, number], options: LineOptions): Shape {
  const { colour, width, dash, depth } = options;
  const [[x1, y1], [x2, y2]] = [from, to];
  return {
    type: 'line',
    silent: true,
    z: depths[depth],
    shape: { x1, y1, x2, y2 },
    style: { stroke: colour, lineWidth: width, lineDash: dash === 'solid' ? null : [...dash] },
  };
}

export type BoxOptions = {
  readonly fill?: string;
  readonly stroke?: string;
  readonly opacity?: number;
  readonly depth: Depth;
};

export function boxShape(
  box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  { fill, stroke, opacity = 1, depth }: BoxOptions,
): Shape {
  const { left, top, width, height } = box;
  return {
    type: 'rect',
    silent: true,
    z: depths[depth],
    shape: { x: left, y: top, width, height, r: stroke === undefined ? 0 : 4 },
    style: { fill: fill ?? 'none', stroke: stroke ?? 'none', lineWidth: stroke === undefined ? 0 : 1.5, opacity },
  };
}
