import { messageOf, UsageError } from '../core/errors.ts';
import { formatTime, formatValue } from '../core/format.ts';
import type { MetricSource, Series } from '../core/metric-source.ts';
import { shortened } from './shortened.ts';

/** What a person's own PromQL gives now, series by series. Throws only on abort. */
export async function queryAnswer(
  source: MetricSource,
  query: string,
  at: number,
  signal: AbortSignal,
): Promise<string> {
  try {
    const found = await source.instant(query, at, signal);
    if (found.length === 0) return `Nothing matches that query at ${formatTime(at)}. That is not zero.`;
    const lines = found.map((series) => `${labelsOf(series)}: ${formatValue(series.values.at(-1) ?? Number.NaN, '')}`);
    return [`${found.length} series at ${formatTime(at)}:`, ...shortened(lines)].join('\n');
  } catch (error) {
    if (signal.aborted) throw error;
    return error instanceof UsageError ? error.message : `Prometheus can not be read now: ${messageOf(error)}`;
  }
}

function labelsOf({ labels }: Series): string {
  const { __name__: name = '', ...others } = labels;
  const inside = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return inside.length === 0 ? name || 'value' : `${name}{${inside.join(', ')}}`;
}
