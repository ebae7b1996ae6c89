import type { TriageMeasures } from '../core/triage.ts';
import { rankMeasures } from '../detection/measures/ranking.ts';
import { reliabilityOf } from '../detection/measures/reliability.ts';

/** What was stated of an incident by something that had not seen it, and what it was. */
export type Stated = { readonly probability: number; readonly isReal: boolean };

export function measuresOf(stated: readonly Stated[]): TriageMeasures {
  const share = meanOf(stated.map(({ isReal }) => Number(isReal)));
  const squared = (probabilityOf: (one: Stated) => number): number =>
    meanOf(stated.map((one) => (probabilityOf(one) - Number(one.isReal)) ** 2));
  const { bins, error } = reliabilityOf(
    stated.map(({ probability, isReal }) => ({ confidence: probability, isRight: isReal })),
  );
  return {
    ranking: rankingOf(stated),
    brier: squared(({ probability }) => probability),
    brierOfGuess: squared(() => share),
    calibrationError: error,
    bins: bins.map(({ from, to, alerts, stated: mean, right }) => ({
      from,
      to,
      incidents: alerts,
      stated: mean,
      real: right,
    })),
  };
}

/** The chance that of a real one and one that is not, the real one has the higher number. */
export function rankingOf(stated: readonly Stated[]): number {
  return rankMeasures(
    Float64Array.from(stated, ({ probability }) => probability),
    Uint8Array.from(stated, ({ isReal }) => Number(isReal)),
  ).aucRoc;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
