import type {
  CustomSeriesOption,
  GridComponentOption,
  LineSeriesOption,
  XAXisComponentOption,
  YAXisComponentOption,
} from 'echarts';
import type { Box } from './layout.ts';
import type { PanelLines } from './lines.ts';
import { colours, fontFamily, labelSize, opacities, strokes } from './look.ts';
import type { Point, Slice } from './thin.ts';
import type { TimeTick } from './time-ticks.ts';
import type { ValueRange } from './value-range.ts';
import type { Window } from './window.ts';

export type PlotOptions = {
  /** Which of the panels this is, from 0. */
  readonly index: number;
  readonly isLast: boolean;
  readonly plot: Box;
  readonly window: Window;
  readonly ticks: readonly TimeTick[];
  readonly lines: PanelLines;
  readonly range: ValueRange;
  /** What is written beside the marks of the range, lowest first. */
  readonly labels: readonly string[];
};

type Series = LineSeriesOption | CustomSeriesOption;
type Plot = {
  readonly grid: GridComponentOption;
  readonly xAxis: XAXisComponentOption;
  readonly yAxis: YAXisComponentOption;
  readonly series: readonly Series[];
};

/** Narrower than this, in pixels, a band is not seen. */
const narrowestBand = 3;

/** One panel as ECharts draws it: its axes, its bands and its lines. */
export function plotOf({ index, isLast, plot, window, ticks, lines, range, labels }: PlotOptions): Plot {
  const { left, top, width, height } = plot;
  const of = { xAxisIndex: index, yAxisIndex: index, silent: true, animation: false } as const;
  const line = (points: readonly Point[], kind: 'seen' | 'expected' | 'ahead'): LineSeriesOption => ({
    ...of,
    type: 'line',
    z: kind === 'seen' ? 6 : 5,
    data: [...dotted(points, kind === 'seen')],
    symbol: 'none',
    showAllSymbol: true,
    connectNulls: false,
    lineStyle: {
      color: colours[kind],
      width: strokes[kind].width,
      type: kind === 'seen' ? 'solid' : [...strokes[kind].dash],
      cap: 'butt',
      join: 'round',
    },
    itemStyle: { color: colours[kind], opacity: 1 },
  });
  const band = (runs: readonly (readonly Slice[])[], kind: 'normal' | 'cone'): CustomSeriesOption => ({
    ...of,
    type: 'custom',
    z: 3,
    clip: true,
    data: runs.map((run) => [run[0]?.at ?? 0, run[0]?.lower ?? 0]),
    renderItem: ({ dataIndex }, { coord }) => ({
      type: 'polygon',
      shape: { points: outlineOf(runs[dataIndex] ?? [], (at, value) => coord([at, clamp(value, range)])) },
      style: { fill: colours[kind], opacity: opacities[kind], stroke: colours[kind], lineWidth: 1 },
    }),
  });
  const values = ticks.map(({ at }) => at);
  const tickLabels = new Map(ticks.map(({ at, label }) => [at, label]));
  return {
    grid: {
      left,
      top,
      width,
      height,
      outerBoundsMode: 'none',
      show: true,
      backgroundColor: colours.plot,
      borderWidth: 0,
    },
    xAxis: {
      type: 'value',
      gridIndex: index,
      min: window.from,
      max: window.to,
      axisLine: { show: isLast, onZero: false, lineStyle: { color: colours.axis, width: 1.5 } },
      axisTick: { show: isLast, customValues: values, length: 5, lineStyle: { color: colours.axis, width: 1.5 } },
      splitLine: { show: true, lineStyle: { color: colours.grid } },
      axisLabel: {
        show: isLast,
        customValues: values,
        formatter: (at: number) => tickLabels.get(at) ?? '',
        ...label,
        hideOverlap: true,
      },
    },
    yAxis: {
      type: 'value',
      gridIndex: index,
      min: range.min,
      max: range.max,
      interval: range.step,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colours.grid } },
      axisLabel: { formatter: (value: number) => labels[Math.round((value - range.min) / range.step)] ?? '', ...label },
    },
    series: [
      band(lines.normal, 'normal'),
      band(lines.cone, 'cone'),
      line(lines.expected, 'expected'),
      line(lines.ahead, 'ahead'),
      line(lines.seen, 'seen'),
    ],
  };
}

const label = { color: colours.text, fontFamily, fontSize: labelSize };

/** A point with a gap on both sides is no line and would not be seen: it has a dot. So has the last one. */
function dotted(points: readonly Point[], endsInDot: boolean): NonNullable<LineSeriesOption['data']> {
  const last = endsInDot ? points.findLastIndex(([, value]) => value !== null) : -1;
  const isGap = (at: number): boolean => (points[at]?.[1] ?? null) === null;
  return points.map(([at, value], index) => {
    const isAlone = value !== null && isGap(index - 1) && isGap(index + 1);
    const symbol = isAlone || index === last ? { symbol: 'circle', symbolSize: index === last ? 8 : 6 } : {};
    return { value: [at, value ?? '-'], ...symbol };
  });
}

/** Along the upper edge and back along the lower one. */
function outlineOf(run: readonly Slice[], place: (at: number, value: number) => number[]): number[][] {
  const upper = run.map(({ at, upper }) => place(at, upper));
  const lower = run.map(({ at, lower }) => place(at, lower));
  const width = Math.abs((upper.at(-1)?.[0] ?? 0) - (upper[0]?.[0] ?? 0));
  if (width >= narrowestBand) return [...upper, ...lower.toReversed()];
  // A band of one moment has some width all the same.
  const [[x = 0, top = 0] = [], [, bottom = 0] = []] = [upper[0], lower[0]];
  return [top, bottom].flatMap((y, edge) =>
    [-1, 1].map((side) => [x + (edge === 0 ? side : -side) * (narrowestBand / 2), y]),
  );
}

/** A band may reach far out of the picture. */
function clamp(value: number, { min, max }: ValueRange): number {
  return Math.min(max + (max - min), Math.max(min - (max - min), value));
}
