import type { Learn } from '../../src/triage/cross-validate.ts';

/** Steps of Newton's method; some ten are enough. */
const mostSteps = 25;
/** What keeps weights small, of standardised features. */
const ridge = 1;

/**
 * A logistic regression with a ridge (Hoerl and Kennard 1970; Newton's method as in Hastie, Tibshirani and Friedman, 4.4.1) on
 * standardised features: the peer of the forest in the study.
 */
export const logisticRegression: Learn = (examples) => {
  const lessons = examples.flatMap(({ looks, label, shownShare }) =>
    looks.map((features) => ({ features, is: label === 'real' ? 1 : 0, weight: 1 / shownShare })),
  );
  const width = lessons[0]?.features.length ?? 0;
  const scales = Array.from({ length: width }, (_, at) => scaleOf(lessons.map(({ features }) => features[at] ?? 0)));
  const rowOf = (features: readonly number[]): readonly number[] => [
    1,
    ...scales.map(({ mean, deviation }, at) => ((features[at] ?? 0) - mean) / deviation),
  ];
  const rows = lessons.map(({ features, is, weight }) => ({ row: rowOf(features), is, weight }));
  let weights: readonly number[] = Array.from({ length: width + 1 }, () => 0);
  for (let step = 0; step < mostSteps; step += 1) {
    const gradient = weights.map((weight, at) => (at === 0 ? 0 : -ridge * weight));
    const bend = weights.map((_, at) => weights.map((_, other): number => (at === other && at > 0 ? ridge : 1e-9)));
    for (const { row, is, weight } of rows) {
      const stated = sigmoid(dot(weights, row));
      row.forEach((value, at) => {
        gradient[at] = (gradient[at] ?? 0) + weight * (is - stated) * value;
        const line = bend[at] ?? [];
        row.forEach((other, place) => {
          line[place] = (line[place] ?? 0) + weight * stated * (1 - stated) * value * other;
        });
      });
    }
    const change = solve(bend, gradient);
    weights = weights.map((weight, at) => weight + (change[at] ?? 0));
    if (Math.max(...change.map(Math.abs)) < 1e-6) break;
  }
  const fitted = weights;
  return (features) => sigmoid(dot(fitted, rowOf(features)));
};

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

function scaleOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

/** Gauss elimination with the largest pivot. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const lines = matrix.map((line, at) => [...line, right[at] ?? 0]);
  const size = lines.length;
  for (let column = 0; column < size; column += 1) {
    const pivot = Array.from({ length: size - column }, (_, at) => column + at).reduce((best, at) =>
      Math.abs(lines[at]?.[column] ?? 0) > Math.abs(lines[best]?.[column] ?? 0) ? at : best,
    );
    const [one, other] = [lines[column] ?? [], lines[pivot] ?? []];
    [lines[column], lines[pivot]] = [other, one];
    for (let at = 0; at < size; at += 1) {
      const line = lines[at] ?? [];
      const factor = at === column ? 0 : (line[column] ?? 0) / (other[column] ?? 1);
      if (factor !== 0)
        for (let place = column; place <= size; place += 1)
          line[place] = (line[place] ?? 0) - factor * (other[place] ?? 0);
    }
  }
  return lines.map((line, at) => (line[size] ?? 0) / (line[at] ?? 1));
}
