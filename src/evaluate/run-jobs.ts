import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ConfigError } from '../core/errors.ts';
import type { Source } from './series.ts';

/** One series under one seed. */
export type Job = { readonly source: Source; readonly seed: number };

/** The one answer to a job. Errors lose their class between threads, so it is told by `kind`. */
export type JobAnswer<Outcome> =
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'bad data'; readonly problems: readonly string[] };

/** What came out of a series, seed by seed. */
export type BySeed<Outcome> = { readonly name: string; readonly bySeed: readonly Outcome[] };

/**
 * Every series under the seeds 1 to `seeds`, in as many threads as there are processors. `worker` is the file of a thread
 * that answers jobs with outcomes; `tell` takes a line when one is done. Throws as `runJobs` does.
 */
export async function runSeries<Outcome>(
  worker: URL,
  sources: readonly Source[],
  seeds: number,
  tell: (line: string) => void,
): Promise<readonly BySeed<Outcome>[]> {
  const jobs = sources.flatMap((source) => Array.from({ length: seeds }, (_, at) => ({ source, seed: at + 1 })));
  let done = 0;
  const outcomes = await runJobs<Outcome>(worker, jobs, ({ source, seed }) => {
    done += 1;
    tell(`${done}/${jobs.length}  ${source.name}, seed ${seed}`);
  });
  return sources.map(({ name }, at) => ({ name, bySeed: outcomes.slice(at * seeds, (at + 1) * seeds) }));
}

/**
 * Runs jobs in threads; the outcomes are in the order of the jobs. Throws a `ConfigError` when a series can't be judged, and
 * what broke when a thread breaks; whatever happens, no thread is left.
 */
async function runJobs<Outcome>(
  worker: URL,
  jobs: readonly Job[],
  onDone: (job: Job) => void,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...jobs.entries()];
  const threads = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, () => new Worker(worker));
  async function work(thread: Worker): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, job] = next;
      outcomes[place] = await ask<Outcome>(thread, job);
      onDone(job);
    }
  }
  try {
    await Promise.all(threads.map(work));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return outcomes;
}

async function ask<Outcome>(thread: Worker, job: Job): Promise<Outcome> {
  thread.postMessage(job);
  // It rejects with what the thread throws.
  const [answer] = (await once(thread, 'message')) as [JobAnswer<Outcome>];
  if (answer.kind === 'bad data') throw new ConfigError(answer.problems);
  return answer.outcome;
}
