import type { MetricSource, TimeRange } from '../core/metric-source.ts';
import { refusalOf, unreachable } from './failure.ts';
import { type Matrix, parseAnswer, seriesOf } from './parse-answer.ts';
import { readBounded } from './read-bounded.ts';

export type PrometheusOptions = {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  /** A larger answer is refused, so that one query can't fill the memory. */
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Prometheus refuses a range query of more points per series: prometheus/prometheus, web/api/v1/api.go. */
const mostPoints = 11_000;

/**
 * The query part of the Prometheus HTTP API. Each request has its own deadline and a bounded body; a range of more than
 * 11,000 steps is asked for piece by piece, one at a time. Failures are `UpstreamError` with the query and its times; a
 * query that Prometheus finds wrong is a `UsageError` with Prometheus's own words.
 */
export function createPrometheusSource(options: PrometheusOptions): MetricSource {
  const { timeoutMs, maxBytes, headers = {} } = options;
  const base = options.url.replace(/\/+$/, '');
  const inTurn = createParseTurns();

  async function ask(
    path: string,
    form: Readonly<Record<string, string>>,
    what: string,
    signal: AbortSignal,
  ): Promise<Matrix> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      const response = await options.fetch(`${base}/api/v1/${path}`, {
        method: 'POST',
        headers: { accept: 'application/json', ...headers },
        body: new URLSearchParams({ timeout: `${timeoutMs / 1_000}s`, ...form }),
        signal: either,
      });
      const text = await readBounded(response, maxBytes, what);
      if (!response.ok) throw refusalOf(response.status, response.headers, text, what);
      return await inTurn(() => parseAnswer(text, what));
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(error, deadline.aborted, timeoutMs, what);
    }
  }

  return {
    name: 'prometheus',
    async instant(query, at, signal) {
      const form = { query, time: seconds(at) };
      return seriesOf([await ask('query', form, `the query ${quoted(query)} at ${iso(at)}`, signal)]);
    },
    async range(query, range, signal) {
      const pieces: Matrix[] = [];
      for (const { from, to } of piecesOf(range)) {
        const form = { query, start: seconds(from), end: seconds(to), step: seconds(range.stepMs) };
        pieces.push(
          await ask('query_range', form, `the query ${quoted(query)} from ${iso(from)} to ${iso(to)}`, signal),
        );
      }
      return seriesOf(pieces);
    },
  };
}

/**
 * Answers that come at the same time are parsed one after another, and others have their turn in between: a large one takes
 * long enough.
 */
function createParseTurns() {
  let busy: Promise<unknown> = Promise.resolve();
  return <Outcome>(parse: () => Outcome): Promise<Outcome> => {
    const turn = busy.then(othersTurn).then(parse);
    busy = turn.catch(() => {});
    return turn;
  };
}

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Cuts a range into spans of at most 11,000 grid points that share no point. */
export function piecesOf({ from, to, stepMs }: TimeRange): readonly { readonly from: number; readonly to: number }[] {
  const points = Math.floor((to - from) / stepMs) + 1;
  const pieces = [];
  for (let first = 0; first < points; first += mostPoints) {
    const last = Math.min(first + mostPoints, points) - 1;
    pieces.push({ from: from + first * stepMs, to: from + last * stepMs });
  }
  return pieces;
}

const seconds = (ms: number): string => String(ms / 1_000);
const iso = (ms: number): string => new Date(ms).toISOString();

/** A long query is named by its beginning: a message is for people. */
function quoted(query: string): string {
  return JSON.stringify(query.length > 300 ? `${query.slice(0, 300)}…` : query);
}
