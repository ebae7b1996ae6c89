import { RandomForestClassifier } from 'ml-random-forest';
import { z } from 'zod';
import type { Tree } from '../core/triage.ts';
import { createRandom, type Random } from '../detection/random.ts';

/** Something to learn from: its features, whether it was real, and for how many of its like it stands. */
export type Lesson = { readonly features: readonly number[]; readonly isReal: boolean; readonly weight: number };

/** A tree is grown from no more rows than this: its time grows with their square. */
const mostRows = 200;
/** So much of the features a tree may look at: the package draws them once for a tree and not at each branch. */
const featureShare = 0.6;
const treeOptions = { maxDepth: 8, minNumSamples: 5, gainThreshold: 0.001 };
const mostSeed = 2 ** 31;

/** What the package writes of a node, as far as it is needed. */
type Node = {
  readonly splitColumn?: number | undefined;
  readonly splitValue?: number | undefined;
  readonly left?: Node | undefined;
  readonly right?: Node | undefined;
  readonly distribution?: readonly (readonly number[])[] | undefined;
};

const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    splitColumn: z.number().optional(),
    splitValue: z
      .number()
      .nullish()
      .transform((value) => value ?? undefined),
    left: node.optional(),
    right: node.optional(),
    distribution: z.array(z.array(z.number())).optional(),
  }),
);
const grown = z.object({
  baseModel: z.object({
    indexes: z.tuple([z.array(z.number())]),
    estimators: z.tuple([z.object({ root: node })]),
  }),
});

/**
 * Grows the trees of a random forest (Breiman 2001). Each sees a sample of the lessons of its own, drawn with replacement by
 * their weights, for the package knows no weights; the package draws its features and grows it. Same lessons and seed, same
 * trees.
 */
export function growTrees(lessons: readonly Lesson[], count: number, seed: number): readonly Tree[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => growTree(drawLessons(lessons, random), random.below(mostSeed)));
}

function growTree(lessons: readonly Lesson[], seed: number): Tree {
  const forest = new RandomForestClassifier({
    nEstimators: 1,
    useSampleBagging: false,
    maxFeatures: featureShare,
    replacement: false,
    noOOB: true,
    seed,
    treeOptions,
  });
  forest.train(
    lessons.map(({ features }) => [...features]),
    lessons.map(({ isReal }) => (isReal ? 1 : 0)),
  );
  const { indexes, estimators } = grown.parse(JSON.parse(JSON.stringify(forest))).baseModel;
  return treeOf(estimators[0].root, indexes[0]);
}

function drawLessons(lessons: readonly Lesson[], random: Random): readonly Lesson[] {
  const ends: number[] = [];
  for (const { weight } of lessons) ends.push((ends.at(-1) ?? 0) + weight);
  return Array.from({ length: Math.min(mostRows, lessons.length) }, () => {
    const place = random.next() * (ends.at(-1) ?? 0);
    return ends.findIndex((end) => place < end);
  }).flatMap((at) => lessons[at] ?? []);
}

/** A leaf says which share of what came to it was real. */
function treeOf({ splitColumn, splitValue, left, right, distribution }: Node, indexes: readonly number[]): Tree {
  if (left === undefined || right === undefined || splitColumn === undefined || splitValue === undefined)
    return distribution?.[0]?.[1] ?? 0;
  return [indexes[splitColumn] ?? 0, splitValue, treeOf(left, indexes), treeOf(right, indexes)];
}
