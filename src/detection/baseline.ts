import type { Harm } from '../core/watch.ts';
import { createLevels } from './level.ts';
import { type Scale, toScale } from './scale.ts';

/** A metric that history knows. `column` is its place in the rows that are pushed. */
export type KnownMetric = {
  readonly name: string;
  readonly harm: Harm;
  readonly column: number;
  readonly scale: Scale;
};

/**
 * One row against its recent normal past, in scaled units, by known metric. The arrays are the baseline's own and are
 * overwritten by the next row.
 */
export type Baseline = {
  /** What was seen; NaN for a gap. */
  readonly seen: Float64Array;
  readonly expected: Float64Array;
  /** What was seen, with every deviation that does no harm replaced by what was expected; NaN for a gap. */
  readonly harmful: Float64Array;
  /** `harmful` with what was expected in the gaps, for what can't go without a number. */
  readonly filled: Float64Array;
  /** Takes a row in the order of history's columns; says how many of its values are there. */
  read(values: Float64Array): number;
  /** Lets the level follow the row that was read last. */
  learn(): void;
};

export function createBaseline(metrics: readonly KnownMetric[], stepMs: number): Baseline {
  const levels = createLevels(
    metrics.map((metric) => metric.scale),
    stepMs,
  );
  const seen = new Float64Array(metrics.length);
  const expected = new Float64Array(metrics.length);
  const harmful = new Float64Array(metrics.length);
  const filled = new Float64Array(metrics.length);
  let begun = false;
  return {
    seen,
    expected,
    harmful,
    filled,
    read(values) {
      let present = 0;
      metrics.forEach((metric, at) => {
        const value = toScale(metric.scale, values[metric.column] ?? Number.NaN);
        const level = levels.expected(at);
        seen[at] = value;
        expected[at] = level;
        harmful[at] = withoutHarmless(metric.harm, value, begun ? level : value);
        filled[at] = Number.isNaN(value) ? level : (harmful[at] ?? level);
        if (!Number.isNaN(value)) present += 1;
      });
      return present;
    },
    learn() {
      levels.learn(seen);
      begun = true;
    },
  };
}

function withoutHarmless(harm: Harm, value: number, level: number): number {
  if (Number.isNaN(value)) return value;
  if (harm === 'up') return Math.max(value, level);
  return harm === 'down' ? Math.min(value, level) : value;
}
