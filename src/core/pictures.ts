import type { Chart } from './chart.ts';
import type { Watch, WatchedMetric } from './watch.ts';

/** What is drawn of one entity. `metrics` in the order of their panels; times in epoch ms. */
export type Drawn = {
  readonly watch: Watch;
  readonly entity: string;
  readonly metrics: readonly WatchedMetric[];
  readonly from: number;
  readonly to: number;
};

/** Some metrics of an entity over a while, beside what was expected; null when it has no numbers then. */
export type ChartOf = (drawn: Drawn, signal: AbortSignal) => Promise<Chart | null>;
