import { aggregate } from './aggregate.ts';
import { binary } from './binary.ts';
import { type Expression, QueryError, type Selector } from './expression.ts';
import { functions, rowsOf, scalarOf } from './functions.ts';
import { overRange, slide } from './over-range.ts';
import { emptyRow, mapRows, type Row, type Samples, type Value, withoutName } from './vector.ts';

/** The moments at which a query looks, and how far back from each (ms): what lies between is of no use to it. */
export type Looks = { readonly grid: Float64Array; readonly backMs: number };

/** The raw samples of all series that match, between two moments (epoch ms, both included); with `looks`, only those in sight. */
export type ReadSamples = (selector: Selector, from: number, to: number, looks?: Looks) => readonly Samples[];

/** A sample stands for the moments after it for this long, as Prometheus's default has it. */
export const lookbackMs = 300_000;

/** Evaluates an expression over a whole grid of times at once, a column per series. Throws `QueryError`. */
export function evaluate(expression: Expression, grid: Float64Array, read: ReadSamples): Value {
  const run = (part: Expression): Value => evaluate(part, grid, read);
  switch (expression.kind) {
    case 'number':
      return { kind: 'scalar', values: new Float64Array(grid.length).fill(expression.value) };
    case 'string':
      return expression;
    case 'selector':
      return { kind: 'vector', rows: instantRows(expression, grid, read) };
    case 'range':
      throw new QueryError(
        'bad_data',
        'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
      );
    case 'negate': {
      const value = run(expression.of);
      if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((one) => -one) };
      return { kind: 'vector', rows: mapRows(rowsOf(value), (one) => -one) };
    }
    case 'binary':
      return binary(
        expression.operator,
        run(expression.left),
        run(expression.right),
        expression.isBool,
        expression.matching,
      );
    case 'aggregate': {
      const [first, second] = expression.args;
      const parameter = second === undefined || first === undefined ? 0 : scalarOf(run(first))(0);
      const of = second ?? first;
      if (of === undefined)
        throw new QueryError('bad_data', `parse error: no arguments for aggregate expression ${expression.operator}`);
      return { kind: 'vector', rows: aggregate(expression.operator, rowsOf(run(of)), expression.grouping, parameter) };
    }
    case 'call':
      return call(expression.name, expression.args, grid, read);
  }
}

function call(name: string, args: readonly Expression[], grid: Float64Array, read: ReadSamples): Value {
  if (name in overRange) {
    const [range] = args;
    if (range?.kind !== 'range')
      throw new QueryError('bad_data', `parse error: expected type range vector in call to function "${name}"`);
    const { offsetMs } = range.selector;
    const moved = offsetMs === 0 ? grid : grid.map((at) => at - offsetMs);
    const looks = { grid: moved, backMs: range.rangeMs };
    const samples = read(range.selector, (moved[0] ?? 0) - range.rangeMs, moved.at(-1) ?? 0, looks);
    const rows = samples.map((series) => slide(series, moved, range.rangeMs, name));
    return { kind: 'vector', rows: rows.filter(({ has }) => has.includes(1)) };
  }
  if (name === 'timestamp') return { kind: 'vector', rows: timestamps(args[0], grid, read) };
  const compute = functions[name];
  if (compute === undefined)
    throw new QueryError(
      'bad_data',
      `invalid parameter "query": parse error: the simulated cluster does not know the function ${JSON.stringify(name)}`,
    );
  return compute(
    args.map((arg) => evaluate(arg, grid, read)),
    grid,
  );
}

/** The newest sample of each series at each moment, not older than the lookback. */
function instantRows(selector: Selector, grid: Float64Array, read: ReadSamples): readonly Row[] {
  return newest(selector, grid, read, ({ values }, at) => values[at] ?? Number.NaN);
}

function timestamps(of: Expression | undefined, grid: Float64Array, read: ReadSamples): readonly Row[] {
  if (of?.kind !== 'selector')
    throw new QueryError('execution', 'the simulated cluster knows timestamp() of a selector only');
  const rows = newest(of, grid, read, ({ times }, at) => (times[at] ?? Number.NaN) / 1_000);
  return rows.map((row) => ({ ...row, labels: withoutName(row.labels) }));
}

function newest(
  selector: Selector,
  grid: Float64Array,
  read: ReadSamples,
  take: (series: Samples, at: number) => number,
): readonly Row[] {
  const moved = selector.offsetMs === 0 ? grid : grid.map((at) => at - selector.offsetMs);
  const looks = { grid: moved, backMs: lookbackMs };
  const found = read(selector, (moved[0] ?? 0) - lookbackMs, moved.at(-1) ?? 0, looks);
  const rows = found.map((series) => {
    const row = emptyRow(series.labels, grid.length);
    let next = 0;
    moved.forEach((ms, at) => {
      while (next < series.times.length && (series.times[next] ?? 0) <= ms) next += 1;
      if (next === 0 || ms - (series.times[next - 1] ?? 0) > lookbackMs) return;
      row.values[at] = take(series, next - 1);
      row.has[at] = 1;
    });
    return row;
  });
  return rows.filter(({ has }) => has.includes(1));
}
