/** Where the moments of a metric stand: its value, then by window its rolling mean and its rolling deviation. */
export type MomentLayout = {
  /** How many moments all metrics have. */
  readonly width: number;
  value(metric: number): number;
  mean(metric: number, window: number): number;
  deviation(metric: number, window: number): number;
};

export function createMomentLayout(metrics: number, windows: number): MomentLayout {
  const each = 1 + 2 * windows;
  return {
    width: metrics * each,
    value: (metric) => metric * each,
    mean: (metric, window) => metric * each + 1 + 2 * window,
    deviation: (metric, window) => metric * each + 2 + 2 * window,
  };
}
