import type { Harm } from '../core/watch.ts';
import { createLevels } from './level.ts';
import { type Scale, toScale } from './scale.ts';

/** A metric that history knows. `column` is its place in the rows that are pushed. */
export type KnownMetric = {
  readonly name: string;
  readonly harm: Harm;
  readonly column: number;
  readonly scale: Scale;
  /** The usual spread around its level, in scaled units. */
  readonly restlessness: number;
  /** So many times its restlessness off its level it hardly ever is. */
  readonly far: number;
};

/**
 * One row against its recent normal past, in scaled units, by known metric. The arrays are the baseline's own and are
 * overwritten by the next row.
 */
export type Baseline = {
  /** What was seen; NaN for a gap. */
  readonly seen: Float64Array;
  readonly expected: Float64Array;
  /** What is to be judged: seen less expected, NaN where that is a gap, does no harm, or is far off and not yet believed. */
  readonly believed: Float64Array;
  /** How far a believed value is off its level in the direction that hurts, in multiples of the restlessness. */
  readonly deviation: Float64Array;
  /** For how many rows it has been believed to be far off; 0 while it is not. */
  readonly farRows: Uint32Array;
  /** Takes a row in the order of history's columns; says how many of its values are there. */
  read(values: Float64Array): number;
  /** Lets the level follow the row that was read last; `trust` as in `Levels`. */
  learn(trust: number): void;
};

/** A value that is off in the direction that does no harm by more than this many restlessnesses is not looked at. */
const harmlesslyOff = 3;
/** So many restlessnesses off its level a value pulls at it in full. */
const levelReach = 2;

/**
 * One far value of one metric may be a glitch (a counter that was reset, a sample from elsewhere). It is believed when
 * the metric's next value is far too, or when another metric is far in the same row.
 */
export function createBaseline(metrics: readonly KnownMetric[], stepMs: number): Baseline {
  const levels = createLevels(
    metrics.map((metric) => metric.scale),
    metrics.map((metric) => levelReach * metric.restlessness),
    stepMs,
  );
  const blank = (): Float64Array => new Float64Array(metrics.length);
  const [seen, expected, believed, deviation] = [blank(), blank(), blank(), blank()];
  const wasFar = new Uint8Array(metrics.length);
  const farRows = new Uint32Array(metrics.length);

  /** Compares every value with its level; says how many metrics are far off. */
  function compare(values: Float64Array): { readonly present: number; readonly far: number } {
    let [present, far] = [0, 0];
    metrics.forEach((metric, at) => {
      const value = toScale(metric.scale, values[metric.column] ?? Number.NaN);
      const level = levels.expected(at, value);
      seen[at] = value;
      expected[at] = level;
      deviation[at] = harmOf(metric.harm, value - level) / metric.restlessness;
      if (!Number.isNaN(value)) present += 1;
      if ((deviation[at] ?? 0) > metric.far) far += 1;
    });
    return { present, far };
  }

  function judge(metric: KnownMetric, at: number, witnesses: number): void {
    const off = deviation[at] ?? Number.NaN;
    const far = off > metric.far;
    const doubted = far && wasFar[at] === 0 && witnesses < 2;
    const gap = Number.isNaN(off) || off < -harmlesslyOff || doubted;
    if (!Number.isNaN(off)) wasFar[at] = far ? 1 : 0;
    if (!Number.isNaN(off)) farRows[at] = far && !doubted ? (farRows[at] ?? 0) + 1 : 0;
    believed[at] = gap ? Number.NaN : (seen[at] ?? Number.NaN) - (expected[at] ?? 0);
    deviation[at] = gap ? 0 : Math.max(0, off);
  }

  return {
    seen,
    expected,
    believed,
    deviation,
    farRows,
    read(values) {
      const { present, far } = compare(values);
      metrics.forEach((metric, at) => {
        judge(metric, at, far);
      });
      return present;
    },
    learn: (trust) => levels.learn(seen, trust),
  };
}

/** A difference from the level as harm: positive where it hurts. */
function harmOf(harm: Harm, difference: number): number {
  if (harm === 'up') return difference;
  return harm === 'down' ? -difference : Math.abs(difference);
}
