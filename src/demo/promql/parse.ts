import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import {
  type Expression,
  type Grouping,
  type Matcher,
  type Matching,
  QueryError,
  type Selector,
} from './expression.ts';

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};
const anything: Matching = { kind: 'ignoring', labels: [], many: 'none', include: [] };
const longestRegex = 500;
const noExpression = 'invalid parameter "query": unknown position: parse error: no expression found in input';

/** Reads PromQL with Prometheus's own grammar. Throws `QueryError` for what is no expression or is not supported here. */
export function parsePromql(query: string): Expression {
  const tree = parser.parse(query);
  if (query.trim() === '') throw new QueryError('bad_data', noExpression);
  tree.iterate({
    enter(node) {
      if (!node.type.isError) return;
      const found = query.slice(node.from, node.from + 20);
      throw new QueryError(
        'bad_data',
        `invalid parameter "query": 1:${node.from + 1}: parse error: unexpected ${found === '' ? 'end of input' : JSON.stringify(found)}`,
      );
    },
  });
  const root = tree.topNode.firstChild;
  if (root === null) throw new QueryError('bad_data', noExpression);
  return read(root, query);
}

function read(node: SyntaxNode, query: string): Expression {
  const text = query.slice(node.from, node.to);
  const children = childrenOf(node);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: numberOf(text) };
    case 'StringLiteral':
      return { kind: 'string', value: stringOf(text) };
    case 'ParenExpr':
    case 'StepInvariantExpr':
      return read(child(node, 0), query);
    case 'VectorSelector':
      return selectorOf(node, query);
    case 'MatrixSelector':
      return { kind: 'range', selector: selectorOf(child(node, 0), query), rangeMs: durationIn(child(node, 1), query) };
    case 'OffsetExpr':
      return shifted(read(child(node, 0), query), durationIn(node, query) * (/offset\s*-/i.test(text) ? -1 : 1));
    case 'UnaryExpr': {
      const of = read(child(node, 1), query);
      return text.startsWith('-') ? { kind: 'negate', of } : of;
    }
    case 'FunctionCall':
      return { kind: 'call', name: query.slice(child(node, 0).from, child(node, 0).to), args: argsOf(node, query) };
    case 'AggregateExpr':
      return {
        kind: 'aggregate',
        operator: query.slice(child(node, 0).from, child(node, 0).to).toLowerCase(),
        grouping: groupingOf(
          children.find(({ name }) => name === 'AggregateModifier'),
          query,
        ),
        args: argsOf(node, query),
      };
    case 'BinaryExpr':
      return binaryOf(node, query);
    default:
      throw new QueryError('execution', `the simulated cluster does not know ${node.name} (${text})`);
  }
}

function binaryOf(node: SyntaxNode, query: string): Expression {
  const [left, operator, ...rest] = childrenOf(node);
  const right = rest.at(-1);
  if (left === undefined || operator === undefined || right === undefined)
    throw new QueryError('bad_data', 'parse error: an operand is missing');
  const modifiers = rest.slice(0, -1);
  const binary = (of: Expression): Expression => ({
    kind: 'binary',
    operator: query.slice(operator.from, operator.to).toLowerCase(),
    left: of,
    right: read(right, query),
    isBool: modifiers.some(({ name }) => name === 'BoolModifier'),
    matching: matchingOf(
      modifiers.find(({ name }) => name === 'MatchingModifierClause'),
      query,
    ),
  });
  const of = read(left, query);
  // A power binds closer than a sign; the grammar has it the other way round.
  if (operator.name === 'Pow' && query[left.from] === '-') {
    if (of.kind === 'negate') return { kind: 'negate', of: binary(of.of) };
    if (of.kind === 'number') return { kind: 'negate', of: binary({ ...of, value: -of.value }) };
  }
  return binary(of);
}

function matchingOf(node: SyntaxNode | undefined, query: string): Matching {
  if (node === undefined) return anything;
  const parts = childrenOf(node);
  const [labels = [], include = []] = parts
    .filter(({ name }) => name === 'GroupingLabels')
    .map((part) => labelsIn(part, query));
  const has = (name: string): boolean => parts.some((part) => part.name === name);
  const many = has('GroupLeft') ? 'left' : has('GroupRight') ? 'right' : 'none';
  return { kind: has('On') ? 'on' : 'ignoring', labels, many, include };
}

function groupingOf(node: SyntaxNode | undefined, query: string): Grouping {
  if (node === undefined) return { kind: 'by', labels: [] };
  const kind = childrenOf(node).some(({ name }) => name === 'Without') ? 'without' : 'by';
  return {
    kind,
    labels: childrenOf(node).flatMap((part) => (part.name === 'GroupingLabels' ? labelsIn(part, query) : [])),
  };
}

function selectorOf(node: SyntaxNode, query: string): Selector {
  const matchers: Matcher[] = [];
  for (const part of childrenOf(node)) {
    if (part.name === 'Identifier') matchers.push(equals('__name__', query.slice(part.from, part.to)));
    if (part.name === 'LabelMatchers') matchers.push(...childrenOf(part).map((matcher) => matcherOf(matcher, query)));
  }
  if (matchers.length === 0 || matchers.every(({ matches }) => matches('')))
    throw new QueryError(
      'bad_data',
      'invalid parameter "query": parse error: vector selector must contain at least one non-empty matcher',
    );
  return { kind: 'selector', matchers, offsetMs: 0 };
}

function matcherOf(node: SyntaxNode, query: string): Matcher {
  const [label, operator, value] = childrenOf(node).map((part) => query.slice(part.from, part.to));
  const name = label?.startsWith('"') === true ? stringOf(label) : (label ?? '');
  const wanted = stringOf(value ?? '""');
  if (operator === '=') return equals(name, wanted);
  if (operator === '!=') return { label: name, matches: (given) => given !== wanted };
  const regex = regexOf(wanted);
  return { label: name, matches: operator === '=~' ? (given) => regex.test(given) : (given) => !regex.test(given) };
}

function equals(label: string, wanted: string): Matcher {
  return { label, matches: (given) => given === wanted };
}

/** Prometheus anchors its expressions at both ends. */
export function regexOf(pattern: string): RegExp {
  if (pattern.length > longestRegex) throw new QueryError('bad_data', 'error parsing regexp: it is too long');
  try {
    return new RegExp(`^(?:${pattern})$`, 's');
  } catch {
    throw new QueryError('bad_data', `error parsing regexp: ${pattern}`);
  }
}

/** The grammar lets an offset reach over a whole binary expression; what is meant is its last selector. */
function shifted(expression: Expression, offsetMs: number): Expression {
  if (expression.kind === 'selector') return { ...expression, offsetMs };
  if (expression.kind === 'range') return { ...expression, selector: { ...expression.selector, offsetMs } };
  if (expression.kind === 'binary') return { ...expression, right: shifted(expression.right, offsetMs) };
  throw new QueryError(
    'bad_data',
    'parse error: offset modifier must be preceded by an instant vector selector or range vector selector',
  );
}

function argsOf(node: SyntaxNode, query: string): readonly Expression[] {
  const body = childrenOf(node).find(({ name }) => name === 'FunctionCallBody');
  return body === undefined ? [] : childrenOf(body).map((part) => read(part, query));
}

function labelsIn(node: SyntaxNode, query: string): readonly string[] {
  return childrenOf(node).map((part) => query.slice(part.from, part.to));
}

function durationIn(node: SyntaxNode, query: string): number {
  const cursor = node.cursor();
  do
    if (cursor.name === 'NumberDurationLiteralInDurationContext')
      return Math.round(numberOf(query.slice(cursor.from, cursor.to)) * 1_000);
  while (cursor.next() && cursor.from <= node.to);
  throw new QueryError('bad_data', 'parse error: a duration is missing');
}

/** Numbers as they are, durations in seconds. */
export function numberOf(text: string): number {
  const plain = text.toLowerCase().replaceAll('_', '');
  if (/^[+-]?inf$/.test(plain)) return plain.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (plain === 'nan') return Number.NaN;
  if (/^(\d+(ms|[smhdwy]))+$/.test(plain))
    return [...plain.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
      (sum, [, count, unit]) => sum + (Number(count) * (unitsMs[unit ?? ''] ?? 0)) / 1_000,
      0,
    );
  const value = Number(plain);
  if (Number.isNaN(value))
    throw new QueryError('bad_data', `parse error: bad number or duration syntax: ${JSON.stringify(text)}`);
  return value;
}

function stringOf(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return text.slice(1, -1).replaceAll(/\\(.)/gs, (_, sign: string) => escapes[sign] ?? sign);
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let one = node.firstChild; one !== null; one = one.nextSibling)
    if (one.name !== 'Comment' && one.name !== 'LineComment') found.push(one);
  return found;
}

function child(node: SyntaxNode, index: number): SyntaxNode {
  const found = childrenOf(node)[index];
  if (found === undefined) throw new QueryError('bad_data', `parse error: ${node.name} is not whole`);
  return found;
}
