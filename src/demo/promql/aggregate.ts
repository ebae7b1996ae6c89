import { type Grouping, QueryError } from './expression.ts';
import { emptyRow, keyOf, type Labels, only, type Row, without } from './vector.ts';

type Fold = (values: readonly number[], parameter: number) => number;

const folds: Readonly<Record<string, Fold>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => values.reduce((a, b) => Math.min(a, b)),
  max: (values) => values.reduce((a, b) => Math.max(a, b)),
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => Math.sqrt(variance(values)),
  stdvar: variance,
  quantile: (values, q) => quantile(values, q),
};

/** Aggregates series by groups of labels; topk and bottomk keep whole series where they are among the best. */
export function aggregate(
  operator: string,
  rows: readonly Row[],
  grouping: Grouping,
  parameter: number,
): readonly Row[] {
  const groups = Map.groupBy(rows, ({ labels }) => keyOf(groupOf(labels, grouping)));
  if (operator === 'topk' || operator === 'bottomk')
    return [...groups.values()].flatMap((group) => best(group, parameter, operator === 'topk' ? -1 : 1));
  const fold = folds[operator];
  if (fold === undefined) throw new QueryError('execution', `the simulated cluster does not know ${operator}`);
  return [...groups.values()].map((group) => foldGroup(group, grouping, (values) => fold(values, parameter)));
}

function foldGroup(group: readonly Row[], grouping: Grouping, fold: (values: readonly number[]) => number): Row {
  const row = emptyRow(groupOf(group[0]?.labels ?? {}, grouping), group[0]?.values.length ?? 0);
  for (let at = 0; at < row.values.length; at += 1) {
    const values: number[] = [];
    for (const one of group) if (one.has[at] === 1) values.push(one.values[at] ?? Number.NaN);
    if (values.length === 0) continue;
    row.values[at] = fold(values);
    row.has[at] = 1;
  }
  return row;
}

function best(group: readonly Row[], count: number, sign: number): readonly Row[] {
  const kept = group.map(({ labels, values }) => ({ labels, values, has: new Uint8Array(values.length) }));
  for (let at = 0; at < (group[0]?.values.length ?? 0); at += 1) {
    const there = group.map((_, index) => index).filter((index) => group[index]?.has[at] === 1);
    const ranked = there.toSorted((a, b) => sign * ((group[a]?.values[at] ?? 0) - (group[b]?.values[at] ?? 0)));
    for (const index of ranked.slice(0, Math.max(0, Math.floor(count)))) {
      const row = kept[index];
      if (row !== undefined) row.has[at] = 1;
    }
  }
  const size = (row: Row): number => row.values[row.values.length - 1] ?? 0;
  return kept.filter(({ has }) => has.includes(1)).toSorted((a, b) => sign * (size(a) - size(b)));
}

function groupOf(labels: Labels, { kind, labels: names }: Grouping): Labels {
  return kind === 'by' ? only(labels, names) : without(labels, ['__name__', ...names]);
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** With linear interpolation between the two nearest ranks. */
function quantile(values: readonly number[], q: number): number {
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)] ?? Number.NaN, sorted[Math.ceil(rank)] ?? Number.NaN];
  return low + (high - low) * (rank - Math.floor(rank));
}
