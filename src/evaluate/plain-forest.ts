import type { FitOptions, FittedDetector, Scorer } from '../core/detector.ts';
import type { Frame } from '../core/frame.ts';
import { rowCount } from '../core/frame.ts';
import { fitIsolationForest, isolationScore, isolationScores } from '../detection/isolation-forest.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import { forEachRow } from '../detection/rows.ts';
import { thresholdWithin } from './threshold-within.ts';

/** What can be evaluated: all of a fitted detector but its storage. */
export type Judge = Pick<FittedDetector, 'warmupRows' | 'threshold' | 'open'>;

/** The subsample is the paper's. */
export const forestSize = { trees: 200, subsample: 256 } as const;

type Middle = { readonly center: number; readonly spread: number };

/**
 * The baseline: an isolation forest on rows as they are, of 200 trees and the paper's subsample. A gap is filled with the
 * metric's median. It blames the metrics that are furthest from their median.
 */
export function fitPlainForest(history: Frame, { seed, alertBudgetPerDay, stepMs }: FitOptions): Judge {
  const middles = history.columns.map(({ values }) => middleOf(values));
  const width = middles.length;
  const matrix = { width, values: new Float32Array(rowCount(history) * width) };
  forEachRow(history, (values, row) => fill(matrix.values.subarray(row * width, (row + 1) * width), values, middles));
  const rows = Uint32Array.from({ length: rowCount(history) }, (_, row) => row);
  const forest = fitIsolationForest(matrix, rows, { ...forestSize, seed });
  const threshold = thresholdWithin(isolationScores(forest, matrix), { alertBudgetPerDay, stepMs });

  function open(): Scorer {
    const filled = new Float32Array(width);
    return {
      push(_at, values) {
        fill(filled, values, middles);
        if (values.every(Number.isNaN)) return { kind: 'blind' };
        return { kind: 'scored', score: isolationScore(forest, filled) };
      },
      explain: () => blame(history, filled, middles),
      parts: () => [],
      expectations: () => [],
    };
  }
  return { warmupRows: 0, threshold, open };
}

function middleOf(values: Float64Array): Middle {
  const sorted = sortedFinite(values);
  const center = quantile(sorted, 0.5);
  const distances = sortedFinite(values.map((value) => Math.abs(value - center)));
  // Where more than half of history is one value, the mean distance says how it moves.
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length);
  return { center: Number.isNaN(center) ? 0 : center, spread: quantile(distances, 0.5) || mean || 1 };
}

function fill(target: Float32Array, values: Float64Array, middles: readonly Middle[]): void {
  for (let at = 0; at < target.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    target[at] = Number.isNaN(value) ? (middles[at]?.center ?? 0) : value;
  }
}

function blame(history: Frame, seen: Float32Array, middles: readonly Middle[]) {
  const distances = middles.map(({ center, spread }, at) => Math.abs((seen[at] ?? 0) - center) / spread);
  const total = distances.reduce((sum, distance) => sum + distance, 0) || 1;
  return history.columns
    .map(({ name }, at) => ({
      metric: name,
      expected: middles[at]?.center ?? 0,
      seen: seen[at] ?? 0,
      share: (distances[at] ?? 0) / total,
    }))
    .sort((a, b) => b.share - a.share);
}
