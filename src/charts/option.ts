import type { EChartsOption } from 'echarts';
import type { Chart, Panel } from '../core/chart.ts';
import { daysOf, timeZoneOf, zoneName } from '../core/time-zone.ts';
import { box, cutToWidth, drawable } from './drawable.ts';
import type { Fonts } from './fonts.ts';
import { nameShapes, titleShapes } from './heads.ts';
import { keyShapes } from './key.ts';
import { type Layout, layoutOf, mostPanels, plotHeightOf } from './layout.ts';
import { linesOf, type PanelLines } from './lines.ts';
import { colours, labelSize, margin, smallSize, width } from './look.ts';
import { limitShapes, spanShapes } from './marks.ts';
import { plotOf } from './panel.ts';
import { rangeOf } from './range-of.ts';
import { xOf } from './scale.ts';
import { type Shape, textShape } from './shapes.ts';
import { timeTicks } from './time-ticks.ts';
import { markLabels, type ValueRange } from './value-range.ts';
import { type Window, windowOf } from './window.ts';

/** A chart as ECharts draws it, on a sheet of so many logical pixels. */
export type Drawing = { readonly option: EChartsOption; readonly width: number; readonly height: number };

/** What the labels of the value axes may take. */
const labelsRoom = { least: 34, most: 130 };
/** Marks on the time axis are this far apart at least. */
const tickRoom = 64;
/** Nothing is written nearer to the edge of the sheet. */
const edge = 4;
/** Marks on a value axis are about so far apart. */
const markRoom = 26;

type Part = {
  readonly panel: Panel;
  readonly lines: PanelLines;
  readonly range: ValueRange;
  readonly labels: readonly string[];
};

/** Pure but for the fonts, which say how wide letters are. Whatever a chart holds, nothing that is written leaves the sheet. */
export function drawingOf(given: Chart, fonts: Fonts): Drawing {
  const chart = inDrawableWords(given, fonts);
  const window = windowOf(chart);
  const parts = chart.panels.map((panel) => partOf(panel, window, plotHeightOf(chart.panels.length), fonts));
  const notes = notesOf(chart, given);
  const widest = parts
    .flatMap(({ labels }) => labels)
    .reduce((most, label) => Math.max(most, fonts.regular.widthOf(label, labelSize)), labelsRoom.least);
  const hasMarks = chart.spans.length > 0;
  const layout = layoutOf({ panels: parts.length, hasMarks, labelsWidth: widest, notes: notes.length });
  const plots = plotsOf(parts, layout, window, chart.timeZone, fonts);
  const option: EChartsOption = {
    animation: false,
    backgroundColor: colours.ground,
    grid: plots.map(({ grid }) => grid),
    xAxis: plots.map(({ xAxis }) => xAxis),
    yAxis: plots.map(({ yAxis }) => yAxis),
    series: plots.flatMap(({ series }) => series),
    graphic: [
      ...shapesOf(chart, parts, layout, window, fonts),
      ...footShapes([daysAndZone(chart.timeZone, window), ...notes], [layout.days, ...layout.notes], fonts),
    ],
  };
  return { option, width: layout.width, height: layout.height };
}

/** How much of a chart is drawn; the rest is counted. */
const most = { spans: 12, limits: 4 } as const;

/** The chart with nothing in its words that can't be drawn, and no more parts than have room. */
function inDrawableWords(chart: Chart, { regular }: Fonts): Chart {
  const write = (text: string): string => drawable(text, regular);
  const named = <Part extends { readonly label: string }>(parts: readonly Part[], count: number): readonly Part[] =>
    parts.slice(0, count).map((part) => ({ ...part, label: write(part.label) }));
  return {
    ...chart,
    title: write(chart.title),
    spans: named(chart.spans, most.spans),
    panels: chart.panels.slice(0, mostPanels).map((panel) => ({
      ...panel,
      name: write(panel.name),
      unit: write(panel.unit),
      limits: named(panel.limits, most.limits),
    })),
  };
}

function partOf(panel: Panel, window: Window, plotHeight: number, fonts: Fonts): Part {
  // Two columns of pixels to a logical one.
  const lines = linesOf(panel, window, 2 * width);
  const range = rangeOf(lines, panel.limits, Math.round(plotHeight / markRoom));
  const labels = markLabels(range, panel.unit).map((label) =>
    cutToWidth(label, labelsRoom.most, labelSize, fonts.regular),
  );
  return { panel, lines, range, labels };
}

function plotsOf(
  parts: readonly Part[],
  layout: Layout,
  window: Window,
  timeZone: string,
  fonts: Fonts,
): readonly ReturnType<typeof plotOf>[] {
  const [first] = layout.panels;
  if (first === undefined) return [];
  const ticks = timeTicks(window.from, window.to, timeZoneOf(timeZone), first.plot.width / tickRoom).map((tick) => {
    const end = xOf(tick.at, window, first.plot) + fonts.regular.widthOf(tick.label, labelSize) / 2;
    return end > width - edge ? { ...tick, label: '' } : tick;
  });
  return layout.panels.flatMap(({ plot }, index) => {
    const part = parts[index];
    return part === undefined
      ? []
      : [plotOf({ ...part, index, isLast: index === parts.length - 1, plot, window, ticks })];
  });
}

function shapesOf(
  chart: Chart,
  parts: readonly Part[],
  layout: Layout,
  window: Window,
  fonts: Fonts,
): readonly Shape[] {
  const { marks: label, shade } = layout;
  const plots = layout.panels.map(({ plot }) => plot);
  return [
    ...titleShapes(chart.title, chart, layout.title, fonts),
    ...spanShapes(chart.spans, { window, label, ...shade, plots }, fonts),
    ...layout.panels.flatMap(({ name: y, plot }, index) => {
      const part = parts[index];
      if (part === undefined) return [];
      const { panel, lines, range } = part;
      return [
        ...nameShapes(panel, lines, { y, right: plot.left + plot.width }, fonts),
        ...limitShapes(panel.limits, range, plot, fonts),
      ];
    }),
    ...keyShapes(
      parts.map(({ lines }) => lines),
      layout.key,
      fonts,
    ),
  ];
}

function daysAndZone(timeZone: string, { from, to }: Window): string {
  const zone = timeZoneOf(timeZone);
  return `${daysOf(from, to, zone)} · ${zoneName(zone, from, to)}`;
}

/** What the picture does not show, in small print. */
function notesOf(chart: Chart, given: Chart): readonly string[] {
  const words = [
    chart.title,
    ...chart.spans.map(({ label }) => label),
    ...chart.panels.flatMap(({ name, unit, limits }) => [name, unit, ...limits.map(({ label }) => label)]),
  ];
  const limitsOf = ({ panels }: Chart): number =>
    panels.slice(0, mostPanels).reduce((sum, { limits }) => sum + limits.length, 0);
  const left = [
    counted(given.panels.length - chart.panels.length, 'metric'),
    counted(given.spans.length - chart.spans.length, 'mark'),
    counted(limitsOf(given) - limitsOf(chart), 'limit'),
  ].filter((text) => text !== '');
  return [
    ...(chart.panels.length === 0 ? ['no metric to draw'] : []),
    ...(left.length > 0 ? [`not drawn: ${left.join(', ')}`] : []),
    ...(words.some((text) => text.includes(box)) ? [`${box} stands for a letter that can't be drawn here`] : []),
  ];
}

function counted(count: number, noun: string): string {
  return count === 0 ? '' : `${count} more ${noun}${count === 1 ? '' : 's'}`;
}

function footShapes(lines: readonly string[], places: readonly number[], { regular }: Fonts): readonly Shape[] {
  return lines.map((line, at) =>
    textShape(cutToWidth(line, width - 2 * margin, smallSize, regular), {
      x: margin,
      y: places[at] ?? 0,
      size: smallSize,
      colour: colours.text,
    }),
  );
}
