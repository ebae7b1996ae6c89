import { parentPort } from 'node:worker_threads';
import { ConfigError } from '../core/errors.ts';
import { createFusedDetector } from '../detection/fused-detector.ts';
import { judgeSeries } from './judge-series.ts';
import { fitPlainForest } from './plain-forest.ts';
import { readSeries } from './read-series.ts';
import type { Job, JobAnswer } from './run-jobs.ts';

/** A process of its own in small, and the only file of this room that names the detector: judges one series after another. */

const detectors = { detector: createFusedDetector(), fitPlain: fitPlainForest };

function answerTo({ source, seed }: Job): JobAnswer {
  try {
    return { kind: 'judged', judged: judgeSeries(readSeries(source), detectors, seed) };
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'bad data', problems: error.problems };
    throw error;
  }
}

parentPort?.on('message', (job: Job) => parentPort?.postMessage(answerTo(job)));
