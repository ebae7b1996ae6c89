import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findNab } from '../../src/evaluate/read-nab.ts';
import { readSeries } from '../../src/evaluate/read-series.ts';
import type { Source } from '../../src/evaluate/series.ts';
import { newFolder, write } from './tiny.ts';

const machine = (dir: string): Source => ({
  kind: 'machine',
  name: 'm',
  stepMs: 60_000,
  train: join(dir, 'train.csv'),
  test: join(dir, 'test.csv'),
  label: join(dir, 'label.csv'),
  interpretation: join(dir, 'interpretation.txt'),
});

describe('reading a machine', () => {
  it('takes columns of nameless metrics on one clock, gaps, labels and who was at fault', () => {
    const dir = newFolder();
    write(dir, 'train.csv', '1,-2.5e-3\r\n,4\r\n');
    write(dir, 'test.csv', '0.5,NaN\n6,7\n8,9\n');
    write(dir, 'label.csv', '0\n1\n1.0\n');
    write(dir, 'interpretation.txt', '1-3:2, 1\n');
    const { train, test, labels, measured, metrics, interpretations } = readSeries(machine(dir));
    expect(metrics).toEqual(['m1', 'm2'].map((name) => ({ name, query: name, unit: '', harm: 'both' })));
    expect(train.columns).toEqual([
      { name: 'm1', values: Float64Array.of(1, Number.NaN) },
      { name: 'm2', values: Float64Array.of(-0.0025, 4) },
    ]);
    expect([...train.times, ...test.times]).toEqual([0, 60_000, 120_000, 180_000, 240_000]);
    expect(test.columns[1]?.values).toEqual(Float64Array.of(Number.NaN, 7, 9));
    expect(labels).toEqual(Uint8Array.of(0, 1, 1));
    expect(measured).toEqual(Uint32Array.of(0, 1, 2));
    expect(interpretations).toEqual([{ from: 1, to: 3, atFault: new Set([0, 1]) }]);
  });
});

describe('reading a series of NAB', () => {
  const minute = (at: number): string => `2026-01-01 00:${String(at).padStart(2, '0')}:00`;
  const read = (readings: readonly (readonly [number, number])[], window: readonly [number, number]) => {
    const dir = newFolder();
    write(dir, 's.csv', ['timestamp,value', ...readings.map(([at, value]) => `${minute(at)},${value}`)].join('\n'));
    write(dir, 'windows.json', JSON.stringify({ 's.csv': [window.map(minute)] }));
    const [source] = findNab(dir);
    if (source === undefined) throw new Error('there is one');
    return readSeries(source);
  };

  it('makes gaps of readings that are missing and takes the last of those that come twice', () => {
    const { stepMs, train, test, measured, labels } = read(
      [
        [0, 1],
        [5, 2],
        [10, 3],
        [25, 4],
        [25, 5],
        [30, 6],
        [35, 7],
      ],
      [25, 30],
    );
    expect(stepMs).toBe(300_000);
    expect(train.columns[0]?.values).toEqual(Float64Array.of(1));
    expect(test.columns[0]?.values).toEqual(Float64Array.of(2, 3, Number.NaN, Number.NaN, 5, 6, 7));
    expect(test.times[0]).toBe(Date.UTC(2026, 0, 1, 0, 5));
    expect(measured).toEqual(Uint32Array.of(0, 1, 4, 4, 5, 6));
    expect(labels).toEqual(Uint8Array.of(0, 0, 1, 1, 1, 0));
  });
});
