import { parentPort, workerData } from 'node:worker_threads';
import { tune } from './backtest/tune.ts';
import type { Frame } from './core/frame.ts';
import type { Tuning } from './core/tuning.ts';
import { createFusedDetector, usualSettings } from './detection/fused-detector.ts';
import { createFrameSource } from './metrics/frames.ts';
import { createPrometheusSource } from './metrics/prometheus.ts';
import { replay } from './replay.ts';
import { answerOf } from './run-worker.ts';
import { type TrainJob, trainWatch } from './train.ts';

/** A process of its own in small: reads the history of one watch, fits it, answers once and ends. */

/** After so long no further settings are tried: the training itself has to end in time. */
const enoughMs = 3 * 60_000;

const job = workerData as TrainJob;
const { watch, prometheus, range, seed, now } = job;
const detector = createFusedDetector();

/** The settings to fit with: those that were chosen last, unless it is time to choose anew and history is long enough. */
async function settle(frames: ReadonlyMap<string, Frame>): Promise<Tuning | null> {
  if (!job.tunes) return job.tuning;
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const hasTime = (): boolean => elapsed() < enoughMs;
  const tuned = await tune({ watch, frames, detector, seed, replay, usual: usualSettings, hasTime });
  return tuned === null ? job.tuning : { ...tuned, chosenAt: now, tookMs: Math.round(elapsed()) };
}

const answer = await answerOf(async () => {
  const source = createFrameSource(createPrometheusSource({ ...prometheus, fetch }));
  // The deadline is the trainer's, who ends this thread.
  const frames = await source.history(watch, range, new AbortController().signal);
  return trainWatch({ ...job, frames, detector, tuning: await settle(frames) });
});
const buffers =
  answer.kind === 'done' && answer.outcome.kind === 'trained' ? bytesOf(answer.outcome.model.detectors) : [];
parentPort?.postMessage(answer, buffers);

/** Whole buffers change hands instead of being copied. */
function bytesOf(detectors: ReadonlyMap<string, Uint8Array>): ArrayBuffer[] {
  return [...detectors.values()].map((bytes) => bytes.buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
