/** So many sums go on side by side, because a sum that waits for its last addition leaves the processor idle. */
const abreast = 4;

/**
 * The product of a matrix (rows behind one another, as many as `product` is long) and a vector. Each row is added up from
 * its first cell to its last, so it is the same to the last digit however many go on side by side.
 */
export function timesVector(matrix: Float32Array, vector: Float64Array, product: Float64Array): void {
  const width = vector.length;
  const last = product.length - 1;
  // Beyond the last row it is that one again.
  const startOf = (row: number): number => Math.min(row, last) * width;
  for (let row = 0; row <= last; row += abreast) {
    const [first, second, third, fourth] = [startOf(row), startOf(row + 1), startOf(row + 2), startOf(row + 3)];
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let at = 0; at < width; at += 1) {
      const value = vector[at] ?? 0;
      a += (matrix[first + at] ?? 0) * value;
      b += (matrix[second + at] ?? 0) * value;
      c += (matrix[third + at] ?? 0) * value;
      d += (matrix[fourth + at] ?? 0) * value;
    }
    product[row] = a;
    if (row < last) product[row + 1] = b;
    if (row + 1 < last) product[row + 2] = c;
    if (row + 2 < last) product[row + 3] = d;
  }
}

/**
 * Takes the rows of a matrix, each times its factor, away from a vector in place, one after another; what is left is rounded
 * to single precision each time.
 */
export function takeAway(matrix: Float32Array, factors: Float64Array, vector: Float64Array): void {
  const width = vector.length;
  const last = factors.length - 1;
  const startOf = (row: number): number => Math.min(row, last) * width;
  for (let row = 0; row <= last; row += abreast) {
    const [first, second, third, fourth] = [startOf(row), startOf(row + 1), startOf(row + 2), startOf(row + 3)];
    // A row that is not there has the factor 0, which takes nothing away.
    const [a, b, c, d] = [factors[row] ?? 0, factors[row + 1] ?? 0, factors[row + 2] ?? 0, factors[row + 3] ?? 0];
    for (let at = 0; at < width; at += 1) {
      let left = Math.fround((vector[at] ?? 0) - a * (matrix[first + at] ?? 0));
      left = Math.fround(left - b * (matrix[second + at] ?? 0));
      left = Math.fround(left - c * (matrix[third + at] ?? 0));
      vector[at] = Math.fround(left - d * (matrix[fourth + at] ?? 0));
    }
  }
}

/** Sums up, over many rows, the products of every two numbers of a row. */
export type Products = {
  add(row: Float64Array): void;
  /** The sums so far, of which the lower triangle is filled: `width` rows of `width` cells. */
  sums(): Float64Array;
};

/** Rows are taken a few at a time, and every sum in the order of the rows: the same to the last digit as one by one. */
export function createProducts(width: number): Products {
  const sums = new Float64Array(width * width);
  const held = new Float64Array(abreast * width);
  let count = 0;

  /** Rows that are not there are zeros, which change no sum. */
  function addHeld(): void {
    for (let a = 0; a < width; a += 1) {
      const first = held[a] ?? 0;
      const second = held[width + a] ?? 0;
      const third = held[2 * width + a] ?? 0;
      const fourth = held[3 * width + a] ?? 0;
      for (let b = 0, cell = a * width; b <= a; b += 1, cell += 1) {
        let sum = (sums[cell] ?? 0) + first * (held[b] ?? 0);
        sum += second * (held[width + b] ?? 0);
        sum += third * (held[2 * width + b] ?? 0);
        sums[cell] = sum + fourth * (held[3 * width + b] ?? 0);
      }
    }
    held.fill(0);
    count = 0;
  }

  return {
    add(row) {
      held.set(row, count * width);
      count += 1;
      if (count === abreast) addHeld();
    },
    sums() {
      if (count > 0) addHeld();
      return sums;
    },
  };
}
