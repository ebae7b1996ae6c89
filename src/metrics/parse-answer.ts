import { z } from 'zod';
import type { Series } from '../core/metric-source.ts';
import { malformed } from './failure.ts';

type Sample = readonly [number, string];
type RawSeries = { readonly metric: Readonly<Record<string, string>>; readonly samples: readonly Sample[] };

/** An answer of Prometheus, whichever of its four result types it was. */
export type Matrix = readonly RawSeries[];

/** Only the envelope is described: series and samples come by the thousand and are checked by hand below. */
const envelope = z.object({
  status: z.literal('success'),
  data: z.object({ resultType: z.enum(['matrix', 'vector', 'scalar', 'string']), result: z.unknown() }),
});

/** Parses the body of a 2xx answer; a body that is no such answer is an `UpstreamError` that names the query. */
export function parseAnswer(text: string, what: string): Matrix {
  const parsed = envelope.safeParse(parseJson(text, what));
  if (!parsed.success) throw malformed('an answer of an unknown form', what, parsed.error);
  const { resultType, result } = parsed.data.data;
  if (resultType === 'scalar' || resultType === 'string') return [{ metric: {}, samples: checked([result], what) }];
  if (!Array.isArray(result)) throw malformed('an answer of an unknown form', what);
  return result.map((series: unknown): RawSeries => {
    if (!isObject(series) || !isObject(series.metric) || !areLabels(series.metric))
      throw malformed('an answer of an unknown form', what);
    const { metric, value, values } = series;
    // A native histogram has neither.
    const samples: unknown = resultType === 'matrix' ? (values ?? []) : value === undefined ? [] : [value];
    if (!Array.isArray(samples)) throw malformed('an answer of an unknown form', what);
    return { metric, samples: checked(samples, what) };
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function areLabels(labels: Readonly<Record<string, unknown>>): labels is RawSeries['metric'] {
  for (const name in labels) if (typeof labels[name] !== 'string') return false;
  return true;
}

function checked(samples: readonly unknown[], what: string): readonly Sample[] {
  if (!samples.every(isSample)) throw malformed('a sample of an unknown form', what);
  return samples;
}

/** Joins the pieces of one query, in time order, to series of typed arrays; series without a sample are left out. */
export function seriesOf(pieces: readonly Matrix[]): readonly Series[] {
  const [only] = pieces;
  const joined =
    only !== undefined && pieces.length === 1
      ? only.map(({ metric, samples }) => ({ metric, parts: [samples] }))
      : join(pieces);
  return joined
    .filter(({ parts }) => parts.some(({ length }) => length > 0))
    .map(({ metric, parts }) => toSeries(metric, parts));
}

type Joined = { readonly metric: RawSeries['metric']; readonly parts: (readonly Sample[])[] };

function join(pieces: readonly Matrix[]): readonly Joined[] {
  const joined = new Map<string, Joined>();
  for (const { metric, samples } of pieces.flat()) {
    const key = JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = joined.get(key);
    if (known === undefined) joined.set(key, { metric, parts: [samples] });
    else known.parts.push(samples);
  }
  return [...joined.values()];
}

function toSeries(metric: RawSeries['metric'], parts: readonly (readonly Sample[])[]): Series {
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  let row = 0;
  for (const part of parts) {
    for (const [time, value] of part) {
      times[row] = Math.round(time * 1_000);
      values[row] = numberOf(value);
      row += 1;
    }
  }
  return { labels: metric, times, values };
}

/** Prometheus writes numbers as text, "NaN", "+Inf" and "-Inf" among them; any other word is no number. */
function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text.trim() === '' ? Number.NaN : Number(text);
}

function isSample(value: unknown): value is Sample {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'string';
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed('something that is no whole JSON', what, error);
  }
}
