import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf, UsageError } from '../core/errors.ts';
import type { ScoredRow } from './judge-series.ts';
import { filesOf, type Source } from './series.ts';

/** Where the command line wants what was measured; null is nowhere. */
export type Outputs = { readonly scores: string | null; readonly json: string | null };

const scoresFile = (dir: string, name: string): string => join(dir, `${name}.csv`);

/**
 * Makes the folders before the work begins. Throws a `UsageError` when something can't be written there or would take the
 * place of a file that is to be read.
 */
export function prepareOutputs({ scores, json }: Outputs, sources: readonly Source[]): void {
  const written = [
    ...(scores === null ? [] : sources.map(({ name }) => scoresFile(scores, name))),
    ...(json === null ? [] : [json]),
  ];
  const read = new Set(sources.flatMap(filesOf).map((file) => resolve(file)));
  const lost = written.find((file) => read.has(resolve(file)));
  if (lost !== undefined) throw new UsageError(`${lost} is read and would be written over; name another folder.`);
  try {
    if (scores !== null) prepareFolder(scores);
    if (json !== null) prepareFolder(dirname(json));
  } catch (error) {
    throw new UsageError(`What is measured can't be written: ${messageOf(error)}.`);
  }
  if (json !== null && existsSync(json) && statSync(json).isDirectory())
    throw new UsageError(`--json is a file, and ${json} is a folder.`);
}

function prepareFolder(dir: string): void {
  mkdirSync(dir, { recursive: true });
  accessSync(dir, constants.W_OK);
}

/** Writes `<dir>/<name>.csv`: a line per measured row. */
export function writeScores(dir: string, name: string, rows: readonly ScoredRow[]): void {
  writeFileSync(scoresFile(dir, name), scoresCsv(rows));
}

/** Fused score, score of the forest alone, 1 for an alert, and the numbers of the metrics to blame. */
function scoresCsv(rows: readonly ScoredRow[]): string {
  const lines = rows.map(
    ({ score, forest, isAlert, blamed }) => `${score},${forest},${isAlert ? 1 : 0},${blamed.join(';')}`,
  );
  return `${['score,forest,alert,blamed', ...lines].join('\n')}\n`;
}

/** A figure that does not exist is null. */
export function writeJson(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
