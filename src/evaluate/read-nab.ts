import { basename, join } from 'node:path';
import { z } from 'zod';
import { ConfigError, UsageError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { namesIn } from './find-machines.ts';
import { badLine, readLines } from './read-lines.ts';
import { namelessMetrics, rowsOf, type Series, type Source } from './series.ts';

export type NabSource = Extract<Source, { readonly kind: 'nab' }>;

/** The part of a series that is only learnt from: NAB's probationary period (Lavin and Ahmad 2015). */
const probationShare = 0.15;

const windowsFile = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

/**
 * Every series of the Numenta Anomaly Benchmark in a folder: `NAME.csv[.gz]` and, for all of them, `windows.json`.
 * Throws a `UsageError` when there is none and a `ConfigError` when their windows can't be read.
 */
export function findNab(dir: string): readonly NabSource[] {
  const files = namesIn(dir)
    .filter((name) => /\.csv(\.gz)?$/.test(name))
    .toSorted();
  if (files.length === 0) throw new UsageError(`There is no series in ${dir}: a series is NAME.csv or NAME.csv.gz.`);
  const path = join(dir, 'windows.json');
  const windows = readWindows(path);
  const missing = files.filter((file) => windows[csvName(file)] === undefined);
  if (missing.length > 0) throw new ConfigError(missing.map((file) => `${path} has no entry for ${csvName(file)}`));
  return files.map((file) => ({
    kind: 'nab',
    name: basename(csvName(file), '.csv'),
    file: join(dir, file),
    windows: windows[csvName(file)] ?? [],
  }));
}

const csvName = (file: string): string => file.replace(/\.gz$/, '');

function readWindows(path: string): Readonly<Record<string, readonly (readonly [number, number])[]>> {
  let parsed: z.infer<typeof windowsFile>;
  try {
    parsed = windowsFile.parse(JSON.parse(readLines(path).join('\n')));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`${path} is not JSON of the form {"NAME.csv": [["first time", "last time"]]}`]);
  }
  const problems: string[] = [];
  const windows = Object.entries(parsed).map(([file, spans]) => [
    file,
    spans.map((span): readonly [number, number] => {
      const [from, to] = [timeOf(span[0]), timeOf(span[1])];
      if (!(from <= to)) problems.push(`${path}, ${file}: "${span.join('" to "')}" is no span of time`);
      return [from, to];
    }),
  ]);
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(windows);
}

/** "2014-07-01 00:00:00", which is UTC, as epoch ms; NaN when it is something else. */
function timeOf(text: string): number {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}Z`) : Number.NaN;
}

type Readings = { readonly times: Float64Array; readonly values: Float64Array };

/**
 * Reads a series of `timestamp,value`. Its step is its commonest one; where readings are missing the rows are gaps, and of
 * readings within one step the last counts. Measured are the readings of the file after the first 15 %, each with the
 * score of its step. Throws a `ConfigError` that names file and line.
 */
export function readNab({ name, file, windows }: NabSource): Series {
  const { times, values } = readReadings(file);
  const stepMs = commonestStep(file, times);
  const start = times[0] ?? 0;
  const rows = times.map((time) => Math.round((time - start) / stepMs));
  const frame = toFrame(rows, values, start, stepMs);
  const learnt = Math.floor(times.length * probationShare);
  const split = rows[learnt] ?? 0;
  const judged = times.subarray(learnt);
  return {
    name,
    stepMs,
    metrics: namelessMetrics(['value']),
    train: rowsOf(frame, 0, split),
    test: rowsOf(frame, split, frame.times.length),
    measured: Uint32Array.from(rows.subarray(learnt), (row) => row - split),
    labels: Uint8Array.from(judged, (time) => (windows.some(([from, to]) => time >= from && time <= to) ? 1 : 0)),
    interpretations: [],
  };
}

function readReadings(file: string): Readings {
  const lines = readLines(file);
  if (lines[0] !== 'timestamp,value') throw badLine(file, 1, 'is not the header "timestamp,value"');
  const times = new Float64Array(lines.length - 1);
  const values = new Float64Array(lines.length - 1);
  lines.slice(1).forEach((line, row) => {
    const [time = '', value = '', ...more] = line.split(',');
    if (value.trim() === '' || more.length > 0) throw badLine(file, row + 2, 'is not a timestamp and a value');
    times[row] = timeOf(time);
    values[row] = Number(value);
    if (!Number.isFinite(times[row])) throw badLine(file, row + 2, `"${time.slice(0, 40)}" is not a time`);
    if (!Number.isFinite(values[row])) throw badLine(file, row + 2, `"${value.slice(0, 40)}" is not a number`);
    if ((times[row] ?? 0) < (times[row - 1] ?? 0)) throw badLine(file, row + 2, 'is earlier than the line before');
  });
  return { times, values };
}

function commonestStep(file: string, times: Float64Array): number {
  const counts = new Map<number, number>();
  times.forEach((time, row) => {
    const step = time - (times[row - 1] ?? time);
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  });
  const [commonest] = [...counts].sort(([, a], [, b]) => b - a);
  if (commonest === undefined) throw new ConfigError([`${file} has no two readings at different times`]);
  const [stepMs] = commonest;
  // A year that was mistyped would make millions of gaps.
  const far = times.findIndex((time, row) => time - (times[row - 1] ?? time) > stepMs * times.length);
  if (far > 0) throw badLine(file, far + 2, 'is further from the line before than the whole series is long');
  return stepMs;
}

function toFrame(rows: Float64Array, values: Float64Array, start: number, stepMs: number): Frame {
  const column = new Float64Array((rows.at(-1) ?? 0) + 1).fill(Number.NaN);
  rows.forEach((row, at) => {
    column[row] = values[at] ?? Number.NaN;
  });
  return { times: column.map((_, row) => start + row * stepMs), columns: [{ name: 'value', values: column }] };
}
