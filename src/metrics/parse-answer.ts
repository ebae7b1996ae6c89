import { z } from 'zod';
import type { Series } from '../core/metric-source.ts';
import { malformed } from './failure.ts';

type Sample = readonly [number, string];
type RawSeries = { readonly metric: Readonly<Record<string, string>>; readonly samples: readonly Sample[] };

/** An answer of Prometheus, whichever of its four result types it was. */
export type Matrix = readonly RawSeries[];

const labels = z.record(z.string(), z.string());
/** Only the envelope is described: samples come by the million and are checked by hand below. */
const envelope = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('matrix'),
      result: z.array(z.object({ metric: labels, values: z.array(z.unknown()).optional() })),
    }),
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ metric: labels, value: z.unknown().optional() })),
    }),
    z.object({ resultType: z.literal('scalar'), result: z.unknown() }),
    z.object({ resultType: z.literal('string'), result: z.unknown() }),
  ]),
});

/** Parses the body of a 2xx answer; a body that is no such answer is an `UpstreamError` that names the query. */
export function parseAnswer(text: string, what: string): Matrix {
  const parsed = envelope.safeParse(parseJson(text, what));
  if (!parsed.success) throw malformed('an answer of an unknown form', what, parsed.error);
  const { data } = parsed.data;
  const checked = (samples: readonly unknown[]): readonly Sample[] => {
    for (const sample of samples) if (!isSample(sample)) throw malformed('a sample of an unknown form', what);
    return samples as readonly Sample[];
  };
  switch (data.resultType) {
    case 'matrix':
      return data.result.map(({ metric, values }) => ({ metric, samples: checked(values ?? []) }));
    case 'vector':
      return data.result.map(({ metric, value }) => ({ metric, samples: checked(value === undefined ? [] : [value]) }));
    case 'scalar':
    case 'string':
      return [{ metric: {}, samples: checked([data.result]) }];
  }
}

/** Joins the pieces of one query, in time order, to series of typed arrays; series without a sample are left out. */
export function seriesOf(pieces: readonly Matrix[]): readonly Series[] {
  const joined = new Map<string, { metric: RawSeries['metric']; parts: (readonly Sample[])[] }>();
  for (const piece of pieces) {
    for (const { metric, samples } of piece) {
      const key = JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
      const known = joined.get(key);
      if (known === undefined) joined.set(key, { metric, parts: [samples] });
      else known.parts.push(samples);
    }
  }
  return [...joined.values()]
    .map(({ metric, parts }) => toSeries(metric, parts))
    .filter(({ times }) => times.length > 0);
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
