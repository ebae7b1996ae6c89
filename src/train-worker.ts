import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, UpstreamError, UsageError } from './core/errors.ts';
import { createFusedDetector } from './detection/fused-detector.ts';
import { createFrameSource } from './metrics/frames.ts';
import { createPrometheusSource } from './metrics/prometheus.ts';
import { type TrainAnswer, type TrainJob, trainWatch } from './train.ts';

/** A process of its own in small: reads the history of one watch, fits it, answers once and ends. */

async function answerTo({ watch, prometheus, range, seed, now, code }: TrainJob): Promise<TrainAnswer> {
  try {
    const source = createFrameSource(createPrometheusSource({ ...prometheus, fetch }));
    // The deadline is the trainer's, who ends this thread.
    const frames = await source.history(watch, range, new AbortController().signal);
    const outcome = trainWatch({ watch, frames, detector: createFusedDetector(), seed, range, now, code });
    return { kind: 'done', outcome };
  } catch (error) {
    if (error instanceof UpstreamError) {
      const { service, message, retryable, retryAfterMs } = error;
      return { kind: 'upstream', service, message, retryable, retryAfterMs };
    }
    return { kind: error instanceof UsageError ? 'usage' : 'broken', message: messageOf(error) };
  }
}

const answer = await answerTo(workerData as TrainJob);
const buffers =
  answer.kind === 'done' && answer.outcome.kind === 'trained' ? bytesOf(answer.outcome.model.detectors) : [];
parentPort?.postMessage(answer, buffers);

/** Whole buffers change hands instead of being copied. */
function bytesOf(detectors: ReadonlyMap<string, Uint8Array>): ArrayBuffer[] {
  return [...detectors.values()].map((bytes) => bytes.buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
