import { type Method, methods } from './judge-series.ts';
import type { ByMethod, FigureName, Figures } from './summary.ts';

const titles: Readonly<Record<Method, string>> = { fused: 'fused', forest: 'forest alone', plain: 'raw forest' };

type Column = { readonly title: string; readonly figure: FigureName; readonly digits: number };

const columns: readonly Column[] = [
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

/** A named group of three lines, one per method. */
export type Group = { readonly name: string; readonly by: ByMethod };

/** The table a person reads: three lines per series, then the mean over series and how far the seeds lie apart. */
export function tableOf(series: readonly Group[], all: ByMethod, seeds: number): string {
  const rows = [
    ['', '', ...columns.map(({ title }) => title)],
    ...series.flatMap(({ name, by }) => linesOf(name, (method) => by[method].mean)),
    ...linesOf(`mean of ${series.length}`, (method) => all[method].mean),
    ...(seeds > 1 ? linesOf(`± over ${seeds} seeds`, (method) => all[method].spread) : []),
  ];
  return align(rows);
}

function linesOf(name: string, figures: (method: Method) => Figures): readonly (readonly string[])[] {
  return methods.map((method, place) => [
    place === 0 ? name : '',
    titles[method],
    ...columns.map(({ figure, digits }) => format(figures(method)[figure], digits)),
  ]);
}

export function format(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}

/** Text columns to the left, numbers to the right. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
