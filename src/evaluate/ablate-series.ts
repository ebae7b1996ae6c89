import type { Frame } from '../core/frame.ts';
import { rowCount } from '../core/frame.ts';
import { fitCatalogue } from '../detection/features/catalogue.ts';
import type { FeatureGroup } from '../detection/features/feature-group.ts';
import { fitIsolationForest, isolationScores, type Matrix } from '../detection/isolation-forest.ts';
import { volumeUnderSurface } from '../detection/measures/vus.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import { alertBudgetPerDay } from './judge-series.ts';
import { forestSize } from './plain-forest.ts';
import type { Series } from './series.ts';

/** VUS-PR of an isolation forest on one group's features, and on the features of all groups but that one. */
export type GroupFigures = {
  readonly name: string;
  readonly features: number;
  readonly alone: number;
  readonly without: number;
};

export type Ablated = { readonly features: number; readonly all: number; readonly groups: readonly GroupFigures[] };

/** A median of more values is not worth the sorting. */
const enoughForMedian = 4_096;
/** So many rows are put together for scoring at a time. */
const blockRows = 4_096;

/**
 * What each group of features brings to an isolation forest that learns from the train rows as they are. The features of
 * the test rows go on where those of the train rows end. A feature that a row does not have is filled with its median in
 * the train rows.
 */
export function ablateSeries(series: Series, groups: readonly FeatureGroup[], seed: number): Ablated {
  const matrices = groups.map((group) => featuresOf(series, group, seed));
  const score = (chosen: readonly Matrix[]): number => vusPrOf(series, chosen, seed);
  return {
    features: matrices.reduce((sum, { width }) => sum + width, 0),
    all: score(matrices),
    groups: groups.map(({ name }, at) => ({
      name,
      features: matrices[at]?.width ?? 0,
      alone: score(matrices.slice(at, at + 1)),
      without: score(matrices.filter((_, other) => other !== at)),
    })),
  };
}

/** One group's features of all rows, those to learn from and then those to judge. */
function featuresOf({ train, test, metrics, stepMs }: Series, group: FeatureGroup, seed: number): Matrix {
  const catalogue = fitCatalogue(train, { metrics, seed, alertBudgetPerDay, stepMs }, [group]);
  const width = catalogue.features.length;
  const learnt = rowCount(train);
  const values = new Float32Array((learnt + rowCount(test)) * width);
  catalogue.fill(joined(train, test), (feature, column) => {
    const filler = medianOf(column.subarray(0, learnt));
    column.forEach((value, row) => {
      values[row * width + feature] = Number.isNaN(value) ? filler : value;
    });
  });
  return { width, values };
}

function medianOf(column: Float64Array): number {
  const stride = Math.ceil(column.length / enoughForMedian);
  const median = quantile(sortedFinite(column.filter((_, row) => row % stride === 0)), 0.5);
  return Number.isNaN(median) ? 0 : median;
}

function joined(first: Frame, second: Frame): Frame {
  const behind = (a: Float64Array, b: Float64Array): Float64Array => {
    const both = new Float64Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  };
  return {
    times: behind(first.times, second.times),
    columns: first.columns.map(({ name, values }, at) => ({
      name,
      values: behind(values, second.columns[at]?.values ?? new Float64Array()),
    })),
  };
}

/** Fits a forest on the train rows of some groups' features and measures its scores of the test rows. */
function vusPrOf({ train, test, measured, labels }: Series, groups: readonly Matrix[], seed: number): number {
  const [learnt, judged] = [rowCount(train), rowCount(test)];
  const rows = Uint32Array.from({ length: learnt }, (_, row) => row);
  const forest = fitIsolationForest(sideBySide(groups, 0, learnt), rows, { ...forestSize, seed });
  const scores = new Float64Array(judged);
  for (let from = 0; from < judged; from += blockRows) {
    const to = Math.min(judged, from + blockRows);
    scores.set(isolationScores(forest, sideBySide(groups, learnt + from, learnt + to)), from);
  }
  return volumeUnderSurface(
    Float64Array.from(measured, (row) => scores[row] ?? 0),
    labels,
  ).vusPr;
}

/** Rows `from` to `to`, `to` excluded, of some matrices side by side. */
function sideBySide(matrices: readonly Matrix[], from: number, to: number): Matrix {
  const width = matrices.reduce((sum, matrix) => sum + matrix.width, 0);
  const values = new Float32Array((to - from) * width);
  let first = 0;
  for (const matrix of matrices) {
    for (let row = from; row < to; row += 1)
      values.set(matrix.values.subarray(row * matrix.width, (row + 1) * matrix.width), (row - from) * width + first);
    first += matrix.width;
  }
  return { width, values };
}
