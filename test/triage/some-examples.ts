import type { Label } from '../../src/core/incident.ts';
import type { Example } from '../../src/core/triage.ts';
import { createRandom, gaussian } from '../../src/detection/random.ts';
import { featureNames, featureSet } from '../../src/triage/features.ts';

/** Labelled incidents that differ in one feature, with so much of chance in all of them. */
export function someExamples(
  count: number,
  change: { readonly seed?: number; readonly apart?: number } = {},
): readonly Example[] {
  const { seed = 1, apart = 3 } = change;
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const label: Label = at % 2 === 0 ? 'real' : at % 4 === 1 ? 'noise' : 'expected';
    const features = featureNames.map((name) => gaussian(random) + (name === 'score' && label === 'real' ? apart : 0));
    return {
      ...{ id: `i${at}`, at: 1_767_600_000_000 + at * 3_600_000, label, severity: 'warning' as const },
      ...{
        looks: [features.map((value, name) => (featureNames[name] === 'critical' ? 0 : value))],
        featureSet,
        shownShare: 1,
      },
    };
  });
}
