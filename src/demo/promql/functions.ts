import { QueryError } from './expression.ts';
import { regexOf } from './parse.ts';
import { emptyRow, keyOf, type Labels, mapRows, type Row, type Value, without } from './vector.ts';

type Call = (args: readonly Value[], grid: Float64Array) => Value;

const vector = (rows: readonly Row[]): Value => ({ kind: 'vector', rows });
const each =
  (change: (value: number) => number): Call =>
  (args) =>
    vector(mapRows(rowsOf(args[0]), change));

/** Functions of instant vectors, scalars and strings. */
export const functions: Readonly<Record<string, Call>> = {
  abs: each(Math.abs),
  ceil: each(Math.ceil),
  floor: each(Math.floor),
  sqrt: each(Math.sqrt),
  exp: each(Math.exp),
  ln: each(Math.log),
  log2: each(Math.log2),
  log10: each(Math.log10),
  sgn: each(Math.sign),
  round: (args) => {
    const to = args[1] === undefined ? () => 1 : scalarOf(args[1]);
    return vector(mapRows(rowsOf(args[0]), (value, at) => Math.floor(value / to(at) + 0.5) * to(at)));
  },
  clamp: (args) => clamp(args[0], scalarOf(args[1]), scalarOf(args[2])),
  clamp_min: (args) => clamp(args[0], scalarOf(args[1]), () => Number.POSITIVE_INFINITY),
  clamp_max: (args) => clamp(args[0], () => Number.NEGATIVE_INFINITY, scalarOf(args[1])),
  time: (_args, grid) => ({ kind: 'scalar', values: grid.map((ms) => ms / 1_000) }),
  vector: (args, grid) =>
    vector([
      { labels: {}, values: grid.map((_, at) => scalarOf(args[0])(at)), has: new Uint8Array(grid.length).fill(1) },
    ]),
  scalar: (args, grid) => {
    const rows = rowsOf(args[0]);
    const alone = (at: number): Row | undefined => {
      const there = rows.filter(({ has }) => has[at] === 1);
      return there.length === 1 ? there[0] : undefined;
    };
    return { kind: 'scalar', values: grid.map((_, at) => alone(at)?.values[at] ?? Number.NaN) };
  },
  absent: (args, grid) => {
    const has = Uint8Array.from(grid, (_, at) => (rowsOf(args[0]).some((row) => row.has[at] === 1) ? 0 : 1));
    return vector(has.includes(1) ? [{ labels: {}, values: new Float64Array(grid.length).fill(1), has }] : []);
  },
  sort: (args) => vector(rowsOf(args[0]).toSorted((a, b) => lastOf(a) - lastOf(b))),
  sort_desc: (args) => vector(rowsOf(args[0]).toSorted((a, b) => lastOf(b) - lastOf(a))),
  label_replace: (args) => vector(labelReplace(rowsOf(args[0]), args.slice(1).map(textOf))),
  histogram_quantile: (args, grid) => vector(histogramQuantile(scalarOf(args[0]), rowsOf(args[1]), grid.length)),
};

function labelReplace(
  rows: readonly Row[],
  [target = '', replacement = '', source = '', pattern = '']: readonly string[],
): readonly Row[] {
  if (!/^[A-Za-z_]\w*$/.test(target))
    throw new QueryError('execution', `invalid destination label name in label_replace(): ${target}`);
  const regex = regexOf(pattern);
  const made = rows.map((row): Row => {
    const match = regex.exec(row.labels[source] ?? '');
    if (match === null) return row;
    const value = replacement.replaceAll(/\$(?:(\d+)|\{(\d+)\}|\$)/g, (sign, plain?: string, braced?: string) => {
      const group = plain ?? braced;
      return group === undefined ? sign.slice(1) : (match[Number(group)] ?? '');
    });
    const labels: Labels = value === '' ? without(row.labels, [target]) : { ...row.labels, [target]: value };
    return { ...row, labels };
  });
  if (new Set(made.map(({ labels }) => keyOf(labels))).size < made.length)
    throw new QueryError('execution', 'vector cannot contain metrics with the same labelset');
  return made;
}

/** Linear interpolation within a bucket, as `bucketQuantile` of prometheus/prometheus, promql/quantile.go. */
function histogramQuantile(q: (at: number) => number, rows: readonly Row[], length: number): readonly Row[] {
  const groups = Map.groupBy(rows, ({ labels }) => keyOf(without(labels, ['__name__', 'le'])));
  return [...groups.values()].map((group) => {
    const row = emptyRow(without(group[0]?.labels ?? {}, ['__name__', 'le']), length);
    const sorted = group
      .map((bucket) => ({
        bucket,
        le: bucket.labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(bucket.labels.le),
      }))
      .filter(({ le }) => !Number.isNaN(le))
      .toSorted((a, b) => a.le - b.le);
    for (let at = 0; at < length; at += 1) {
      const there = sorted
        .filter(({ bucket }) => bucket.has[at] === 1)
        .map(({ bucket, le }) => ({ le, count: bucket.values[at] ?? 0 }));
      if (there.length === 0) continue;
      row.values[at] = bucketQuantile(q(at), there);
      row.has[at] = 1;
    }
    return row;
  });
}

function bucketQuantile(q: number, buckets: readonly { readonly le: number; readonly count: number }[]): number {
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const total = buckets.at(-1);
  if (total === undefined || total.le !== Number.POSITIVE_INFINITY || buckets.length < 2 || total.count === 0)
    return Number.NaN;
  const rank = q * total.count;
  const found = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[found];
  if (found === -1 || bucket === undefined || bucket.le === Number.POSITIVE_INFINITY)
    return buckets.at(-2)?.le ?? Number.NaN;
  if (found === 0 && bucket.le <= 0) return bucket.le;
  const below = buckets[found - 1] ?? { le: 0, count: 0 };
  return below.le + ((bucket.le - below.le) * (rank - below.count)) / (bucket.count - below.count);
}

function clamp(value: Value | undefined, low: (at: number) => number, high: (at: number) => number): Value {
  return vector(mapRows(rowsOf(value), (one, at) => Math.max(low(at), Math.min(high(at), one))));
}

export function rowsOf(value: Value | undefined): readonly Row[] {
  if (value?.kind !== 'vector')
    throw new QueryError('bad_data', 'parse error: expected type instant vector in call to function');
  return value.rows;
}

export function scalarOf(value: Value | undefined): (at: number) => number {
  if (value?.kind !== 'scalar')
    throw new QueryError('bad_data', 'parse error: expected type scalar in call to function');
  return (at) => value.values[at] ?? Number.NaN;
}

function textOf(value: Value): string {
  if (value.kind !== 'string')
    throw new QueryError('bad_data', 'parse error: expected type string in call to function');
  return value.value;
}

function lastOf({ values }: Row): number {
  return values.at(-1) ?? Number.NaN;
}
