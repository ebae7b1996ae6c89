import { labelSize, margin, nameSize, smallSize, titleSize, width } from './look.ts';

export type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** Where everything of a picture is, in logical pixels; of lines of text the middle. */
export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly title: number;
  /** The names of what is marked. */
  readonly marks: number;
  /** Where what is shaded begins and ends. */
  readonly shade: { readonly top: number; readonly bottom: number };
  readonly panels: readonly { readonly name: number; readonly plot: Box }[];
  readonly key: number;
  readonly days: number;
  readonly notes: readonly number[];
};

export type LayoutOptions = {
  readonly panels: number;
  readonly hasMarks: boolean;
  /** What the labels of the value axes take. */
  readonly labelsWidth: number;
  readonly notes: number;
};

/** Fewer panels have more room each; more than `mostPanels` are not drawn. */
const plotHeights = [184, 124, 96, 82, 72, 64] as const;
export const mostPanels = plotHeights.length;
export function plotHeightOf(panels: number): number {
  return plotHeights[panels - 1] ?? 0;
}

const nameHeight = nameSize + 18;
const marksHeight = labelSize + 10;
const axisHeight = labelSize + 16;
const smallHeight = smallSize + 9;
const rowGap = 8;
const rightRoom = 26;

export function layoutOf({ panels, hasMarks, labelsWidth, notes }: LayoutOptions): Layout {
  const plotHeight = plotHeightOf(panels);
  const left = Math.ceil(margin + labelsWidth + 8);
  const title = margin + titleSize / 2;
  const head = title + titleSize / 2 + 8;
  const top = head + (hasMarks ? marksHeight : 0);
  const rowHeight = nameHeight + plotHeight + rowGap;
  const rows = Array.from({ length: panels }, (_, at) => {
    const begin = top + at * rowHeight;
    const plot = { left, top: begin + nameHeight, width: width - left - rightRoom, height: plotHeight };
    return { name: begin + nameSize / 2 + 4, plot };
  });
  const bottom = top + panels * rowHeight - rowGap;
  const key = bottom + axisHeight + smallHeight / 2;
  const days = key + smallHeight + 2;
  return {
    width,
    height: Math.ceil(days + (notes + 0.5) * smallHeight + 8),
    title,
    marks: head + marksHeight / 2,
    shade: { top, bottom },
    panels: rows,
    key,
    days,
    notes: Array.from({ length: notes }, (_, at) => days + (at + 1) * smallHeight),
  };
}
