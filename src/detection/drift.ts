/** How far every metric has moved away from where it has been lately. */
export type Drift = {
  /** By metric, how many values it has had. */
  readonly seen: Float64Array;
  /** The fast average less the slow one, by span and metric. */
  readonly moved: Float64Array;
  /** Takes a row; NaN is a gap and moves nothing. */
  push(row: Float64Array): void;
};

/** The slow averages are over these times, but over no fewer rows than `fewestDriftRows`. */
export const driftSpansMs = [3_600_000, 3 * 3_600_000] as const;
export const fewestDriftRows = 12;
/** The fast average is over so many rows. */
export const fastRows = 5;

/** A fast and two slow exponential averages per metric (Roberts 1959); all begin as plain means. */
export function createDrift(metrics: number, stepMs: number): Drift {
  const fast = 2 / (fastRows + 1);
  const slow = driftSpansMs.map((span) => 2 / (Math.max(fewestDriftRows, span / stepMs) + 1));
  const near = new Float64Array(metrics);
  const seen = new Float64Array(metrics);
  const far = new Float64Array(metrics * slow.length);
  const moved = new Float64Array(metrics * slow.length);
  return {
    seen,
    moved,
    push(row) {
      for (let at = 0; at < metrics; at += 1) {
        const value = row[at] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const count = (seen[at] ?? 0) + 1;
        seen[at] = count;
        near[at] = (near[at] ?? 0) + Math.max(fast, 1 / count) * (value - (near[at] ?? 0));
        for (let span = 0; span < slow.length; span += 1) {
          const place = span * metrics + at;
          far[place] = (far[place] ?? 0) + Math.max(slow[span] ?? 1, 1 / count) * (value - (far[place] ?? 0));
          moved[place] = (near[at] ?? 0) - (far[place] ?? 0);
        }
      }
    },
  };
}
