import { availableParallelism } from 'node:os';
import { ConfigError } from '../core/errors.ts';
import { readArguments } from './arguments.ts';
import { chooseSources } from './choose-sources.ts';
import { alertBudgetPerDay, type Judged } from './judge-series.ts';
import { prepareOutputs, writeJson, writeScores } from './outputs.ts';
import { problemsOf } from './read-series.ts';
import { runJobs } from './run-jobs.ts';
import type { Source } from './series.ts';
import { summarise, summariseAll } from './summary.ts';
import { tableOfEvents, tableOfRows } from './table.ts';

/**
 * The program: judges what the command line asks for, writes the files it asks for and gives the report. Every file is read
 * once before the first is judged, so that all that is wrong with the data is said at once. `tell` takes lines of progress.
 * Throws a `UsageError` for the command line and a `ConfigError` for the data.
 */
export async function evaluate(argv: readonly string[], tell: (line: string) => void): Promise<string> {
  const { subject, seeds, scores, json } = readArguments(argv);
  const sources = chooseSources(subject);
  prepareOutputs({ scores, json }, sources);
  tell(`reading ${sources.map(({ name }) => name).join(', ')}`);
  const problems = problemsOf(sources);
  if (problems.length > 0) throw new ConfigError(problems);
  const judged = await judgeAll(sources, seeds, tell);
  const groups = judged.map(({ name, bySeed }) => ({ name, by: summarise(bySeed) }));
  const mean = summariseAll(judged.map(({ bySeed }) => bySeed));
  if (scores !== null) for (const { name, bySeed } of judged) writeScores(scores, name, bySeed[0]?.rows ?? []);
  if (json !== null) {
    const series = judged.map(({ name, bySeed }, at) => ({
      name,
      ...groups[at]?.by,
      bySeed: bySeed.map(({ verdicts }) => verdicts),
    }));
    writeJson(json, { seeds, alertBudgetPerDay, mean, series });
  }
  const [first] = groups;
  return subject.kind === 'synthetic' && first !== undefined
    ? tableOfRows(first, seeds)
    : tableOfEvents(groups, mean, seeds);
}

type JudgedSeries = { readonly name: string; readonly bySeed: readonly Judged[] };

/** Every series under the seeds 1 to `seeds`. */
async function judgeAll(
  sources: readonly Source[],
  seeds: number,
  tell: (line: string) => void,
): Promise<readonly JudgedSeries[]> {
  const jobs = sources.flatMap((source) => Array.from({ length: seeds }, (_, at) => ({ source, seed: at + 1 })));
  let done = 0;
  const outcomes = await runJobs(jobs, availableParallelism(), ({ source, seed }) => {
    done += 1;
    tell(`${done}/${jobs.length}  ${source.name}, seed ${seed}`);
  });
  return sources.map(({ name }, at) => ({ name, bySeed: outcomes.slice(at * seeds, (at + 1) * seeds) }));
}
