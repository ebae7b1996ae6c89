import { parentPort } from 'node:worker_threads';
import { ConfigError } from '../core/errors.ts';
import { readSeries } from './read-series.ts';
import type { Job, JobAnswer } from './run-jobs.ts';
import type { Series } from './series.ts';

/** In a thread: answers every job that comes with what `work` makes of its series. */
export function answerJobs<Outcome>(work: (series: Series, seed: number) => Outcome): void {
  function answerTo({ source, seed }: Job): JobAnswer<Outcome> {
    try {
      return { kind: 'done', outcome: work(readSeries(source), seed) };
    } catch (error) {
      if (error instanceof ConfigError) return { kind: 'bad data', problems: error.problems };
      throw error;
    }
  }
  parentPort?.on('message', (job: Job) => parentPort?.postMessage(answerTo(job)));
}
