import type { TimeSeries } from '../core/forecaster.ts';
import { dayMs, weekMs } from './time.ts';

/** The columns of a regression on time alone. `fill` writes those of a row; `penalties` are per row of history. */
export type Basis = {
  readonly width: number;
  readonly penalties: Float64Array;
  fill(row: number, into: Float64Array): void;
};

/** Places at which the trend may bend, evenly over the history. */
const bends = 6;
const [slopePenalty, bendPenalty] = [0.0005, 0.05];
/** Waves a day: the shortest is three hours long. */
const dailyWaves = 8;
/** Waves a week that are none of the day: from the week itself to weekdays whose day has another shape. */
const weeklyWaves = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13];
/** A wave is penalised with the square of its number: what is smooth is likelier. */
const [dailyPenalty, weeklyPenalty] = [0.002, 0.01];
/** From how much history on a rhythm is looked for, in its own length. */
const [daysForDay, daysForBends] = [2, 2];

/** A constant, a trend that may bend, and the waves of the day, and of the week when asked for, as Fourier terms. */
export function basisOf({ from, stepMs, values }: TimeSeries, withWeek: boolean): Basis {
  const rows = values.length;
  const days = (rows * stepMs) / dayMs;
  const knots = days >= daysForBends ? bends : 0;
  const ofDay = days >= daysForDay ? Array.from({ length: dailyWaves }, (_, wave) => wave + 1) : [];
  const ofWeek = withWeek ? weeklyWaves : [];
  const penalties = Float64Array.from([
    0,
    slopePenalty,
    ...Array.from({ length: knots }, () => bendPenalty),
    ...ofDay.flatMap((wave) => [dailyPenalty * wave ** 2, dailyPenalty * wave ** 2]),
    ...ofWeek.flatMap((wave) => [1, 1].map((one) => one * weeklyPenalty * (1 + (wave / 7) ** 2))),
  ]);
  return {
    width: penalties.length,
    penalties,
    fill(row, into) {
      const place = (row + 1) / rows;
      into[0] = 1;
      into[1] = place - 1;
      for (let knot = 1; knot <= knots; knot += 1) into[1 + knot] = Math.max(0, place - knot / (knots + 1));
      const at = from + row * stepMs;
      fillWaves(into, 2 + knots, at, dayMs, ofDay);
      fillWaves(into, 2 + knots + 2 * ofDay.length, at, weekMs, ofWeek);
    },
  };
}

/** Cosine and sine of each wave, by the addition theorem from those of the first. */
function fillWaves(into: Float64Array, first: number, at: number, period: number, waves: readonly number[]): void {
  const angle = (2 * Math.PI * (at % period)) / period;
  const [cos1, sin1] = [Math.cos(angle), Math.sin(angle)];
  let [cos, sin, number, place] = [1, 0, 0, first];
  for (const wave of waves) {
    for (; number < wave; number += 1) {
      const next = cos * cos1 - sin * sin1;
      sin = sin * cos1 + cos * sin1;
      cos = next;
    }
    into[place] = cos;
    into[place + 1] = sin;
    place += 2;
  }
}
