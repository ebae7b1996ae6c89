import { describe, expect, it } from 'vitest';
import { blockRows, nodesOf } from '../../src/detection/block-paths.ts';
import {
  fitIsolationForest,
  isolationScore,
  isolationScores,
  type Matrix,
} from '../../src/detection/isolation-forest.ts';
import { createRandom, gaussian } from '../../src/detection/random.ts';

const width = 5;
const options = { trees: 50, subsample: 64, seed: 1 };

/** Noise, of which the last feature never moves. */
function noise(rows: number): Matrix {
  const random = createRandom(7);
  const values = Float32Array.from({ length: rows * width }, (_, at) =>
    at % width === width - 1 ? 3 : gaussian(random),
  );
  return { width, values };
}

const allOf = ({ values }: Matrix): Uint32Array => Uint32Array.from({ length: values.length / width }, (_, row) => row);
const rowOf = ({ values }: Matrix, row: number): Float32Array => values.subarray(row * width, (row + 1) * width);

describe('the isolation forest', () => {
  it.each([1, blockRows - 1, blockRows, 2 * blockRows + 3])(
    'scores %i rows in blocks as it does one by one',
    (rows) => {
      const forest = fitIsolationForest(noise(1_000), allOf(noise(1_000)), options);
      const matrix = noise(rows);
      // A gap goes to the right, in a block and alone.
      matrix.values[1] = Number.NaN;
      const alone = Float64Array.from(allOf(matrix), (row) => isolationScore(forest, rowOf(matrix, row)));
      expect(isolationScores(forest, matrix)).toEqual(alone);
    },
  );

  it('grows the same trees from the same seed and others from another', () => {
    const matrix = noise(1_000);
    const grow = (seed: number) => fitIsolationForest(matrix, allOf(matrix), { ...options, seed });
    expect(grow(1)).toEqual(grow(1));
    expect(grow(1)).not.toEqual(grow(2));
  });

  it('splits at every feature that moves about as often, and never at one that does not', () => {
    const matrix = noise(1_000);
    const { features, right } = nodesOf(fitIsolationForest(matrix, allOf(matrix), { ...options, trees: 200 }));
    const splits = Array.from(
      { length: width },
      (_, feature) => features.filter((one, node) => right[node] !== 0 && one === feature).length,
    );
    const mean = splits.reduce((sum, count) => sum + count, 0) / (width - 1);
    expect(splits[width - 1]).toBe(0);
    for (const count of splits.slice(0, -1)) expect(Math.abs(count / mean - 1)).toBeLessThan(0.1);
  });

  it('is a single leaf of middling scores where nothing moves', () => {
    const still: Matrix = { width, values: new Float32Array(100 * width) };
    const forest = fitIsolationForest(still, allOf(still), options);
    expect(forest.roots).toHaveLength(nodesOf(forest).features.length);
    for (const score of isolationScores(forest, still)) expect(score).toBeCloseTo(0.5, 6);
  });

  it('scores a row far outside above all others', () => {
    const matrix = noise(1_000);
    const forest = fitIsolationForest(matrix, allOf(matrix), options);
    const far = isolationScore(forest, Float32Array.of(9, -9, 9, -9, 3));
    expect(far).toBeGreaterThan(Math.max(...isolationScores(forest, matrix)));
  });
});
