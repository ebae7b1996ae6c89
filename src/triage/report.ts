import type { Example, Tally, TriageModel } from '../core/triage.ts';
import { tally } from './cutoff.ts';
import { judge } from './examine.ts';
import { verdictOf } from './verdict.ts';

/**
 * What a model would demote, or has demoted but for those that were shown all the same, of incidents that it was not trained on:
 * how it does since. Those that it was trained on are left out.
 */
export function tallySince(model: TriageModel, examples: readonly Example[]): Tally {
  const since = examples.filter(({ at, featureSet }) => at > model.trainedOn.to && featureSet === model.featureSet);
  return tally(
    since.map((example) =>
      judge(
        example,
        example.looks.map((features) => verdictOf(model, features).probability),
      ),
    ),
    model.cutoff.below,
  );
}
