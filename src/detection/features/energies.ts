import { driftSpansMs } from '../drift.ts';
import { fitModel, openScorer } from '../fused-detector.ts';
import type { DetectionModel } from '../model.ts';
import { forEachRow } from '../rows.ts';
import type { FeatureGroup, FeatureKind } from './feature-group.ts';
import { windows } from './rolling-moments.ts';

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
 * What the detector's forest looks at, of the detector's own scorer: its sensor learns from what it has judged, so there is
 * no form of it but row by row. Short history has fewer windows, and with too little to judge by there are none.
 */
export const energiesGroup: FeatureGroup = {
  name: 'energies',
  kinds: kindsOf(windows),
  fit({ frame }, options) {
    const outcome = fitModel(frame, options);
    if (outcome.kind !== 'fitted') return { features: [], open: () => ({ push: () => {} }), fill: () => {} };
    const { model } = outcome;
    const features = kindsOf(model.sensor.windows).map((kind) => ({ ...kind, of: '' }));
    return {
      features,
      open() {
        const push = openEnergies(model);
        return { push: ({ at, raw }, into) => push(at, raw, into) };
      },
      fill({ frame: rows }, take) {
        const push = openEnergies(model);
        const columns = features.map(() => new Float64Array(rows.times.length));
        const energies = new Float64Array(features.length);
        forEachRow(rows, (raw, row) => {
          push(rows.times[row] ?? 0, raw, energies);
          columns.forEach((column, at) => {
            column[row] = energies[at] ?? Number.NaN;
          });
        });
        columns.forEach((column, at) => {
          take(at, column);
        });
      },
    };
  },
};

/** Follows raw rows; a row that the detector does not score has no energies. */
function openEnergies(model: DetectionModel): (at: number, raw: Float64Array, into: Float64Array) => void {
  const scorer = openScorer(model);
  return (at, raw, into) => {
    if (scorer.push(at, raw).kind === 'scored') into.set(scorer.features);
    else into.fill(Number.NaN);
  };
}
