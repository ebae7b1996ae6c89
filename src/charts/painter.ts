import { Worker } from 'node:worker_threads';
import type { Chart, Painter, Picture } from '../core/chart.ts';
import { UpstreamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { createTurns } from '../turns.ts';

export type PaintJob = { readonly id: number; readonly chart: Chart };

export type PaintAnswer =
  | ({ readonly kind: 'drawn'; readonly id: number } & Pick<Picture, 'png' | 'width' | 'height'>)
  | { readonly kind: 'failed'; readonly id: number; readonly because: string };

export type PainterOptions = {
  readonly log: Log;
  readonly workerUrl?: URL;
  /** How long one picture may take, which for the first one includes loading what draws it. */
  readonly deadlineMs?: number;
};

/** Lasts until it is stopped; what it is asked for then fails. */
export type LastingPainter = Painter & { stop(): Promise<void> };

/** A picture takes a tenth of a second; the first one, on a busy machine, some seconds. */
const defaultDeadlineMs = 10_000;
/** Whoever came behind more of them would rather be told in words. */
const mostWaiting = 24;
/** A chart that needs more memory than this ends the thread, and not the process. */
const mostHeapMb = 256;

/**
 * Draws in a thread of its own, which begins with the first picture and is kept; one that ends or hangs is replaced when the next picture
 * is asked for. One picture is drawn at a time. Throws `UpstreamError('pictures')`, or the signal's reason.
 */
export function createPainter({ log, workerUrl, deadlineMs = defaultDeadlineMs }: PainterOptions): LastingPainter {
  const url = workerUrl ?? new URL('./paint-worker.ts', import.meta.url);
  const turns = createTurns();
  let kept: Worker | null = null;
  let jobs = 0;

  function begin(): Worker {
    const worker = new Worker(url, {
      ...{ stdout: true, stderr: true },
      resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    });
    // Nobody has to wait for a thread that waits.
    worker.unref();
    worker.on('error', (error) => log.warn('the thread that draws pictures broke', { error }));
    worker.once('exit', () => {
      if (kept === worker) kept = null;
    });
    return worker;
  }

  async function draw(chart: Chart, signal: AbortSignal): Promise<Picture> {
    kept ??= begin();
    const worker = kept;
    jobs += 1;
    const answer = await answerOf(worker, { id: jobs, chart }, deadlineMs, signal);
    switch (answer.kind) {
      case 'drawn': {
        const { png, width, height } = answer;
        return { png, width, height, alt: chart.alt };
      }
      case 'failed':
        throw failed(`it could not be drawn: ${answer.because}`, false);
      case 'ended':
        throw failed('the thread that draws it ended', false);
      case 'late':
        if (kept === worker) kept = null;
        void worker.terminate();
        log.warn('the thread that draws pictures hung and was ended', { deadlineMs });
        throw failed(`it was not drawn within ${deadlineMs / 1_000} s`, true);
    }
  }

  return {
    async paint(chart, signal) {
      if (turns.waiting() >= mostWaiting) throw failed(`${mostWaiting} are being drawn already`, true);
      return turns.take((either) => draw(chart, either), signal);
    },
    async stop() {
      await turns.stop('the bot is stopping');
      await kept?.terminate();
    },
  };
}

type Outcome = PaintAnswer | { readonly kind: 'ended' } | { readonly kind: 'late' };

/** What the thread says to one job, or what became of it. Rejects with the signal's reason; the thread then goes on by itself. */
async function answerOf(worker: Worker, job: PaintJob, deadlineMs: number, signal: AbortSignal): Promise<Outcome> {
  const outcome = Promise.withResolvers<Outcome>();
  const hear = (answer: PaintAnswer): void => {
    if (answer.id === job.id) outcome.resolve(answer);
  };
  const end = (): void => outcome.resolve({ kind: 'ended' });
  const abort = (): void => outcome.reject(signal.reason);
  const timer = setTimeout(() => outcome.resolve({ kind: 'late' }), deadlineMs);
  worker.on('message', hear);
  worker.once('exit', end);
  signal.addEventListener('abort', abort, { once: true });
  worker.ref();
  try {
    worker.postMessage(job);
    return await outcome.promise;
  } finally {
    clearTimeout(timer);
    worker.off('message', hear);
    worker.off('exit', end);
    signal.removeEventListener('abort', abort);
    worker.unref();
  }
}

function failed(because: string, retryable: boolean): UpstreamError {
  return new UpstreamError('pictures', `there is no picture: ${because}`, { retryable });
}
