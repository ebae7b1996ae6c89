import { type Matching, QueryError } from './expression.ts';
import { emptyRow, keyOf, type Labels, only, type Row, type Value, without, withoutName } from './vector.ts';

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
  atan2: Math.atan2,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

/** What an operator makes of two samples; null is no sample. A comparison keeps the left one, or 0 and 1 with `bool`. */
type Combine = (a: number, b: number) => number | null;
type Vector = Extract<Value, { kind: 'vector' }>;

export function binary(operator: string, left: Value, right: Value, isBool: boolean, matching: Matching): Value {
  if (left.kind === 'string' || right.kind === 'string')
    throw new QueryError(
      'bad_data',
      'parse error: binary expression must contain only scalar and instant vector types',
    );
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const combine = combineOf(operator, true);
    return {
      kind: 'scalar',
      values: left.values.map((value, at) => combine(value, right.values[at] ?? Number.NaN) ?? Number.NaN),
    };
  }
  if (['and', 'or', 'unless'].includes(operator)) {
    if (left.kind === 'scalar' || right.kind === 'scalar')
      throw new QueryError(
        'bad_data',
        `parse error: set operator "${operator}" not allowed in binary scalar expression`,
      );
    return { kind: 'vector', rows: setOperation(operator, left, right, matching) };
  }
  const keepsName = operator in comparisons && !isBool;
  if (left.kind === 'scalar' || right.kind === 'scalar')
    return {
      kind: 'vector',
      rows: withScalar(left, right, withScalarCombine(operator, isBool, left.kind === 'scalar'), keepsName),
    };
  return { kind: 'vector', rows: withVector(left, right, combineOf(operator, isBool), matching, keepsName) };
}

function combineOf(operator: string, isBool: boolean): Combine {
  const compare = comparisons[operator];
  if (compare !== undefined) return isBool ? (a, b) => (compare(a, b) ? 1 : 0) : (a, b) => (compare(a, b) ? a : null);
  const compute = arithmetic[operator];
  if (compute === undefined)
    throw new QueryError('execution', `the simulated cluster does not know the operator ${operator}`);
  return compute;
}

/** A comparison with a scalar keeps the vector's sample, on whichever side it stands. */
function withScalarCombine(operator: string, isBool: boolean, isScalarLeft: boolean): Combine {
  const compare = comparisons[operator];
  if (compare === undefined || isBool || !isScalarLeft) return combineOf(operator, isBool);
  return (a, b) => (compare(a, b) ? b : null);
}

function withScalar(left: Value, right: Value, combine: Combine, keepsName: boolean): readonly Row[] {
  const vector = left.kind === 'vector' ? left : right;
  const scalar = left.kind === 'scalar' ? left : right;
  if (vector.kind !== 'vector' || scalar.kind !== 'scalar') return [];
  return vector.rows.map((row) => {
    const made = emptyRow(keepsName ? row.labels : withoutName(row.labels), row.values.length);
    row.values.forEach((value, at) => {
      const other = scalar.values[at] ?? Number.NaN;
      put(
        made,
        at,
        row.has[at] === 1 ? (left.kind === 'vector' ? combine(value, other) : combine(other, value)) : null,
      );
    });
    return made;
  });
}

function withVector(
  left: Vector,
  right: Vector,
  combine: Combine,
  matching: Matching,
  keepsName: boolean,
): readonly Row[] {
  const { many } = matching;
  const [several, single] = many === 'right' ? [right, left] : [left, right];
  const singles = Map.groupBy(single.rows, ({ labels }) => keyOf(matchedBy(labels, matching)));
  const made = new Map<string, Row>();
  for (const row of several.rows) {
    const key = keyOf(matchedBy(row.labels, matching));
    for (const other of singles.get(key) ?? []) {
      const labels = resultLabels(row.labels, other.labels, matching, keepsName);
      const target = made.get(keyOf(labels)) ?? emptyRow(labels, row.values.length);
      made.set(keyOf(labels), target);
      row.values.forEach((value, at) => {
        if (row.has[at] !== 1 || other.has[at] !== 1) return;
        if (target.has[at] === 1)
          throw new QueryError(
            'execution',
            `multiple matches for labels: ${many === 'none' ? 'many-to-one matching must be explicit (group_left/group_right)' : 'grouping labels must ensure unique matches'}`,
          );
        const beside = other.values[at] ?? Number.NaN;
        put(target, at, many === 'right' ? combine(beside, value) : combine(value, beside));
      });
    }
  }
  return [...made.values()].filter(({ has }) => has.includes(1));
}

function resultLabels(several: Labels, single: Labels, matching: Matching, keepsName: boolean): Labels {
  if (matching.many === 'none') {
    const kept = keepsName ? several : withoutName(several);
    return matching.kind === 'on' ? only(kept, matching.labels) : without(kept, matching.labels);
  }
  const included = matching.include.flatMap((name) => (single[name] === undefined ? [] : [[name, single[name]]]));
  return { ...without(keepsName ? several : withoutName(several), matching.include), ...Object.fromEntries(included) };
}

function setOperation(operator: string, left: Vector, right: Vector, matching: Matching): readonly Row[] {
  const there = (rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> =>
    Map.groupBy(rows, ({ labels }) => keyOf(matchedBy(labels, matching)));
  const [lefts, rights] = [there(left.rows), there(right.rows)];
  const isThere = (rows: readonly Row[] | undefined, at: number): boolean =>
    rows?.some(({ has }) => has[at] === 1) ?? false;
  const keep = (rows: readonly Row[], isKept: (key: string, at: number) => boolean): readonly Row[] =>
    rows
      .map((row) => {
        const key = keyOf(matchedBy(row.labels, matching));
        return { ...row, has: row.has.map((present, at) => (present === 1 && isKept(key, at) ? 1 : 0)) };
      })
      .filter(({ has }) => has.includes(1));
  if (operator === 'and') return keep(left.rows, (key, at) => isThere(rights.get(key), at));
  if (operator === 'unless') return keep(left.rows, (key, at) => !isThere(rights.get(key), at));
  return [...left.rows, ...keep(right.rows, (key, at) => !isThere(lefts.get(key), at))];
}

function matchedBy(labels: Labels, { kind, labels: names }: Matching): Labels {
  return kind === 'on' ? only(labels, names) : without(labels, ['__name__', ...names]);
}

function put(row: Row, at: number, value: number | null): void {
  if (value === null) return;
  row.values[at] = value;
  row.has[at] = 1;
}
