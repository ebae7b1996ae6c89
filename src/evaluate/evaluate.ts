import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError, messageOf, UsageError } from '../core/errors.ts';
import { type Arguments, readArguments, type Subject } from './arguments.ts';
import { findMachines } from './find-machines.ts';
import type { Judged } from './judge-series.ts';
import { readSeries } from './read-series.ts';
import { runJobs } from './run-jobs.ts';
import { scoresCsv } from './scores-csv.ts';
import type { Source } from './series.ts';
import { summarise, summariseAll } from './summary.ts';
import { tableOf } from './table.ts';

/**
 * The program: judges what the command line asks for, writes the files it asks for and gives the report. Every file is read
 * once before the first is judged, so that all that is wrong with the data is said at once. `tell` takes lines of progress.
 */
export async function evaluate(argv: readonly string[], tell: (line: string) => void): Promise<string> {
  const given = readArguments(argv);
  const sources = chosen(given.subject);
  prepareOutputs(given);
  tell(`reading ${sources.length} series`);
  check(sources);
  const series = await judgeAll(sources, given.seeds, tell);
  if (given.scores !== null)
    for (const [at, { name }] of sources.entries())
      writeFileSync(join(given.scores, `${name}.csv`), scoresCsv(series[at]?.[0]?.rows ?? []));
  const groups = sources.map(({ name }, at) => ({ name, by: summarise(series[at] ?? []) }));
  const all = summariseAll(series);
  if (given.json !== null) {
    const detail = series.map((seeds, at) => ({ ...groups[at], seeds: seeds.map(({ verdicts }) => verdicts) }));
    writeFileSync(given.json, `${JSON.stringify({ seeds: given.seeds, mean: all, series: detail }, null, 2)}\n`);
  }
  return tableOf(groups, all, given.seeds);
}

function chosen(subject: Subject): readonly Source[] {
  if (subject.kind !== 'machines') throw new UsageError('later');
  const { dir, machine, stepMs } = subject;
  const found = findMachines(dir, stepMs);
  if (machine === null) return found;
  const one = found.filter(({ name }) => name === machine);
  if (one.length > 0) return one;
  throw new UsageError(`There is no ${machine} in ${dir}. There are: ${found.map(({ name }) => name).join(', ')}.`);
}

function prepareOutputs({ scores, json }: Arguments): void {
  try {
    if (scores !== null) mkdirSync(scores, { recursive: true });
    if (json !== null) mkdirSync(dirname(json), { recursive: true });
  } catch (error) {
    throw new UsageError(`What was measured can't be written: ${messageOf(error)}`);
  }
}

function check(sources: readonly Source[]): void {
  const problems = sources.flatMap((source) => {
    try {
      readSeries(source);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
  });
  if (problems.length > 0) throw new ConfigError(problems);
}

/** By series, an outcome per seed. */
async function judgeAll(sources: readonly Source[], seeds: number, tell: (line: string) => void) {
  const jobs = sources.flatMap((source) => Array.from({ length: seeds }, (_, at) => ({ source, seed: at + 1 })));
  let done = 0;
  const outcomes = await runJobs(jobs, {
    workers: availableParallelism(),
    onDone({ source, seed }) {
      done += 1;
      tell(`${done}/${jobs.length}  ${source.name}, seed ${seed}`);
    },
  });
  return sources.map((_, at): readonly Judged[] => outcomes.slice(at * seeds, (at + 1) * seeds));
}
