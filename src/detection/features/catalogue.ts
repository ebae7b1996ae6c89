import type { FitOptions } from '../../core/detector.ts';
import type { Frame } from '../../core/frame.ts';
import { sortedFinite } from '../quantile.ts';
import { countKnownRows } from '../rows.ts';
import { coarsenessOf, fitScale, toScale } from '../scale.ts';
import { changesGroup } from './changes.ts';
import { driftGroup } from './drifts.ts';
import { energiesGroup } from './energies.ts';
import { extremesGroup } from './extremes.ts';
import type { Feature, FeatureGroup, FeatureMetric, FittedGroup, History, TakeColumn } from './feature-group.ts';
import { relationsGroup } from './relations.ts';
import { residualsGroup } from './residuals.ts';
import { rollingGroup } from './rolling-moments.ts';
import { seasonGroup } from './season.ts';
import { valueGroup } from './values.ts';

/** Every feature there is, group by group. */
export const featureGroups: readonly FeatureGroup[] = [
  valueGroup,
  rollingGroup,
  extremesGroup,
  changesGroup,
  seasonGroup,
  relationsGroup,
  residualsGroup,
  driftGroup,
  energiesGroup,
];

/** Groups that have learnt from one entity's history. */
export type Catalogue = {
  readonly features: readonly (Feature & { readonly group: string })[];
  /** Follows one entity; the array that `push` gives is its own and is overwritten by the next row. */
  open(): { push(at: number, values: Float64Array): Float64Array };
  /** The features of all rows of a frame with the columns of history, whose first row is taken for the first ever. */
  fill(frame: Frame, take: TakeColumn): void;
};

/** Fits the groups. A metric that is a gap all along has no features; the others are told apart by their robust scale. */
export function fitCatalogue(
  frame: Frame,
  options: FitOptions,
  groups: readonly FeatureGroup[] = featureGroups,
): Catalogue {
  const coarseness = coarsenessOf(countKnownRows(frame) * options.stepMs);
  const metrics = frame.columns.flatMap(({ name, values }, column): readonly FeatureMetric[] => {
    const unit = options.metrics.find((metric) => metric.name === name)?.unit ?? '';
    const scale = fitScale(sortedFinite(values), unit, coarseness);
    return scale === null ? [] : [{ name, column, scale }];
  });
  const history = toHistory(frame, metrics, options.stepMs);
  const fitted = groups.map((group) => ({ name: group.name, group: group.fit(history, options) }));
  const features = fitted.flatMap(({ name, group }) => group.features.map((feature) => ({ ...feature, group: name })));
  return {
    features,
    open: () =>
      openAll(
        fitted.map(({ group }) => group),
        metrics,
        features.length,
      ),
    fill(rows, take) {
      const columns = toHistory(rows, metrics, options.stepMs);
      let first = 0;
      for (const { group } of fitted) {
        const offset = first;
        group.fill(columns, (feature, column) => take(offset + feature, column));
        first += group.features.length;
      }
    },
  };
}

function toHistory(frame: Frame, metrics: readonly FeatureMetric[], stepMs: number): History {
  const scaled = metrics.map(({ column, scale }) =>
    (frame.columns[column]?.values ?? new Float64Array()).map((value) => toScale(scale, value)),
  );
  return { frame, stepMs, metrics, scaled };
}

function openAll(groups: readonly FittedGroup[], metrics: readonly FeatureMetric[], width: number) {
  const features = new Float64Array(width);
  const scaled = new Float64Array(metrics.length);
  let first = 0;
  const streams = groups.map((group) => {
    const part = features.subarray(first, first + group.features.length);
    first += group.features.length;
    return { stream: group.open(), part };
  });
  const row: { at: number; raw: Float64Array; readonly scaled: Float64Array } = { at: 0, raw: scaled, scaled };
  return {
    push(at: number, raw: Float64Array): Float64Array {
      row.at = at;
      row.raw = raw;
      metrics.forEach(({ column, scale }, metric) => {
        scaled[metric] = toScale(scale, raw[column] ?? Number.NaN);
      });
      for (const { stream, part } of streams) stream.push(row, part);
      return features;
    },
  };
}
