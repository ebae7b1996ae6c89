/** Lets a weak sign that stays count for more than one that comes and goes. */
export type Persistence = {
  /** Takes the rarity of the next row; gives it back, or what has gathered over minutes when that is more. */
  push(rarity: number): number;
};

/** Evidence is gathered over these times, but over no fewer rows than `fewestRows`. */
const spansMs = [10 * 60_000, 30 * 60_000] as const;
const fewestRows = 5;
/** A strong sign needs no gathering, and so leaves no more behind than this when it is over. */
const mostGathered = 4;

/** Exponential averages (Roberts 1959) of the capped rarity beside the rarity itself, whichever is the most. */
export function createPersistence(stepMs: number): Persistence {
  const weights = spansMs.map((span) => 2 / (Math.max(fewestRows, span / stepMs) + 1));
  const gathered = new Float64Array(weights.length);
  return {
    push(rarity) {
      const capped = Math.min(mostGathered, rarity);
      let most = rarity;
      weights.forEach((weight, at) => {
        gathered[at] = (gathered[at] ?? 0) + weight * (capped - (gathered[at] ?? 0));
        most = Math.max(most, gathered[at] ?? 0);
      });
      return most;
    },
  };
}
