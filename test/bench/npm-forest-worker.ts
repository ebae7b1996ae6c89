import { parentPort, workerData } from 'node:worker_threads';
import { IsolationForest } from 'isolation-forest';
import { IsolationForest as MlIsolationForest } from 'ml-isolation-forest';
import type { Matrix } from '../../src/detection/isolation-forest.ts';
import type { NpmForestWork } from './npm-forests.ts';

/** Fits and scores with one of npm's forests and says how long each took, ms; in a thread, because it can only be cut off there. */
const { name, matrix, trees, subsample } = workerData as NpmForestWork;

function rowsOf({ width, values }: Matrix): number[][] {
  return Array.from({ length: values.length / width }, (_, row) => [
    ...values.subarray(row * width, (row + 1) * width),
  ]);
}

function createForest(): { fit(): void; score(): void } {
  const rows = rowsOf(matrix);
  if (name === 'ml-isolation-forest') {
    const forest = new MlIsolationForest({ nEstimators: trees });
    return { fit: () => forest.train(rows), score: () => void forest.predict(rows) };
  }
  const forest = new IsolationForest(trees, subsample);
  const objects = rows.map((row) => Object.fromEntries(row.entries()));
  return { fit: () => void forest.fit(objects), score: () => void forest.predict(objects) };
}

function timed(what: 'fit' | 'score', work: () => void): void {
  const start = performance.now();
  parentPort?.postMessage({ begins: what });
  work();
  parentPort?.postMessage({ what, ms: performance.now() - start });
}

const forest = createForest();
timed('fit', forest.fit);
timed('score', forest.score);
