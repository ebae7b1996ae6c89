/**
 * Trees in pre-order: the left child of an inner node is the next node. A node is two words of one buffer, so that whoever comes
 * to it waits for memory once: its cut, and its link (the feature that is cut, and how far on the right child is). A leaf has a
 * link of 0 and, as its cut, the average path length that the rows it holds would still need.
 */
export type Trees = {
  readonly roots: Uint32Array;
  /** The cut of node k at 2k. */
  readonly cuts: Float32Array;
  /** The link of node k at 2k + 1: the feature in the lower half, the jump to the right child in the upper one. */
  readonly links: Uint32Array;
};

/** The same nodes as parallel arrays, as they are built and kept. */
export type Nodes = {
  readonly features: ArrayLike<number>;
  readonly cuts: ArrayLike<number>;
  readonly right: ArrayLike<number>;
};

/** Puts nodes side by side. */
export function linkNodes({ features, cuts: at, right }: Nodes): Omit<Trees, 'roots'> {
  const buffer = new ArrayBuffer(8 * at.length);
  const [cuts, links] = [new Float32Array(buffer), new Uint32Array(buffer)];
  for (let node = 0; node < at.length; node += 1) {
    cuts[2 * node] = at[node] ?? 0;
    links[2 * node + 1] = ((right[node] ?? 0) << 16) | (features[node] ?? 0);
  }
  return { cuts, links };
}

/** Takes nodes apart again. */
export function nodesOf({ cuts, links }: Omit<Trees, 'roots'>) {
  const nodes = Uint32Array.from({ length: cuts.length / 2 }, (_, node) => node);
  return {
    features: Uint16Array.from(nodes, (node) => (links[2 * node + 1] ?? 0) & 0xffff),
    cuts: Float32Array.from(nodes, (node) => cuts[2 * node] ?? 0),
    right: Uint16Array.from(nodes, (node) => (links[2 * node + 1] ?? 0) >>> 16),
  };
}

/** Rows that are scored together stay in the processor's cache while all trees see them. */
export const blockRows = 512;

/**
 * Sums up the paths of a block of rows through all trees. A tree is walked once for all rows of the block, which part at
 * each node, without a branch for each: a processor can't guess which way a row goes. `paths` is overwritten by the next block.
 */
export function createBlockPaths({ roots, cuts, links }: Trees, width: number) {
  const columns = new Float32Array(blockRows * width);
  const paths = new Float64Array(blockRows);
  const [places, others] = [new Uint16Array(blockRows), new Uint16Array(blockRows)];

  /** The rows at `from` to `to` of `here` have come to a node; below it they stand in `there`, the left ones first. */
  function walk(node: number, depth: number, from: number, to: number, here: Uint16Array, there: Uint16Array): void {
    const link = links[2 * node + 1] ?? 0;
    const jump = link >>> 16;
    const cut = cuts[2 * node] ?? 0;
    if (jump === 0) {
      for (let at = from; at < to; at += 1) {
        const row = here[at] ?? 0;
        paths[row] = (paths[row] ?? 0) + depth + cut;
      }
      return;
    }
    const column = (link & 0xffff) * blockRows;
    let [front, back] = [from, to - 1];
    for (let at = from; at < to; at += 1) {
      const row = here[at] ?? 0;
      const isLeft = Number((columns[column + row] ?? 0) < cut);
      there[front] = row;
      there[back] = row;
      front += isLeft;
      back -= 1 - isLeft;
    }
    if (front > from) walk(node + 1, depth + 1, from, front, there, here);
    if (front < to) walk(node + jump, depth + 1, front, to, there, here);
  }

  return {
    paths,
    /** Takes `rows` rows, at most a block, that lie behind one another from a place of the values on. */
    sum(values: Float32Array, from: number, rows: number): void {
      for (let row = 0, place = from; row < rows; row += 1)
        for (let feature = 0; feature < width; feature += 1, place += 1)
          columns[feature * blockRows + row] = values[place] ?? 0;
      paths.fill(0);
      for (const root of roots) {
        for (let row = 0; row < rows; row += 1) places[row] = row;
        walk(root, 0, 0, rows, places, others);
      }
    },
  };
}
