import { blockRows, createBlockPaths, linkNodes, type Trees } from './block-paths.ts';
import { createRandom, type Random, sampleWithout } from './random.ts';

/** Rows of equal width behind one another. */
export type Matrix = { readonly width: number; readonly values: Float32Array };

export type IsolationForest = Trees & {
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
  const draw = createSplits(matrix, random);
  const roots = new Uint32Array(options.trees);
  const depthLimit = Math.ceil(Math.log2(Math.max(2, size)));
  for (let tree = 0; tree < options.trees; tree += 1) {
    roots[tree] = nodes.features.length;
    const sample = sampleWithout(rows.length, size, random).map((at) => rows[at] ?? 0);
    growNode(matrix, sample, 0, size, depthLimit, nodes, draw);
  }
  return { roots, ...linkNodes(nodes), norm: averagePath(size) };
}

type Nodes = { readonly features: number[]; readonly cuts: number[]; readonly right: number[] };

function growNode(
  matrix: Matrix,
  sample: Uint32Array,
  from: number,
  to: number,
  depthLeft: number,
  nodes: Nodes,
  draw: DrawSplit,
): void {
  const node = nodes.features.length;
  const split = depthLeft > 0 && to - from > 1 ? draw(sample, from, to) : null;
  nodes.features.push(split?.feature ?? 0);
  nodes.cuts.push(split?.cut ?? averagePath(to - from));
  nodes.right.push(0);
  if (split === null) return;
  const middle = partition(matrix, sample, from, to, split);
  growNode(matrix, sample, from, middle, depthLeft - 1, nodes, draw);
  nodes.right[node] = nodes.features.length - node;
  growNode(matrix, sample, middle, to, depthLeft - 1, nodes, draw);
}

type Split = { readonly feature: number; readonly cut: number };

/** Draws a split of the rows at `from` to `to` of a sample; null when no feature moves there. */
type DrawSplit = (sample: Uint32Array, from: number, to: number) => Split | null;

/** Draws features without repeating one until one moves. */
function createSplits({ width, values }: Matrix, random: Random): DrawSplit {
  const order = Uint16Array.from({ length: width }, (_, feature) => feature);
  const swapped: number[] = [];

  /** As every split has to find it; to put all features in order anew would cost more than the rest. */
  function putBack(): void {
    for (let left = width - swapped.length, at = swapped.length - 1; at >= 0; at -= 1, left += 1) {
      const drawn = swapped[at] ?? 0;
      const last = order[left] ?? 0;
      order[left] = order[drawn] ?? 0;
      order[drawn] = last;
    }
    swapped.length = 0;
  }

  function drawOne(sample: Uint32Array, from: number, to: number, feature: number): Split | null {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let at = from; at < to; at += 1) {
      const value = values[(sample[at] ?? 0) * width + feature] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const cut = Math.fround(low + (high - low) * random.next());
    // Rounding may put the cut on the low end, which would leave one side empty.
    return high > low ? { feature, cut: cut > low ? cut : high } : null;
  }

  return (sample, from, to) => {
    let split: Split | null = null;
    for (let left = width; left > 0 && split === null; left -= 1) {
      const drawn = random.below(left);
      const feature = order[drawn] ?? 0;
      order[drawn] = order[left - 1] ?? 0;
      order[left - 1] = feature;
      swapped.push(drawn);
      split = drawOne(sample, from, to, feature);
    }
    putBack();
    return split;
  };
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

const toScore = (forest: IsolationForest, paths: number): number =>
  2 ** (-paths / forest.roots.length / Math.max(forest.norm, Number.MIN_VALUE));

/** So many trees are walked side by side. */
const lanes = 10;
const [places, steps] = [new Uint32Array(lanes), new Uint32Array(lanes)];

/**
 * 0..1, high is strange: 2^(-average path / c(subsample)). A row goes through several trees at once, step by step: where thousands
 * of forests take turns none of them is in the processor's cache, and while one tree waits for memory the others do, too.
 */
export function isolationScore(forest: IsolationForest, row: Float32Array): number {
  const { roots, cuts, links } = forest;
  let paths = 0;
  for (let first = 0; first < roots.length; first += lanes) {
    const count = Math.min(lanes, roots.length - first);
    for (let lane = 0; lane < count; lane += 1) {
      places[lane] = roots[first + lane] ?? 0;
      steps[lane] = 0;
    }
    for (let moved = 1; moved !== 0; ) {
      moved = 0;
      for (let lane = 0; lane < count; lane += 1) {
        const place = places[lane] ?? 0;
        const on = stepAt(cuts, links, row, place);
        places[lane] = place + on;
        steps[lane] = (steps[lane] ?? 0) + (-on >>> 31);
        moved |= on;
      }
    }
    for (let lane = 0; lane < count; lane += 1) paths += (steps[lane] ?? 0) + (cuts[2 * (places[lane] ?? 0)] ?? 0);
  }
  return toScore(forest, paths);
}

/** How far on the next node is; 0 at a leaf. Without a branch: a processor can't guess which way a row goes. */
function stepAt(cuts: Float32Array, links: Uint32Array, row: Float32Array, node: number): number {
  const link = links[2 * node + 1] ?? 0;
  const jump = link >>> 16;
  const isLeft = Number((row[link & 0xffff] ?? 0) < (cuts[2 * node] ?? 0));
  const isInner = -jump >>> 31;
  return jump - (-isLeft & (jump - isInner));
}

/** The same scores for every row of a matrix, tree by tree in blocks of rows, which is faster. */
export function isolationScores(forest: IsolationForest, { width, values }: Matrix): Float64Array {
  const scores = new Float64Array(values.length / width);
  const block = createBlockPaths(forest, width);
  for (let first = 0; first < scores.length; first += blockRows) {
    const rows = Math.min(blockRows, scores.length - first);
    block.sum(values, first * width, rows);
    for (let row = 0; row < rows; row += 1) scores[first + row] = toScore(forest, block.paths[row] ?? 0);
  }
  return scores;
}
