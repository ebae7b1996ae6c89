import { ConfigError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { badLine, readLines } from './read-lines.ts';
import { readNumbers, type Table } from './read-numbers.ts';
import { type Interpretation, namelessMetrics, type Series, type Source } from './series.ts';

export type MachineSource = Extract<Source, { readonly kind: 'machine' }>;

/**
 * Reads a machine: rows of numbers without a header to learn from and to judge, a label per judged row, and, where there is
 * one, the list of labelled incidents with the metrics at fault. Judged rows follow on the learnt ones without a break.
 * Metrics have no name and no unit. Throws a `ConfigError` that names file and line.
 */
export function readMachine(source: MachineSource): Series {
  const train = readNumbers(source.train, false);
  const test = readNumbers(source.test, false);
  const width = train.columns.length;
  if (test.columns.length !== width)
    throw new ConfigError([`${source.test} has ${test.columns.length} columns where ${source.train} has ${width}`]);
  const labels = readLabels(source.label);
  if (labels.length !== test.rows)
    throw new ConfigError([`${source.label} has ${labels.length} labels for the ${test.rows} rows of ${source.test}`]);
  return {
    name: source.name,
    stepMs: source.stepMs,
    metrics: namelessMetrics(train.columns.map((_, at) => nameOf(at))),
    train: toFrame(train, 0, source.stepMs),
    test: toFrame(test, train.rows * source.stepMs, source.stepMs),
    measured: Uint32Array.from(labels.keys()),
    labels,
    interpretations: source.interpretation === null ? [] : readInterpretations(source.interpretation, test.rows, width),
  };
}

const nameOf = (at: number): string => `m${at + 1}`;

function toFrame({ columns, rows }: Table, from: number, stepMs: number): Frame {
  return {
    times: Float64Array.from({ length: rows }, (_, row) => from + row * stepMs),
    columns: columns.map((values, at) => ({ name: nameOf(at), values })),
  };
}

function readLabels(file: string): Uint8Array {
  return Uint8Array.from(readLines(file), (line, row) => {
    const label = line.trim();
    if (label !== '' && (Number(label) === 0 || Number(label) === 1)) return Number(label);
    throw badLine(file, row + 1, `"${line.slice(0, 40)}" is not a label; a label is 0 or 1`);
  });
}

/** Lines of `start-end:metric,metric,…`: rows from 0 on, metrics from 1 on. */
function readInterpretations(file: string, rows: number, width: number): readonly Interpretation[] {
  return readLines(file).map((line, index) => {
    const [, from, to, list] = /^\s*(\d+)-(\d+):([\d,\s]+)$/.exec(line) ?? [];
    if (from === undefined || to === undefined || list === undefined)
      throw badLine(file, index + 1, `"${line.slice(0, 40)}" is not of the form start-end:metric,metric`);
    if (Number(from) > Number(to) || Number(from) >= rows || Number(to) > rows)
      throw badLine(file, index + 1, `rows ${from} to ${to} do not lie within the ${rows} rows of the test`);
    const atFault = list.split(',').map((metric) => Number(metric) - 1);
    if (atFault.some((at) => at < 0 || at >= width))
      throw badLine(file, index + 1, `a metric is a number from 1 to ${width}`);
    return { from: Number(from), to: Number(to), atFault: new Set(atFault) };
  });
}
