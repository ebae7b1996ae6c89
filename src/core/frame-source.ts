import type { Frame } from './frame.ts';
import type { TimeRange } from './metric-source.ts';
import type { Watch } from './watch.ts';

/**
 * A watch's numbers by entity, with columns and values in the order of `watch.metrics`: one batched query per metric.
 * A gap is NaN; an entity without any sample is not in the map. Throws what `MetricSource` throws.
 */
export type FrameSource = {
  history(watch: Watch, range: TimeRange, signal: AbortSignal): Promise<ReadonlyMap<string, Frame>>;
  latest(watch: Watch, at: number, signal: AbortSignal): Promise<ReadonlyMap<string, Float64Array>>;
};
