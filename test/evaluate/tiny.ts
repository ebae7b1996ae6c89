import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRandom, gaussian } from '../../src/detection/random.ts';

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'evaluate-'));

export const trainRows = 500;
export const testRows = 300;

export type Tiny = {
  readonly train: readonly (readonly number[])[];
  readonly test: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly interpretation: string;
};

/** Three quiet metrics; the second jumps in rows 100 to 119 of the test, and the first in rows 200 to 209. */
export function tinyMachine(seed = 1): Tiny {
  const random = createRandom(seed);
  const row = () => [0.5, 0.3, 0.1].map((level) => Number((level + 0.01 * gaussian(random)).toFixed(6)));
  const train = Array.from({ length: trainRows }, row);
  const broken = (at: number): number => (at >= 100 && at < 120 ? 1 : at >= 200 && at < 210 ? 0 : -1);
  const test = Array.from({ length: testRows }, (_, at) =>
    row().map((value, metric) => (metric === broken(at) ? 0.9 : value)),
  );
  const labels = test.map((_, at) => (broken(at) === -1 ? 0 : 1));
  return { train, test, labels, interpretation: '100-120:2\n200-209:1' };
}

/** Writes text, packed when the file's name ends so. */
export function write(dir: string, name: string, text: string): void {
  writeFileSync(join(dir, name), name.endsWith('.gz') ? gzipSync(text) : text);
}

const csv = (rows: Tiny['train']): string => `${rows.map((row) => row.join(',')).join('\n')}\n`;

/** Writes a machine's files. */
export function writeMachine(dir: string, name: string, machine = tinyMachine(), packed = ''): void {
  write(dir, `${name}.train.csv${packed}`, csv(machine.train));
  write(dir, `${name}.test.csv${packed}`, csv(machine.test));
  write(dir, `${name}.label.csv${packed}`, `${machine.labels.join('\n')}\n`);
  write(dir, `${name}.interpretation.txt`, machine.interpretation);
}

export const silent = (): void => {};
