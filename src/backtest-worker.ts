import { parentPort, workerData } from 'node:worker_threads';
import { readHistory } from './backtest/read-history.ts';
import { runBacktest } from './backtest/run-backtest.ts';
import type { BacktestJob } from './backtest.ts';
import { createFusedDetector } from './detection/fused-detector.ts';
import { createFrameSource } from './metrics/frames.ts';
import { createPrometheusSource } from './metrics/prometheus.ts';
import { replay } from './replay.ts';
import { answerOf, progressOf } from './run-worker.ts';
import { createTurns } from './turns.ts';

/** A process of its own in small: reads history, walks forward through it, answers once and ends. */

/** Of the time there is, so much goes to reading, as far as a progress bar is concerned. */
const readingPart = 0.15;
/** After so long no further entity is begun: whoever asked still waits. */
const enoughMs = 8 * 60_000;

const { watch, range, prometheus, incidents, seed, mostEntities } = workerData as BacktestJob;
const startedAt = performance.now();
const say = (part: number, doing: string): void => parentPort?.postMessage(progressOf({ part, doing }));
const source = createPrometheusSource({ ...prometheus, fetch });
const turns = createTurns();
/** One query after another. */
const gentle = createFrameSource({
  ...source,
  range: (query, of, signal) => turns.take((either) => source.range(query, of, either), signal),
});
// The deadline is whose who ends this thread.
const { signal } = new AbortController();

parentPort?.postMessage(
  await answerOf(async () => {
    const histories = await readHistory(
      {
        ...{ frames: gentle, watch, range, mostEntities, seed },
        onPiece: (done, of) => say((readingPart * done) / of, 'reading history'),
      },
      signal,
    );
    return runBacktest({
      ...{ watch, histories, range, incidents, seed, replay },
      detector: createFusedDetector(),
      hasTime: () => performance.now() - startedAt < enoughMs,
      onProgress: ({ part, doing }) => say(readingPart + (1 - readingPart) * part, doing),
    });
  }),
);
