import { Worker } from 'node:worker_threads';
import type { Matrix } from '../../src/detection/isolation-forest.ts';

/** The isolation forests that npm has. */
export const npmForests = ['isolation-forest', 'ml-isolation-forest'] as const;

export type NpmForestWork = {
  readonly name: (typeof npmForests)[number];
  readonly matrix: Matrix;
  readonly trees: number;
  readonly subsample: number;
};

/** How long a part of the work took, ms; it was cut off when it took longer than it was given, and `ms` is what it was given. */
export type Took = { readonly ms: number; readonly isCutOff: boolean };

type Message = { readonly begins: 'fit' | 'score' } | { readonly what: 'fit' | 'score'; readonly ms: number };

/** Fits one of npm's forests and scores every row with it, once; either may take `limitMs`. A score that had no turn is null. */
export async function timeNpmForest(
  work: NpmForestWork,
  limitMs: number,
): Promise<{ readonly fit: Took; readonly score: Took | null }> {
  const worker = new Worker(new URL('./npm-forest-worker.ts', import.meta.url), { workerData: work });
  const took = new Map<string, Took>();
  const ended = Promise.withResolvers<void>();
  let limit: NodeJS.Timeout | undefined;
  worker.on('error', ended.reject);
  worker.on('message', (message: Message) => {
    clearTimeout(limit);
    if ('begins' in message) {
      limit = setTimeout(() => {
        took.set(message.begins, { ms: limitMs, isCutOff: true });
        ended.resolve();
      }, limitMs);
      return;
    }
    took.set(message.what, { ms: message.ms, isCutOff: false });
    if (message.what === 'score') ended.resolve();
  });
  await ended.promise.finally(() => worker.terminate());
  const [fit, score] = [took.get('fit'), took.get('score')];
  if (fit === undefined) throw new Error(`${work.name} ended without a word of its fit`);
  return { fit, score: score ?? null };
}
