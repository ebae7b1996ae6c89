import { createFusedDetector } from '../detection/fused-detector.ts';
import { answerJobs } from './answer-jobs.ts';
import { judgeSeries } from './judge-series.ts';
import { fitPlainForest } from './plain-forest.ts';

/** A process of its own in small, and the only file of this room that names the detector: judges one series after another. */

const detectors = { detector: createFusedDetector(), fitPlain: fitPlainForest };

answerJobs((series, seed) => judgeSeries(series, detectors, seed));
