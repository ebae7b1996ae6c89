import { Worker } from 'node:worker_threads';
import type { DatabaseContent } from '../core/backup.ts';
import { messageOf, UpstreamError } from '../core/errors.ts';

/** What the worker is given: the file to look into, and what to copy there before. */
export type SnapshotJob = { readonly copyOf: string | null; readonly file: string };

/** The one message that the worker sends. */
export type SnapshotAnswer =
  | { readonly kind: 'done'; readonly content: DatabaseContent }
  | { readonly kind: 'failed'; readonly message: string; readonly retryable: boolean };

/**
 * Writes a copy of a SQLite database as it is at one moment, while others go on writing to it, and checks the copy whole.
 * `into` must not be there yet. Throws `UpstreamError('database')`.
 */
export function takeSnapshot(database: string, into: string, signal: AbortSignal): Promise<DatabaseContent> {
  return run({ copyOf: database, file: into }, signal);
}

/** Checks a SQLite file whole and says what is in it. Throws `UpstreamError('database')`. */
export function inspectDatabase(file: string, signal: AbortSignal): Promise<DatabaseContent> {
  return run({ copyOf: null, file }, signal);
}

/** Whatever happens, the worker is gone when the promise settles. */
async function run(job: SnapshotJob, signal: AbortSignal): Promise<DatabaseContent> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./snapshot-worker.ts', import.meta.url), { workerData: job });
  const broken = (because: string): UpstreamError =>
    new UpstreamError('database', `the copy of ${job.copyOf ?? job.file} broke off: ${because}`, { retryable: true });
  const abort = new AbortController();
  try {
    const answer = await new Promise<SnapshotAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', (error) => reject(broken(messageOf(error))));
      worker.once('exit', (code) => reject(broken(`the worker ended with code ${code}`)));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: abort.signal });
    });
    if (answer.kind === 'done') return answer.content;
    throw new UpstreamError('database', answer.message, { retryable: answer.retryable });
  } finally {
    abort.abort();
    await worker.terminate();
  }
}
