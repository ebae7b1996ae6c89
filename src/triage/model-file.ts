import { z } from 'zod';
import { labels } from '../core/incident.ts';
import type { StoredModel } from '../core/model.ts';
import { triageModel } from '../core/names.ts';
import type { Tally, Tree, TriageModel } from '../core/triage.ts';
import { featureNames, featureSet } from './features.ts';

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const tree: z.ZodType<Tree> = z.lazy(() => z.union([z.number(), z.tuple([z.number(), z.number(), tree, tree])]));
const tally: z.ZodType<Tally> = z.object({
  ...{ incidents: count, real: count, demoted: count, demotedReal: count },
  ...{ demotedRealAtMost: share, realShownLater: count },
});
const model: z.ZodType<TriageModel> = z.object({
  version: z.string(),
  featureSet: z.literal(featureSet, 'it looks at other features than this version'),
  features: z.array(z.string()).length(featureNames.length),
  trees: z.array(tree).min(1),
  calibration: z.object({ slope: z.number().min(0), intercept: z.number() }),
  cutoff: z.object({ below: share, risk: share, isProven: z.boolean() }),
  usual: z.array(z.number()).length(featureNames.length),
  trainedAt: z.number(),
  trainedOn: z.object({
    labels: z.object({ real: count, noise: count, expected: count }),
    ...{ leftOut: count, from: z.number(), to: z.number() },
  }),
  measures: z.object({
    ...{ ranking: share, brier: z.number(), brierOfGuess: z.number(), calibrationError: z.number() },
    bins: z.array(z.object({ from: share, to: share, incidents: count, stated: share, real: share })),
  }),
  shadow: tally,
  importances: z.array(z.object({ feature: z.string(), importance: z.number() })),
  seed: z.number(),
  code: z.string(),
});

/** As the registry keeps it: with its own checksum, retention and pointer, under a name that no watch has. */
export function storedTriage(trained: TriageModel): StoredModel {
  const { version, code, trainedAt, trainedOn, features, seed, measures, trees } = trained;
  const { ranking, brier, calibrationError } = measures;
  const bytes = new TextEncoder().encode(JSON.stringify(trained));
  return {
    info: {
      ...{ watch: triageModel, version, detector: 'forest of labels', code, trainedAt, seed },
      ...{ from: trainedOn.from, to: trainedOn.to, entities: 1, metrics: features, features: features.length },
      rows: labels.reduce((sum, label) => sum + trainedOn.labels[label], 0),
      parameters: { trees: trees.length },
      measures: { ranking, 'Brier score': brier, 'calibration error': calibrationError },
      tuning: null,
    },
    detectors: new Map([[triageModel, bytes]]),
  };
}

/** The model again. Throws when it is none, or looks at other features than this version does. */
export function revivedTriage({ detectors }: StoredModel): TriageModel {
  const bytes = detectors.get(triageModel);
  if (bytes === undefined) throw new Error('it is no forest of labels');
  return model.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
