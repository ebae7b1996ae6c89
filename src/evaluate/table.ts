import type { Reliability } from '../detection/measures/reliability.ts';
import { type Method, methods } from './judge-series.ts';
import type { ByMethod, FigureName, Figures } from './summary.ts';

const titles: Readonly<Record<Method, string>> = {
  fused: 'fused',
  forest: 'forest alone',
  plain: 'raw forest',
  hour: 'by the hour',
};

export type Column = { readonly title: string; readonly figure: FigureName; readonly digits: number };

/** What is shown of series whose events last. */
const ofEvents: readonly Column[] = [
  { title: 'VUS-PR', figure: 'vusPr', digits: 3 },
  { title: 'AUC-PR', figure: 'aucPr', digits: 3 },
  { title: 'AUC-ROC', figure: 'aucRoc', digits: 3 },
  { title: 'F1', figure: 'f1', digits: 3 },
  { title: 'event F1', figure: 'eventF1', digits: 3 },
  { title: 'caught', figure: 'caught', digits: 2 },
  { title: 'false/day', figure: 'falsePerDay', digits: 2 },
  { title: 'delay min', figure: 'medianDelayMinutes', digits: 1 },
  { title: 'hit rate', figure: 'hitRate', digits: 2 },
  { title: 'top-1', figure: 'topBlame', digits: 2 },
];

/** What is shown of series whose events are single rows: how the rows that are alerted compare to the labelled ones. */
const ofRows: readonly Column[] = [
  { title: 'F1', figure: 'rowF1', digits: 4 },
  { title: 'precision', figure: 'rowPrecision', digits: 4 },
  { title: 'recall', figure: 'rowRecall', digits: 4 },
  { title: 'AUC-PR', figure: 'aucPr', digits: 4 },
];

/** A series by name, with the figures of every method. */
export type Group = { readonly name: string; readonly by: ByMethod };

/** Three lines per series, then the mean over series and how far the seeds lie apart. */
export function tableOfEvents(series: readonly Group[], all: ByMethod, seeds: number): string {
  return align([
    headOf(ofEvents),
    ...series.flatMap(({ name, by }) => linesOf(name, ofEvents, (method) => by[method].mean)),
    ...(series.length > 1 ? linesOf(`mean of ${series.length}`, ofEvents, (method) => all[method].mean) : []),
    ...spreadLines(ofEvents, all, seeds),
  ]);
}

/** What was claimed for data of this kind: by a forest that was fitted, tuned and scored on the same rows and labels. */
const claimedF1 = 0.8835;

/** The figures of the rows that were held out, beside the claim. */
export function tableOfRows({ name, by }: Group, seeds: number): string {
  return [
    align([headOf(ofRows), ...linesOf(name, ofRows, (method) => by[method].mean), ...spreadLines(ofRows, by, seeds)]),
    `Measured on the held-out last 30 %, thresholds without labels. The predecessor's own figure, in-sample: F1 ${claimedF1}.`,
  ].join('\n');
}

/** What share of the product's alerts lies in labelled events, by how sure they were said to be. */
export function tableOfReliability({ bins, error }: Reliability): string {
  const all = bins.reduce((sum, bin) => sum + bin.alerts, 0);
  const right = bins.reduce((sum, bin) => sum + bin.alerts * bin.right, 0);
  const stated = bins.reduce((sum, bin) => sum + bin.alerts * bin.stated, 0);
  return align([
    ['confidence', '', 'alerts', 'stated', 'in incidents'],
    ...bins.map((bin) => [
      `${bin.from} to ${bin.to}`,
      '',
      String(bin.alerts),
      format(bin.stated, 2),
      format(bin.right, 2),
    ]),
    ['all', '', String(all), format(stated / all, 2), format(right / all, 2)],
    ['calibration error', '', '', '', format(error, 2)],
  ]);
}

const headOf = (columns: readonly Column[]): readonly string[] => ['', '', ...columns.map(({ title }) => title)];

function linesOf(name: string, columns: readonly Column[], figures: (method: Method) => Figures) {
  return methods.map((method, place) => [
    place === 0 ? name : '',
    titles[method],
    ...columns.map(({ figure, digits }) => format(figures(method)[figure], digits)),
  ]);
}

function spreadLines(columns: readonly Column[], by: ByMethod, seeds: number): readonly (readonly string[])[] {
  return seeds > 1 ? linesOf(`± over ${seeds} seeds`, columns, (method) => by[method].spread) : [];
}

function format(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}

/** Names to the left, numbers to the right. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
