import { Worker } from 'node:worker_threads';
import { messageOf, type Upstream, UpstreamError, UsageError } from './core/errors.ts';

/** How far a worker is; it may say so any number of times before it answers. */
export type WorkerProgress<Progress> = { readonly kind: 'progress'; readonly progress: Progress };

/** The one answer that a worker gives. Errors lose their class on the way, so it is told by `kind`. */
export type WorkerAnswer<Outcome> =
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | {
      readonly kind: 'upstream';
      readonly service: Upstream;
      readonly message: string;
      readonly retryable: boolean;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'usage'; readonly message: string }
  | { readonly kind: 'broken'; readonly message: string };

export type WorkerCall<Job, Progress = never> = {
  readonly url: URL;
  /** What the worker is given when it starts. */
  readonly job: Job;
  readonly deadlineMs: number;
  /** What it is about, for the message when it breaks: "training the watch hosts". */
  readonly what: string;
  readonly onProgress?: (progress: Progress) => void;
};

/**
 * Runs one worker to its answer; whatever happens, it is gone when the promise settles. Throws what the work threw
 * (`UpstreamError`, `UsageError`), the signal's reason when it is aborted, and a plain `Error` when the worker breaks or its
 * time is up.
 */
export async function runWorker<Job, Outcome, Progress = never>(
  call: WorkerCall<Job, Progress>,
  signal: AbortSignal,
): Promise<Outcome> {
  signal.throwIfAborted();
  // A worker says what it has to say in its answer; what a library prints there is no line of the log.
  const worker = new Worker(call.url, { workerData: call.job, stdout: true, stderr: true });
  const ended = AbortSignal.any([signal, AbortSignal.timeout(call.deadlineMs)]);
  const broken = (because: string, cause?: unknown): Error =>
    new Error(`${call.what} broke off: ${because}`, { cause });
  try {
    const answer = await new Promise<WorkerAnswer<Outcome>>((resolve, reject) => {
      worker.on('message', (said: WorkerAnswer<Outcome> | WorkerProgress<Progress>) => {
        if (said.kind === 'progress') call.onProgress?.(said.progress);
        else resolve(said);
      });
      worker.on('error', (error) => reject(broken(messageOf(error), error)));
      worker.once('exit', (code) => reject(broken(`the worker ended with code ${code} and no answer`)));
      ended.addEventListener('abort', () =>
        reject(signal.aborted ? signal.reason : broken(`no answer within ${Math.round(call.deadlineMs / 1000)} s`)),
      );
    });
    if (answer.kind === 'done') return answer.outcome;
    if (answer.kind === 'upstream') throw new UpstreamError(answer.service, answer.message, answer);
    throw answer.kind === 'usage' ? new UsageError(answer.message) : broken(answer.message);
  } finally {
    await worker.terminate();
  }
}

/** What a worker answers after its work, whether that went well or not. */
export async function answerOf<Outcome>(work: () => Promise<Outcome>): Promise<WorkerAnswer<Outcome>> {
  try {
    return { kind: 'done', outcome: await work() };
  } catch (error) {
    if (error instanceof UpstreamError) {
      const { service, message, retryable, retryAfterMs } = error;
      return { kind: 'upstream', service, message, retryable, retryAfterMs };
    }
    return { kind: error instanceof UsageError ? 'usage' : 'broken', message: messageOf(error) };
  }
}

/** What a worker says of how far it is. */
export function progressOf<Progress>(progress: Progress): WorkerProgress<Progress> {
  return { kind: 'progress', progress };
}
