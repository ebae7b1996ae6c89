import { describe, expect, it } from 'vitest';
import { createProducts, takeAway, timesVector } from '../../src/detection/products.ts';
import { createRandom, gaussian } from '../../src/detection/random.ts';

const width = 7;
const random = createRandom(1);
const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, () => gaussian(random));

/** Several sums go on side by side, so what counts is how many are left over in the end. */
const counts = [0, 1, 2, 3, 4, 5, 9];

describe.each(counts)('sums side by side, over %i rows', (rows) => {
  const matrix = Float32Array.from(numbers(rows * width));
  const rowAt = (row: number): Float32Array => matrix.subarray(row * width, (row + 1) * width);

  it('multiply a vector to the last digit as one by one', () => {
    const vector = numbers(width);
    const product = new Float64Array(rows);
    timesVector(matrix, vector, product);
    expect(product).toEqual(
      Float64Array.from({ length: rows }, (_, row) =>
        rowAt(row).reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0),
      ),
    );
  });

  it('take rows away to the last digit as one by one', () => {
    const [factors, vector] = [numbers(rows), numbers(width).map(Math.fround)];
    const left = Float32Array.from(vector);
    factors.forEach((factor, row) => {
      left.forEach((value, at) => {
        left[at] = value - factor * (rowAt(row)[at] ?? 0);
      });
    });
    takeAway(matrix, factors, vector);
    expect(vector).toEqual(Float64Array.from(left));
  });

  it('add up the products of every two numbers of a row to the last digit as one by one', () => {
    const products = createProducts(width);
    const expected = new Float64Array(width * width);
    for (let row = 0; row < rows; row += 1) {
      const values = numbers(width);
      products.add(values);
      for (let a = 0; a < width; a += 1)
        for (let b = 0; b <= a; b += 1)
          expected[a * width + b] = (expected[a * width + b] ?? 0) + (values[a] ?? 0) * (values[b] ?? 0);
    }
    expect(products.sums()).toEqual(expected);
  });
});
