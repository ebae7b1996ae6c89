import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findMachines } from '../../src/evaluate/find-machines.ts';
import { readMachine } from '../../src/evaluate/read-machine.ts';
import { findNab, readNab } from '../../src/evaluate/read-nab.ts';
import { boundsOf } from '../../src/forecast/bounds.ts';
import { minuteMs, type NamedSeries } from './series.ts';

/** Metrics of a machine that are looked at, evenly spread over those that move. */
const perMachine = 5;
const stepMs = 5 * minuteMs;

/**
 * The series of a folder as `npm run evaluate` takes it: of NAB when it has `windows.json`, else of machines of one step, whose
 * two files are a series each.
 */
export function readData(dir: string, machineStepMs: number): readonly NamedSeries[] {
  if (existsSync(join(dir, 'windows.json')))
    return findNab(dir)
      .map(readNab)
      .flatMap(({ name, stepMs: step, train, test }) => {
        const values = concat(train.columns[0]?.values, test.columns[0]?.values);
        return [series(name, train.times[0] ?? 0, step, values)];
      });
  return findMachines(dir, machineStepMs).flatMap((source) => {
    if (source.kind !== 'machine') return [];
    const { name, train, test } = readMachine(source);
    return [train, test].flatMap(({ columns }, part) => {
      const moving = columns.filter(({ values }) => moves(values));
      const every = Math.max(1, Math.floor(moving.length / perMachine));
      return moving
        .filter((_, at) => at % every === 0)
        .slice(0, perMachine)
        .map((column) => series(`${name} ${column.name} ${['train', 'test'][part]}`, 0, machineStepMs, column.values));
    });
  });
}

function series(name: string, from: number, step: number, values: Float64Array): NamedSeries {
  const run = Math.max(1, Math.round(stepMs / step));
  const rows = Math.floor(values.length / run);
  const means = Float64Array.from({ length: rows }, (_, row) => {
    const seen = values.subarray(row * run, (row + 1) * run).filter((value) => !Number.isNaN(value));
    return seen.length === 0 ? Number.NaN : seen.reduce((sum, value) => sum + value, 0) / seen.length;
  });
  return { name, bounds: boundsOf('', means), series: { from, stepMs: step * run, values: means } };
}

function concat(first: Float64Array | undefined, second: Float64Array | undefined): Float64Array {
  return Float64Array.from([...(first ?? []), ...(second ?? [])]);
}

/** No one value in more than half of its rows: any band holds what hardly ever moves. */
function moves(values: Float64Array): boolean {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(...counts.values()) <= values.length / 2;
}
