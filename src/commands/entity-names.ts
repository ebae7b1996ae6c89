import type { Situation } from '../core/situation.ts';

/** The entities that are watched now, each once: of one watch, or of all. */
export function entityNames({ watches }: Situation, watch: string | null = null): readonly string[] {
  const seen = watches.filter((one) => watch === null || one.watch === watch);
  return [...new Set(seen.flatMap(({ entities }) => entities.map(({ entity }) => entity)))];
}
