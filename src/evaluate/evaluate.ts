import { ConfigError } from '../core/errors.ts';
import { reliabilityOf } from '../detection/measures/reliability.ts';
import type { Ablated } from './ablate-series.ts';
import { meanAblation, tableOfGroups } from './ablation.ts';
import { type Arguments, readArguments } from './arguments.ts';
import { chooseSources } from './choose-sources.ts';
import { alertBudgetPerDay, type Judged } from './judge-series.ts';
import { prepareOutputs, writeJson, writeScores } from './outputs.ts';
import { problemsOf } from './read-series.ts';
import { runSeries } from './run-jobs.ts';
import type { Source } from './series.ts';
import { summarise, summariseAll } from './summary.ts';
import { tableOfEvents, tableOfReliability, tableOfRows } from './table.ts';

/**
 * The program: judges what the command line asks for, writes the files it asks for and gives the report. Every file is read
 * once before the first is judged, so that all that is wrong with the data is said at once. `tell` takes lines of progress.
 * Throws a `UsageError` for the command line and a `ConfigError` for the data.
 */
export async function evaluate(argv: readonly string[], tell: Tell): Promise<string> {
  const wanted = readArguments(argv);
  const { subject, scores, json, task } = wanted;
  const sources = chooseSources(subject);
  prepareOutputs({ scores, json }, sources);
  tell(`reading ${sources.map(({ name }) => name).join(', ')}`);
  const problems = problemsOf(sources);
  if (problems.length > 0) throw new ConfigError(problems);
  return task === 'ablate' ? ablate(wanted, sources, tell) : judge(wanted, sources, tell);
}

type Tell = (line: string) => void;

const workerUrl = (file: string): URL => new URL(file, import.meta.url);

async function judge(
  { subject, seeds, scores, json }: Arguments,
  sources: readonly Source[],
  tell: Tell,
): Promise<string> {
  const judged = await runSeries<Judged>(workerUrl('./worker.ts'), sources, seeds, tell);
  const groups = judged.map(({ name, bySeed }) => ({ name, by: summarise(bySeed) }));
  const mean = summariseAll(judged.map(({ bySeed }) => bySeed));
  const reliability = reliabilityOf(judged.flatMap(({ bySeed }) => bySeed.flatMap(({ alerts }) => alerts)));
  if (scores !== null) for (const { name, bySeed } of judged) writeScores(scores, name, bySeed[0]?.rows ?? []);
  if (json !== null) {
    const series = judged.map(({ name, bySeed }, at) => ({
      name,
      ...groups[at]?.by,
      bySeed: bySeed.map(({ verdicts }) => verdicts),
    }));
    writeJson(json, { seeds, alertBudgetPerDay, mean, reliability, series });
  }
  const [first] = groups;
  return subject.kind === 'synthetic' && first !== undefined
    ? tableOfRows(first, seeds)
    : [tableOfEvents(groups, mean, seeds), tableOfReliability(reliability)].join('\n\n');
}

async function ablate({ seeds, json }: Arguments, sources: readonly Source[], tell: Tell): Promise<string> {
  const series = await runSeries<Ablated>(workerUrl('./ablation-worker.ts'), sources, seeds, tell);
  const mean = meanAblation(series);
  if (json !== null) writeJson(json, { seeds, mean, series });
  return tableOfGroups(mean, series.length, seeds);
}
