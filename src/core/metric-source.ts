/** One series as it came: times in epoch ms, ascending; values may be NaN or infinite. Arrays have one length. */
export type Series = {
  readonly labels: Readonly<Record<string, string>>;
  readonly times: Float64Array;
  readonly values: Float64Array;
};

/** A span of time in epoch ms, both ends included, sampled every `stepMs`. */
export type TimeRange = { readonly from: number; readonly to: number; readonly stepMs: number };

/** The moments of a range, ascending, its last only when it is a whole number of steps from the first. */
export function gridOf({ from, to, stepMs }: TimeRange): Float64Array {
  return Float64Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, row) => from + row * stepMs);
}

/** The values of a series at the moments of a range; NaN where it has none, or an infinite one, which says as little. */
export function valuesOnGrid({ times, values }: Series, range: TimeRange): Float64Array {
  const found = new Float64Array(gridOf(range).length).fill(Number.NaN);
  times.forEach((time, sample) => {
    const row = Math.round((time - range.from) / range.stepMs);
    const value = values[sample] ?? Number.NaN;
    if (row >= 0 && row < found.length && Number.isFinite(value)) found[row] = value;
  });
  return found;
}

/** A series by its labels, as PromQL writes it. */
export function nameOf({ __name__: name = '', ...labels }: Series['labels']): string {
  const inside = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return inside.length === 0 ? name || '(no labels)' : `${name}{${inside.join(', ')}}`;
}

/**
 * Where numbers come from. A query that matches nothing is an empty list: absence is never zero.
 * Both throw `UpstreamError` (with the query and the times in its message) when the source fails,
 * and `UsageError` when the query itself is at fault.
 */
export type MetricSource = {
  readonly name: string;
  /** The value of every series at one moment; each series has exactly one sample. */
  instant(query: string, at: number, signal: AbortSignal): Promise<readonly Series[]>;
  /** Every series over a range, on the grid `from + k * stepMs`; steps without a sample are left out. */
  range(query: string, range: TimeRange, signal: AbortSignal): Promise<readonly Series[]>;
};
