import type { TriageModel, Verdict } from '../core/triage.ts';
import { probabilityOf } from './calibrate.ts';
import { votesFor } from './votes.ts';

/** So many features are named. */
const mostNamed = 3;

/**
 * How likely an incident of these features is real, and what that hangs on: by how much the probability would be another if a
 * feature were what it usually is, and all others as they are.
 */
export function verdictOf(model: TriageModel, features: readonly number[]): Verdict {
  const stated = (seen: readonly number[]): number => probabilityOf(model.calibration, votesFor(model.trees, seen));
  const probability = stated(features);
  const effects = model.features.map((feature, at) => {
    const value = features[at] ?? 0;
    return { feature, value, effect: probability - stated(features.with(at, model.usual[at] ?? value)) };
  });
  return {
    probability,
    looksAt: effects
      .filter(({ effect }) => effect !== 0)
      .toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
      .slice(0, mostNamed),
  };
}
