/** One series as it came: times in epoch ms, ascending; values may be NaN or infinite. Arrays have one length. */
export type Series = {
  readonly labels: Readonly<Record<string, string>>;
  readonly times: Float64Array;
  readonly values: Float64Array;
};

/** A span of time in epoch ms, both ends included, sampled every `stepMs`. */
export type TimeRange = { readonly from: number; readonly to: number; readonly stepMs: number };

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
