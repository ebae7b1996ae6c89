import { ConfigError } from '../core/errors.ts';
import { badLine, readLines } from './read-lines.ts';
import { readNumbers } from './read-numbers.ts';
import { namelessMetrics, rowsOf, type Series, type Source } from './series.ts';

export type SyntheticSource = Extract<Source, { readonly kind: 'synthetic' }>;

const minuteMs = 60_000;
const learntShare = 0.7;
/** Columns that are no metrics; hour and weekday follow from the minute. */
const others = ['minute', 'hour', 'weekday', 'label'];

/**
 * Reads one CSV file of a server, a row a minute, with a header: `minute`, the metrics, and `label` (1 is anomalous). The first
 * 70 % are learnt from without their labels and the rest is judged. Throws a `ConfigError` that names file and line.
 */
export function readSynthetic({ name, file }: SyntheticSource): Series {
  const header = (readLines(file)[0] ?? '').split(',').map((title) => title.trim());
  const { columns, rows } = readNumbers(file, true);
  if (columns.length !== header.length)
    throw badLine(file, 2, `has ${columns.length} values for ${header.length} names`);
  const columnOf = (title: string): Float64Array => {
    const column = columns[header.indexOf(title)];
    if (column === undefined) throw badLine(file, 1, `names no column "${title}"`);
    return column;
  };
  const minutes = columnOf('minute');
  const broken = minutes.findIndex((minute, row) => minute !== (minutes[0] ?? 0) + row);
  if (broken >= 0) throw badLine(file, broken + 2, 'is not the minute after the line before');
  const labels = columnOf('label');
  const unknown = labels.findIndex((label) => label !== 0 && label !== 1);
  if (unknown >= 0) throw badLine(file, unknown + 2, `"${labels[unknown]}" is not a label; a label is 0 or 1`);
  const names = header.filter((title) => !others.includes(title));
  if (names.length === 0) throw new ConfigError([`${file} has no metrics`]);
  const frame = {
    times: minutes.map((minute) => minute * minuteMs),
    columns: names.map((title) => ({ name: title, values: columnOf(title) })),
  };
  const split = Math.trunc(rows * learntShare);
  return {
    name,
    stepMs: minuteMs,
    metrics: namelessMetrics(names),
    train: rowsOf(frame, 0, split),
    test: rowsOf(frame, split, rows),
    measured: Uint32Array.from({ length: rows - split }, (_, row) => row),
    labels: Uint8Array.from(labels.subarray(split)),
    interpretations: [],
  };
}
