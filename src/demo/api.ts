import type { IncomingMessage, ServerResponse } from 'node:http';
import { evaluate } from './promql/evaluate.ts';
import { QueryError, type Selector } from './promql/expression.ts';
import { numberOf, parsePromql } from './promql/parse.ts';
import { keyOf, type Row, type Value } from './promql/vector.ts';
import type { World } from './world.ts';

export type ApiOptions = { readonly world: World; readonly now: () => number };

/** Prometheus's own limit: prometheus/prometheus, web/api/v1/api.go. */
const mostPoints = 11_000;
const largestForm = 1_024 * 1_024;
const everything: Selector = { kind: 'selector', matchers: [], offsetMs: 0 };

type Answer = { readonly status: number; readonly body: string; readonly type: string };

/** The part of the Prometheus HTTP API that reads, over a simulated world; every answer says that it is simulated. */
export function createApi({
  world,
  now,
}: ApiOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const routes: Readonly<Record<string, (form: URLSearchParams) => unknown>> = {
    '/api/v1/query': (form) => {
      const at = timeIn(form, 'time', now());
      return instantResult(evaluate(parsePromql(needed(form, 'query')), Float64Array.of(at), world.read), at);
    },
    '/api/v1/query_range': (form) => {
      const [from, to] = [timeIn(form, 'start', null), timeIn(form, 'end', null)];
      const grid = gridOf(from, to, durationIn(form, 'step'));
      return rangeResult(evaluate(parsePromql(needed(form, 'query')), grid, world.read), grid);
    },
    '/api/v1/series': (form) => {
      const selectors = form.getAll('match[]').map((text) => parsePromql(text));
      if (selectors.length === 0) throw new QueryError('bad_data', 'no match[] parameter provided');
      const found = selectors.flatMap((one) => (one.kind === 'selector' ? labelSets(one) : []));
      return [...new Map(found.map((labels) => [keyOf(labels), labels])).values()];
    },
    '/api/v1/labels': () => [...new Set(labelSets(everything).flatMap(Object.keys))].toSorted(),
    '/api/v1/metadata': () => ({}),
    '/api/v1/status/buildinfo': () => ({
      version: 'simulated',
      revision: '',
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    }),
  };

  function labelSets(selector: Selector): readonly Readonly<Record<string, string>>[] {
    return world.read(selector, now() - 300_000, now()).map(({ labels }) => labels);
  }

  function answer(path: string, form: URLSearchParams): Answer {
    if (path === '/-/ready' || path === '/-/healthy')
      return { status: 200, body: 'Simulated and well.\n', type: 'text/plain' };
    const label = /^\/api\/v1\/label\/(\w+)\/values$/.exec(path)?.[1];
    const route = label === undefined ? routes[path] : () => valuesOfLabel(label);
    if (route === undefined) return { status: 404, body: '404 page not found\n', type: 'text/plain' };
    try {
      return json(200, { status: 'success', data: route(form) });
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return json(error.type === 'bad_data' ? 400 : 422, {
        status: 'error',
        errorType: error.type,
        error: error.message,
      });
    }
  }

  function valuesOfLabel(label: string): readonly string[] {
    return [...new Set(labelSets(everything).flatMap((labels) => labels[label] ?? []))].toSorted();
  }

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://simulated');
    let body = '';
    for await (const chunk of request) {
      body += String(chunk);
      if (body.length > largestForm) return void response.writeHead(413).end();
    }
    const {
      status,
      body: text,
      type,
    } = answer(url.pathname, new URLSearchParams([...url.searchParams, ...new URLSearchParams(body)]));
    response.writeHead(status, { 'content-type': type, 'x-simulated': 'true' });
    response.end(text);
  };
}

function json(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body), type: 'application/json' };
}

function instantResult(value: Value, at: number): unknown {
  const time = at / 1_000;
  if (value.kind === 'string') return { resultType: 'string', result: [time, value.value] };
  if (value.kind === 'scalar') return { resultType: 'scalar', result: [time, written(value.values[0])] };
  const there = value.rows.filter(({ has }) => has[0] === 1);
  return {
    resultType: 'vector',
    result: there.map(({ labels, values }) => ({ metric: labels, value: [time, written(values[0])] })),
  };
}

function rangeResult(value: Value, grid: Float64Array): unknown {
  if (value.kind === 'string')
    throw new QueryError(
      'bad_data',
      'invalid parameter "query": invalid expression type "string" for range query, must be Scalar or instant Vector',
    );
  const rows: readonly Row[] =
    value.kind === 'vector'
      ? value.rows
      : [{ labels: {}, values: value.values, has: new Uint8Array(grid.length).fill(1) }];
  const result = rows.map(({ labels, values, has }) => {
    const samples: [number, string][] = [];
    grid.forEach((at, index) => {
      if (has[index] === 1) samples.push([at / 1_000, written(values[index])]);
    });
    return { metric: labels, values: samples };
  });
  return { resultType: 'matrix', result: result.filter(({ values }) => values.length > 0) };
}

function written(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

function gridOf(from: number, to: number, stepMs: number): Float64Array {
  if (to < from)
    throw new QueryError('bad_data', 'invalid parameter "end": end timestamp must not be before start time');
  if (stepMs <= 0)
    throw new QueryError(
      'bad_data',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  const points = Math.floor((to - from) / stepMs) + 1;
  if (points > mostPoints)
    throw new QueryError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  return Float64Array.from({ length: points }, (_, step) => from + step * stepMs);
}

function needed(form: URLSearchParams, name: string): string {
  const text = form.get(name) ?? '';
  if (text === '')
    throw new QueryError(
      'bad_data',
      `invalid parameter "${name}": unknown position: parse error: no expression found in input`,
    );
  return text;
}

/** Unix seconds or RFC 3339, as epoch ms. */
function timeIn(form: URLSearchParams, name: string, byDefault: number | null): number {
  const text = form.get(name);
  if (text === null && byDefault !== null) return byDefault;
  const ms = /^-?[\d.]+$/.test(text ?? '') ? Math.round(Number(text) * 1_000) : Date.parse(text ?? '');
  if (Number.isNaN(ms))
    throw new QueryError(
      'bad_data',
      `invalid parameter "${name}": cannot parse ${JSON.stringify(text ?? '')} to a valid timestamp`,
    );
  return ms;
}

function durationIn(form: URLSearchParams, name: string): number {
  try {
    return Math.round(numberOf(form.get(name) ?? '') * 1_000);
  } catch {
    throw new QueryError(
      'bad_data',
      `invalid parameter "${name}": cannot parse ${JSON.stringify(form.get(name) ?? '')} to a valid duration`,
    );
  }
}
