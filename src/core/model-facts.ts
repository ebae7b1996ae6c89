import type { ModelFacts } from './detector.ts';

/** What many models say of themselves as one: of each fact the median over those that state it. */
export function medianFacts(all: readonly ModelFacts[]): ModelFacts {
  return {
    features: median(all.map(({ features }) => features)),
    parameters: medians(all.map(({ parameters }) => parameters)),
    measures: medians(all.map(({ measures }) => measures)),
  };
}

function medians(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const byName = Map.groupBy(all.flatMap(Object.entries<number>), ([name]) => name);
  return Object.fromEntries([...byName].map(([name, stated]) => [name, median(stated.map(([, value]) => value))]));
}

/** The middle one, of an even count the upper of the two; so it is a number that some model stated. NaN of none. */
function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
