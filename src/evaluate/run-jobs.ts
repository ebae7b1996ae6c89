import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ConfigError } from '../core/errors.ts';
import type { Judged } from './judge-series.ts';
import type { Source } from './series.ts';

/** One series under one seed. */
export type Job = { readonly source: Source; readonly seed: number };

/** The one answer to a job. Errors lose their class between threads, so it is told by `kind`. */
export type JobAnswer =
  | { readonly kind: 'judged'; readonly judged: Judged }
  | { readonly kind: 'bad data'; readonly problems: readonly string[] };

const workerUrl = new URL('./worker.ts', import.meta.url);

/**
 * Runs jobs in as many threads as there are workers; the outcomes are in the order of the jobs. Throws a `ConfigError` when
 * a series can't be judged, and what broke when a thread breaks; whatever happens, no thread is left.
 */
export async function runJobs(
  jobs: readonly Job[],
  workers: number,
  onDone: (job: Job) => void,
): Promise<readonly Judged[]> {
  const outcomes: Judged[] = [];
  const waiting = [...jobs.entries()];
  const threads = Array.from({ length: Math.min(workers, jobs.length) }, () => new Worker(workerUrl));
  async function work(thread: Worker): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, job] = next;
      outcomes[place] = await ask(thread, job);
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

async function ask(thread: Worker, job: Job): Promise<Judged> {
  thread.postMessage(job);
  // It rejects with what the thread throws.
  const [answer] = (await once(thread, 'message')) as [JobAnswer];
  if (answer.kind === 'bad data') throw new ConfigError(answer.problems);
  return answer.judged;
}
