import { driftSpansMs } from '../drift.ts';
import { fitModel, openScorer } from '../fused-detector.ts';
import type { DetectionModel } from '../model.ts';
import type { FeatureGroup, FeatureKind, FeatureStream } from './feature-group.ts';
import { windows } from './rolling-moments.ts';
import { rowByRow } from './row-by-row.ts';

const hourMs = 3_600_000;

const energy = (name: string, formula: string, reason: string): FeatureKind => ({
  name,
  per: 'row',
  formula: `ln(0.001 + ${formula})`,
  unit: 'ln',
  reason,
});

const stirOf = (window: number): FeatureKind =>
  energy(
    `stir ${window}`,
    `root mean square over metrics of deviation ${window} / its usual size`,
    'how much the metrics shake, all together',
  );

/** In the order in which the detector's forest has them. */
const kindsOf = (lengths: readonly number[]): readonly FeatureKind[] => [
  energy(
    'surprise',
    'root mean square over metrics of the smoothed residual / its roughness',
    'a few metrics move as nobody could foresee',
  ),
  energy('unrest', 'mean over metrics of the smoothed residual / its roughness', 'many metrics do'),
  energy(
    'company',
    'mean size of what the principal components of values, means and deviations leave over, each / its usual size',
    'the metrics do not go together as they do',
  ),
  energy(
    'rest',
    'root mean square of what the same components leave over',
    'the same, led by the metrics that are furthest off',
  ),
  ...driftSpansMs.map((span) =>
    energy(
      `all drift ${span / hourMs} h`,
      `root mean square over metrics of drift ${span / hourMs} h / its usual size`,
      'the host as a whole leaves where it has been',
    ),
  ),
  ...lengths.flatMap((window, at) => [
    stirOf(window),
    ...(at === 0
      ? [
          energy(
            `joined ${window}`,
            `mean over metrics of ln(1 + (deviation ${window} / its usual size)²)`,
            'how many metrics join in',
          ),
        ]
      : []),
  ]),
];

/**
 * What the detector's forest looks at, by the detector's own scorer, whose sensor learns from what was judged. Short history
 * has fewer windows, and with too little to judge by there are no energies.
 */
export const energiesGroup: FeatureGroup = {
  name: 'energies',
  kinds: kindsOf(windows),
  fit({ frame }, options) {
    const outcome = fitModel(frame, options);
    if (outcome.kind !== 'fitted') return rowByRow([], () => ({ push: () => {} }));
    const { model } = outcome;
    return rowByRow(
      kindsOf(model.sensor.windows).map((kind) => ({ ...kind, of: '' })),
      () => openEnergies(model),
    );
  },
};

/** A row that the detector does not score has no energies. */
function openEnergies(model: DetectionModel): FeatureStream {
  const scorer = openScorer(model);
  return {
    push({ at, raw }, features) {
      if (scorer.push(at, raw).kind === 'scored') features.set(scorer.features);
      else features.fill(Number.NaN);
    },
  };
}
