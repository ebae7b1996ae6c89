import { parentPort, workerData } from 'node:worker_threads';
import { createFusedDetector } from './detection/fused-detector.ts';
import { createFrameSource } from './metrics/frames.ts';
import { createPrometheusSource } from './metrics/prometheus.ts';
import { answerOf } from './run-worker.ts';
import { type TrainJob, trainWatch } from './train.ts';

/** A process of its own in small: reads the history of one watch, fits it, answers once and ends. */

const { watch, prometheus, range, seed, now, code } = workerData as TrainJob;

const answer = await answerOf(async () => {
  const source = createFrameSource(createPrometheusSource({ ...prometheus, fetch }));
  // The deadline is the trainer's, who ends this thread.
  const frames = await source.history(watch, range, new AbortController().signal);
  return trainWatch({ watch, frames, detector: createFusedDetector(), seed, range, now, code });
});
const buffers =
  answer.kind === 'done' && answer.outcome.kind === 'trained' ? bytesOf(answer.outcome.model.detectors) : [];
parentPort?.postMessage(answer, buffers);

/** Whole buffers change hands instead of being copied. */
function bytesOf(detectors: ReadonlyMap<string, Uint8Array>): ArrayBuffer[] {
  return [...detectors.values()].map((bytes) => bytes.buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
