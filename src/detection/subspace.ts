import { Matrix as DenseMatrix, EVD } from 'ml-matrix';
import type { Matrix } from './isolation-forest.ts';
import { createProducts, takeAway, timesVector } from './products.ts';

/** How the moments of normal rows go together: a few axes explain nearly all of their variance. */
export type Subspace = {
  /** By moment: where it lies, and how far it usually is from there. */
  readonly means: Float32Array;
  readonly sizes: Float32Array;
  /** By moment, the lowest that it counts as, in sizes from its mean. */
  readonly lowest: Float32Array;
  /** Orthonormal axes behind one another, the one with the most variance first. */
  readonly axes: Float32Array;
  /** By moment, the usual size of what the axes do not explain. */
  readonly rests: Float32Array;
};

export type SubspaceOptions = {
  /** By moment, the smallest size that it is believed to have. */
  readonly floors: Float32Array;
  /** By moment, how many sizes below its mean it is taken to be at the least: that something rests is no news. */
  readonly lowest: Float32Array;
};

/** The axes explain this share of the variance. */
const explained = 0.9;
/** An axis is not believed on fewer rows than this. */
const rowsPerAxis = 8;
/** More rows than this say nothing new about how moments go together. */
const enoughRows = 6_000;
/** A standardised moment further away than this is as good as this far. */
export const farthest = 20;
const smallestRest = 0.1;

/**
 * Principal components of the standardised moments (Jackson and Mudholkar 1979: what the leading axes leave over tells
 * rows that break the usual company of the metrics, even while each metric by itself stays in its range). It fails for a
 * change along the leading axes, which is why it is never alone. `moments` holds all rows, `rows` are those to learn from.
 */
export function fitSubspace(moments: Matrix, rows: Uint32Array, { floors, lowest }: SubspaceOptions): Subspace {
  const { width } = moments;
  const { means, sizes } = standardise(moments, rows, floors);
  const stride = Math.max(1, Math.ceil(rows.length / enoughRows));
  const some = rows.filter((_, place) => place % stride === 0);
  const scale = { means, sizes, lowest };
  const covariance = covarianceOf(moments, some, scale);
  const axes = leadingAxes(covariance, width, Math.max(1, Math.floor(some.length / rowsPerAxis)));
  const bare = { ...scale, axes, rests: new Float32Array(width).fill(1) };
  const meter = createRestMeter(bare);
  const squares = new Float64Array(width);
  for (const row of some) {
    meter.measure(moments.values, row * width);
    for (let at = 0; at < width; at += 1) squares[at] = (squares[at] ?? 0) + (meter.rest[at] ?? 0) ** 2;
  }
  const rests = Float32Array.from(squares, (sum) => Math.max(smallestRest, Math.sqrt(sum / Math.max(1, some.length))));
  return { ...bare, rests };
}

export type RestMeter = {
  /** By moment, what the axes do not explain of the row that was measured last; in single precision. */
  readonly rest: Float64Array;
  /** Measures one row of moments. */
  measure(values: ArrayLike<number>, offset: number): void;
  /** The mean size of the rest, each moment in multiples of what is usual for it. */
  mean(): number;
  /** The root of the rest's mean square. */
  root(): number;
};

export function createRestMeter({ axes, rests, ...scale }: Subspace): RestMeter {
  const width = scale.means.length;
  const rest = new Float64Array(width);
  const parts = new Float64Array(width === 0 ? 0 : axes.length / width);

  return {
    rest,
    measure(values, offset) {
      for (let at = 0; at < width; at += 1) rest[at] = Math.fround(standardised(scale, at, values[offset + at] ?? 0));
      timesVector(axes, rest, parts);
      takeAway(axes, parts, rest);
    },
    mean() {
      let sum = 0;
      for (let at = 0; at < width; at += 1) sum += Math.abs(rest[at] ?? 0) / (rests[at] ?? 1);
      return sum / width;
    },
    root() {
      let squares = 0;
      for (let at = 0; at < width; at += 1) squares += (rest[at] ?? 0) ** 2;
      return Math.sqrt(squares / width);
    },
  };
}

function standardise(moments: Matrix, rows: Uint32Array, floors: Float32Array) {
  const { width, values } = moments;
  const [sums, squares] = [new Float64Array(width), new Float64Array(width)];
  for (const row of rows)
    for (let at = 0; at < width; at += 1) {
      const value = values[row * width + at] ?? 0;
      sums[at] = (sums[at] ?? 0) + value;
      squares[at] = (squares[at] ?? 0) + value * value;
    }
  const count = Math.max(1, rows.length);
  const means = Float32Array.from(sums, (sum) => sum / count);
  const sizes = Float32Array.from(squares, (sum, at) =>
    Math.max(floors[at] ?? 0, Math.sqrt(Math.max(0, sum / count - (means[at] ?? 0) ** 2))),
  );
  return { means, sizes };
}

/** Its lower triangle. */
function covarianceOf({ width, values }: Matrix, rows: Uint32Array, scale: MomentScale): Float64Array {
  const products = createProducts(width);
  const row = new Float64Array(width);
  for (const place of rows) {
    for (let at = 0; at < width; at += 1) row[at] = standardised(scale, at, values[place * width + at] ?? 0);
    products.add(row);
  }
  return products.sums().map((sum) => sum / Math.max(1, rows.length));
}

/** The fewest axes that explain enough of the variance, at most `most`. `lower` is the lower triangle. */
function leadingAxes(lower: Float64Array, width: number, most: number): Float32Array {
  const cell = (a: number, b: number): number => lower[Math.max(a, b) * width + Math.min(a, b)] ?? 0;
  const dense = DenseMatrix.zeros(width, width);
  for (let a = 0; a < width; a += 1) for (let b = 0; b < width; b += 1) dense.set(a, b, cell(a, b));
  const { realEigenvalues, eigenvectorMatrix } = new EVD(dense, { assumeSymmetric: true });
  const order = [...realEigenvalues.keys()].sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0));
  const total = realEigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  const axes: number[] = [];
  let sum = 0;
  for (const which of order.slice(0, most)) {
    if (sum >= explained * total) break;
    sum += realEigenvalues[which] ?? 0;
    axes.push(...eigenvectorMatrix.getColumn(which));
  }
  return Float32Array.from(axes);
}

type MomentScale = Pick<Subspace, 'means' | 'sizes' | 'lowest'>;

function standardised({ means, sizes, lowest }: MomentScale, at: number, value: number): number {
  return Math.max(lowest[at] ?? 0, Math.min(farthest, (value - (means[at] ?? 0)) / (sizes[at] ?? 1)));
}
