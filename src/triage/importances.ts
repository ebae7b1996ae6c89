import type { Example, Importance } from '../core/triage.ts';
import { createRandom } from '../detection/random.ts';
import { crossScores, type HeldBack } from './cross-validate.ts';
import { rankingOf } from './measures.ts';
import { shuffled } from './shuffled.ts';

/**
 * How much ranking at the announcement is lost when a feature's values change places among the examples (permutation importance,
 * Breiman 2001), judged by what had not seen them; largest first. Of two features that say the same each seems to matter less
 * than it does.
 */
export function importancesOf(
  examples: readonly Example[],
  heldBack: readonly HeldBack[],
  names: readonly string[],
  seed: number,
): readonly Importance[] {
  const random = createRandom(seed);
  const firsts = examples.map(({ looks: [first = []] }) => first);
  const rank = (seen: readonly (readonly number[])[]): number =>
    rankingOf(
      crossScores(
        seen.map((first) => ({ looks: [first] })),
        heldBack,
      ).map(([probability = 0], place) => ({ probability, isReal: examples[place]?.label === 'real' })),
    );
  const whole = rank(firsts);
  return names
    .map((feature, at) => {
      const values = shuffled(firsts, random).map((first) => first[at] ?? 0);
      return { feature, importance: whole - rank(firsts.map((first, place) => first.with(at, values[place] ?? 0))) };
    })
    .toSorted((a, b) => b.importance - a.importance);
}
