import { Resvg } from '@resvg/resvg-js';
import { svgOf } from '../../src/charts/draw.ts';
import { fontFiles, readFonts } from '../../src/charts/fonts.ts';
import { density, fontFamily } from '../../src/charts/look.ts';
import { createPainter } from '../../src/charts/painter.ts';
import type { Chart } from '../../src/core/chart.ts';
import { silentLog } from '../../src/core/log.ts';
import { alertChart, backtestChart, forecastChart, graphChart } from '../charts/charts.ts';
import { median, printTable, timed } from './measure.ts';

const rounds = 15;
const coldRounds = 5;
/** An alert is not to wait longer than this for its picture. */
const promisedMs = 200;
const kinds: readonly (readonly [string, Chart])[] = [
  ['alert', alertChart()],
  ['graph', graphChart()],
  ['forecast', forecastChart()],
  ['backtest', backtestChart()],
];

/**
 * What a picture costs whoever waits for it, thread and messages included, beside the floor: resvg alone, which makes pixels of the same
 * SVG. The first picture of a process waits for its thread and all that it loads too.
 */
export async function run(): Promise<boolean> {
  const fonts = readFonts();
  const painter = createPainter({ log: silentLog });
  const { signal } = new AbortController();
  const rows: Row[] = [];
  try {
    for (const [what, chart] of kinds) {
      const svg = svgOf(chart, fonts);
      const times: Times = { ours: [], drawn: [], floor: [] };
      await painter.paint(chart, signal);
      for (let round = 0; round < rounds; round += 1) {
        times.floor.push(await timed(async () => pixelsOf(svg)));
        times.drawn.push(await timed(async () => svgOf(chart, fonts)));
        times.ours.push(await timed(() => painter.paint(chart, signal)));
      }
      rows.push({ what, cold: await firstPicture(chart), times });
    }
  } finally {
    await painter.stop();
  }
  return report(rows);
}

type Times = { readonly ours: number[]; readonly drawn: number[]; readonly floor: number[] };
type Row = { readonly what: string; readonly cold: number; readonly times: Times };

function report(rows: readonly Row[]): boolean {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  printTable([
    ['picture', 'warm', 'slowest', 'SVG alone', 'resvg alone', 'ratio', 'first', `under ${promisedMs} ms`],
    ...rows.map(({ what, cold, times: { ours, drawn, floor } }) => {
      const [warm, pixels] = [median(ours), median(floor)];
      const figures = [warm, Math.max(...ours), median(drawn), pixels].map(ms);
      return [what, ...figures, `${(warm / pixels).toFixed(2)}x`, ms(cold), warm < promisedMs ? 'yes' : 'no'];
    }),
  ]);
  return rows.every(({ times }) => median(times.ours) < promisedMs);
}

/** By a thread that begins with it. */
async function firstPicture(chart: Chart): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < coldRounds; round += 1) {
    const painter = createPainter({ log: silentLog });
    times.push(await timed(() => painter.paint(chart, new AbortController().signal)));
    await painter.stop();
  }
  return median(times);
}

function pixelsOf(svg: string): Uint8Array {
  const options = {
    fitTo: { mode: 'zoom', value: density },
    font: { fontFiles: Object.values(fontFiles), loadSystemFonts: false, defaultFontFamily: fontFamily },
    logLevel: 'off',
  } as const;
  return new Resvg(svg, options).render().asPng();
}
