import { createRandom, type Random, sampleWithout } from './random.ts';

/** Rows of equal width behind one another. */
export type Matrix = { readonly width: number; readonly values: Float32Array };

/**
 * Trees as parallel arrays, in pre-order: the left child of an inner node is the next node.
 * A leaf has `right` 0 and, in `cuts`, the average path length that the rows it holds would still need.
 */
export type IsolationForest = {
  readonly roots: Uint32Array;
  readonly features: Uint16Array;
  readonly cuts: Float32Array;
  /** How far on the right child is. */
  readonly right: Uint16Array;
  /** The average path length of the subsample, by which scores are made comparable. */
  readonly norm: number;
};

export type ForestOptions = { readonly trees: number; readonly subsample: number; readonly seed: number };

const eulerGamma = 0.5772156649015329;

/** The average path length of an unsuccessful search in a binary search tree of n values: c(n) of the paper. */
export function averagePath(n: number): number {
  if (n <= 1) return 0;
  return n === 2 ? 1 : 2 * (Math.log(n - 1) + eulerGamma) - (2 * (n - 1)) / n;
}

/**
 * Isolation forest (Liu, Ting and Zhou, ICDM 2008): each tree splits a subsample, drawn without replacement, at random
 * places of random features; strange rows end up alone early. `rows` are the rows of the matrix to draw from.
 * Features that are constant where a node splits are never chosen, so they can't use up its depth.
 * It can't tell how far outside of history a row lies, only that it is outside.
 */
export function fitIsolationForest(matrix: Matrix, rows: Uint32Array, options: ForestOptions): IsolationForest {
  const random = createRandom(options.seed);
  const size = Math.min(options.subsample, rows.length);
  const nodes: Nodes = { features: [], cuts: [], right: [] };
  const roots = new Uint32Array(options.trees);
  const depthLimit = Math.ceil(Math.log2(Math.max(2, size)));
  for (let tree = 0; tree < options.trees; tree += 1) {
    roots[tree] = nodes.features.length;
    const sample = sampleWithout(rows.length, size, random).map((at) => rows[at] ?? 0);
    growNode(matrix, sample, 0, size, depthLimit, nodes, random);
  }
  return {
    roots,
    features: Uint16Array.from(nodes.features),
    cuts: Float32Array.from(nodes.cuts),
    right: Uint16Array.from(nodes.right),
    norm: averagePath(size),
  };
}

type Nodes = { readonly features: number[]; readonly cuts: number[]; readonly right: number[] };

function growNode(
  matrix: Matrix,
  sample: Uint32Array,
  from: number,
  to: number,
  depthLeft: number,
  nodes: Nodes,
  random: Random,
): void {
  const node = nodes.features.length;
  const split = depthLeft > 0 && to - from > 1 ? drawSplit(matrix, sample, from, to, random) : null;
  nodes.features.push(split?.feature ?? 0);
  nodes.cuts.push(split?.cut ?? averagePath(to - from));
  nodes.right.push(0);
  if (split === null) return;
  const middle = partition(matrix, sample, from, to, split);
  growNode(matrix, sample, from, middle, depthLeft - 1, nodes, random);
  nodes.right[node] = nodes.features.length - node;
  growNode(matrix, sample, middle, to, depthLeft - 1, nodes, random);
}

type Split = { readonly feature: number; readonly cut: number };

/** Draws features without repeating one until one moves here; null when none does. */
function drawSplit(matrix: Matrix, sample: Uint32Array, from: number, to: number, random: Random): Split | null {
  const order = Uint16Array.from({ length: matrix.width }, (_, feature) => feature);
  for (let left = matrix.width; left > 0; left -= 1) {
    const drawn = random.below(left);
    const feature = order[drawn] ?? 0;
    order[drawn] = order[left - 1] ?? 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let at = from; at < to; at += 1) {
      const value = matrix.values[(sample[at] ?? 0) * matrix.width + feature] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const cut = Math.fround(low + (high - low) * random.next());
    // Rounding may put the cut on the low end, which would leave one side empty.
    if (high > low) return { feature, cut: cut > low ? cut : high };
  }
  return null;
}

/** Brings rows below the cut to the front; gives where the others begin. */
function partition(matrix: Matrix, sample: Uint32Array, from: number, to: number, split: Split): number {
  let middle = from;
  for (let at = from; at < to; at += 1) {
    const row = sample[at] ?? 0;
    if ((matrix.values[row * matrix.width + split.feature] ?? 0) >= split.cut) continue;
    sample[at] = sample[middle] ?? 0;
    sample[middle] = row;
    middle += 1;
  }
  return middle;
}

/** The path of one row through one tree. */
function pathLength(forest: IsolationForest, root: number, values: Float32Array, offset: number): number {
  const { features, cuts, right } = forest;
  let node = root;
  let depth = 0;
  for (let jump = right[node] ?? 0; jump !== 0; jump = right[node] ?? 0) {
    node += (values[offset + (features[node] ?? 0)] ?? 0) < (cuts[node] ?? 0) ? 1 : jump;
    depth += 1;
  }
  return depth + (cuts[node] ?? 0);
}

const toScore = (forest: IsolationForest, paths: number): number =>
  2 ** (-paths / forest.roots.length / Math.max(forest.norm, Number.MIN_VALUE));

/** 0..1, high is strange: 2^(-average path / c(subsample)). */
export function isolationScore(forest: IsolationForest, row: Float32Array): number {
  let paths = 0;
  for (const root of forest.roots) paths += pathLength(forest, root, row, 0);
  return toScore(forest, paths);
}

/** Rows that are scored together stay in the processor's cache while all trees see them. */
const blockRows = 256;

/** The same scores for every row of a matrix, tree by tree in blocks of rows, which is faster. */
export function isolationScores(forest: IsolationForest, matrix: Matrix): Float64Array {
  const rows = matrix.values.length / matrix.width;
  const paths = new Float64Array(rows);
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    for (const root of forest.roots)
      for (let row = from; row < to; row += 1)
        paths[row] = (paths[row] ?? 0) + pathLength(forest, root, matrix.values, row * matrix.width);
  }
  return paths.map((length) => toScore(forest, length));
}
