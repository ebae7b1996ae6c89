import type { TimeSeries } from '../core/forecaster.ts';
import { solveCholesky } from '../detection/autoregression.ts';
import { dot } from './dot.ts';
import { growing, interpolated } from './growing.ts';
import { dayMs, hourMs } from './time.ts';

/** What is off the usual course is looked at over these spans. */
const spansMs = [0, hourMs, 6 * hourMs, dayMs];
/** The prior weighs as much as so many stretches of independent history. */
const priorStretches = 2;
/** More rows than that make nothing more precise. */
const mostRows = 500;
const fewestRows = 10;

export type CarryOverOptions = {
  readonly residuals: TimeSeries;
  /** What is further off counts as that far off when it is learnt how long such a thing lasts. */
  readonly clip: number;
  readonly rest: 'gone' | 'stays';
};

/** What will be off the usual course at steps 1, 2, …, `steps`. */
export type CarryOver = (steps: number) => Float64Array;

/**
 * How a deviation from the usual course goes on. For each horizon, the deviation then is regressed on the deviation now and its
 * means over the last hour, six hours and day (a direct forecast per horizon; ridge, Hoerl and Kennard 1970), so that noise is
 * forgotten at once and what lasts is carried on for as long as it lasted in history. `rest` is what little history is drawn to:
 * `gone` (back on course) or `stays` (as now).
 */
export function createCarryOver({ residuals: { stepMs, values: residuals }, clip, rest }: CarryOverOptions): CarryOver {
  const spans = spansMs
    .map((ms) => Math.max(1, Math.round(ms / stepMs)))
    .filter((span, place, all) => all.indexOf(span) === place && 3 * span <= residuals.length);
  const width = spans.length;
  const { rows, inputs, now } = samplesOf(residuals, spans);
  const gram = gramOf(inputs, width);

  function aheadBy(steps: number): number {
    const moments = new Float64Array(width);
    let seen = 0;
    for (let sample = 0; sample < rows.length; sample += 1) {
      const target = residuals[(rows[sample] ?? 0) + steps] ?? Number.NaN;
      if (Number.isNaN(target)) continue;
      const clipped = Math.max(-clip, Math.min(clip, target));
      seen += 1;
      for (let place = 0; place < width; place += 1)
        moments[place] = (moments[place] ?? 0) + clipped * (inputs[sample * width + place] ?? 0);
    }
    const weights = seen < fewestRows ? null : weightsOf(moments, steps, seen);
    return weights === null ? 0 : dot(now, 0, weights);
  }

  /** Null when a state never moved. */
  function weightsOf(moments: Float64Array, steps: number, seen: number): Float64Array | null {
    const system = gram.map((sum) => (sum * seen) / rows.length);
    for (let place = 0; place < width; place += 1) {
      const diagonal = system[place * width + place] ?? 0;
      if (!(diagonal > 0)) return null;
      const prior = (priorStretches * ((spans[place] ?? 1) + steps) * diagonal) / seen;
      system[place * width + place] = diagonal + prior;
      if (place === 0 && rest === 'stays') moments[0] = (moments[0] ?? 0) + prior;
    }
    solveCholesky(system, width, moments, 1);
    return moments;
  }

  return (steps) => {
    const horizons = growing(steps);
    return interpolated(horizons, horizons.map(aheadBy), steps);
  };
}

/** Rows to learn from, evenly thinned, with what was off then over each span, row by row; and the same for the last row. */
function samplesOf(
  residuals: Float64Array,
  spans: readonly number[],
): { readonly rows: Uint32Array; readonly inputs: Float64Array; readonly now: Float64Array } {
  const states = spans.map((span) => recentMeans(residuals, span));
  const stride = Math.max(1, Math.floor(residuals.length / mostRows));
  const rows: number[] = [];
  for (let row = residuals.length - 1; row >= 0; row -= stride)
    if (states.every((state) => !Number.isNaN(state[row] ?? Number.NaN))) rows.push(row);
  const inputs = Float64Array.from(rows.flatMap((row) => states.map((state) => state[row] ?? 0)));
  const now = Float64Array.from(states, (state) => {
    const last = state.at(-1) ?? Number.NaN;
    return Number.isNaN(last) ? 0 : last;
  });
  return { rows: Uint32Array.from(rows), inputs, now };
}

/** The lower triangle of the sums of products of all pairs of columns. */
function gramOf(inputs: Float64Array, width: number): Float64Array {
  const gram = new Float64Array(width * width);
  for (let row = 0; row < inputs.length; row += width)
    for (let a = 0; a < width; a += 1)
      for (let b = 0; b <= a; b += 1)
        gram[a * width + b] = (gram[a * width + b] ?? 0) + (inputs[row + a] ?? 0) * (inputs[row + b] ?? 0);
  return gram;
}

/** Exponentially weighted means of about so many rows; a gap adds nothing, and after a long one there is no mean. */
function recentMeans(values: Float64Array, span: number): Float64Array {
  const keep = 1 - 1 / span;
  let [sum, weight] = [0, 0];
  return values.map((value) => {
    const isGap = Number.isNaN(value);
    sum = keep * sum + (isGap ? 0 : value);
    weight = keep * weight + (isGap ? 0 : 1);
    return weight > 0.05 ? sum / weight : Number.NaN;
  });
}
