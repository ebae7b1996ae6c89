import type { Tree } from '../core/triage.ts';

/** What trees say in the mean, 0..1: high is likely real. A feature that is not there counts as one above every cut. */
export function votesFor(trees: readonly Tree[], features: readonly number[]): number {
  let sum = 0;
  for (const tree of trees) sum += leafOf(tree, features);
  return sum / trees.length;
}

function leafOf(tree: Tree, features: readonly number[]): number {
  let node = tree;
  while (typeof node !== 'number') {
    const [feature, cut, below, above] = node;
    node = (features[feature] ?? Number.NaN) < cut ? below : above;
  }
  return node;
}
