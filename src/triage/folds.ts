import type { Example } from '../core/triage.ts';
import { createRandom } from '../detection/random.ts';
import { shuffled } from './shuffled.ts';

/** What was announced no further apart than this may have one cause. */
const sameCauseMs = 15 * 60_000;

type Dated = Pick<Example, 'at' | 'label'>;

/**
 * The fold of each example. Examples that may have one cause, such as those of a cascade, share a fold: nothing is judged by
 * what has seen its twin. Beyond that each fold gets about as many real ones as every other, and about as many of the rest.
 */
export function assignFolds(examples: readonly Dated[], folds: number, seed: number): readonly number[] {
  const isReal = (at: number): boolean => examples[at]?.label === 'real';
  const loads = Array.from({ length: folds }, () => ({ real: 0, others: 0 }));
  const fold = examples.map(() => 0);
  for (const cause of shuffled(causesOf(examples), createRandom(seed)).toSorted((a, b) => b.length - a.length)) {
    const real = cause.filter(isReal).length;
    const others = cause.length - real;
    const least = (of: 'real' | 'others'): number => Math.min(...loads.map((load) => load[of]));
    const excess = (load: { real: number; others: number }): number =>
      real * (load.real - least('real')) + others * (load.others - least('others'));
    const chosen = loads.reduce((best, load) => (excess(load) < excess(best) ? load : best));
    chosen.real += real;
    chosen.others += others;
    for (const at of cause) fold[at] = loads.indexOf(chosen);
  }
  return fold;
}

/** The places of examples that followed one another closely, together. */
function causesOf(examples: readonly Dated[]): readonly (readonly number[])[] {
  const timeOf = (place: number): number => examples[place]?.at ?? 0;
  const causes: number[][] = [];
  for (const place of [...examples.keys()].sort((a, b) => timeOf(a) - timeOf(b))) {
    const last = causes.at(-1);
    if (last !== undefined && timeOf(place) - timeOf(last.at(-1) ?? 0) <= sameCauseMs) last.push(place);
    else causes.push([place]);
  }
  return causes;
}
