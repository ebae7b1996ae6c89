import { type Autoregression, forecastAll, lagsOf } from './autoregression.ts';
import { createBaseline, type KnownMetric } from './baseline.ts';
import { createDrift } from './drift.ts';
import { createMomentLayout } from './moments.ts';
import { createRolling } from './rolling.ts';
import { farAway } from './scale.ts';
import { cutToStance, type Stance, toStance } from './stance.ts';

/** A known metric and how well it can be foreseen. */
export type SensedMetric = KnownMetric & {
  /** What its forecast is made in. */
  readonly stance: Stance;
  /** The usual size of its one-step forecast residual, in sizes of its stance. */
  readonly roughness: number;
  /** The range that it keeps, in scaled units. */
  readonly reach: number;
};

/** All that turns rows into what the scores are made of. */
export type SensorModel = {
  readonly metrics: readonly SensedMetric[];
  readonly stepMs: number;
  /** Lengths of the rolling windows in rows. */
  readonly windows: readonly number[];
  readonly autoregression: Autoregression;
  /** Residuals are smoothed over so many rows. */
  readonly smoothingRows: number;
  /** Whether history has shown where the metrics lie at all hours; if not, only their distance from their level counts and is foreseen. */
  readonly knowsRhythm: boolean;
};

export type Sensor = {
  /** Value, rolling means and rolling deviations of every metric, in scaled units, laid out as `MomentLayout` says. */
  readonly moments: Float64Array;
  /** By span and metric, how far it has moved away from its slow averages, in scaled units. */
  readonly drifts: Float64Array;
  readonly seen: Float64Array;
  readonly expected: Float64Array;
  /** By metric, how far it is off its level in the direction that hurts, in multiples of what is usual. */
  readonly deviation: Float64Array;
  /** By metric, the smoothed size of its forecast residual, in multiples of what is usual. */
  readonly energy: Float64Array;
  /** Takes the next row; says how many of its values are there. */
  push(values: Float64Array): number;
  /** Lets the level follow the last row; `trust` as in `Levels`. */
  learn(trust: number): void;
  /** Root mean square of the smoothed forecast residuals: large when a few metrics move as nobody could foresee. */
  surprise(): number;
  /** Mean of the smoothed forecast residuals: large when many metrics do. */
  unrest(): number;
};

/**
 * Follows one entity. A push costs a few microseconds and the same work live as over history. A value that is not
 * believed is a gap, and when a metric comes back from far off, its way there becomes one: an incident that is over
 * leaves no trace in the windows.
 */
export function createSensor(model: SensorModel): Sensor {
  const { metrics, windows, autoregression } = model;
  const width = metrics.length;
  const lags = lagsOf(autoregression);
  const smoothing = 2 / (model.smoothingRows + 1);
  const baseline = createBaseline(metrics, model.stepMs);
  const rolling = createRolling(width, windows);
  const layout = createMomentLayout(width, windows.length);
  const inputs = new Float64Array(lags * width + 1);
  inputs[lags * width] = 1;
  const forecasts = new Float64Array(width);
  const blank = (): Float64Array => new Float64Array(width);
  const [energy, squared, energyBefore, squaredBefore] = [blank(), blank(), blank(), blank()];
  const trusted = blank();
  const drift = createDrift(width, model.stepMs);
  const wasFar = new Uint32Array(width);
  const knownRows = new Uint32Array(width);
  const moments = new Float64Array(layout.width);
  const otherwise = { mean: 0, deviation: 0 };
  let rows = 0;

  /** What a metric's moments are taken from: 0 is its center, or its level where the center is not known. */
  const home = (at: number): number => (model.knowsRhythm ? (baseline.expected[at] ?? 0) : 0);

  /** What there is to foresee: the value itself, or how far it is off its level; NaN for a gap. */
  const stand = (metric: SensedMetric, at: number): number => toStance(metric.stance, trusted[at] ?? Number.NaN);

  /** What a forecast is made from; a gap is as expected. */
  function toForesee(metric: SensedMetric, at: number): number {
    const value = stand(metric, at);
    return Number.isNaN(value) ? toStance(metric.stance, home(at)) : cutToStance(value);
  }

  /** Undoes what the rows on which a metric was far off have left behind. */
  function forgetFarRows(metric: SensedMetric, at: number): void {
    rolling.forget(at, wasFar[at] ?? 0);
    for (let lag = 0; lag < lags; lag += 1) inputs[lag * width + at] = toStance(metric.stance, home(at));
    knownRows[at] = 0;
  }

  /** A far value spoils the forecasts of all metrics: from when the first is far off to when none is, their energies do not last. */
  function keepEnergies(): void {
    const [was, is] = [wasFar, baseline.farRows].map((far) => far.some((rowsFar) => rowsFar > 0));
    if (is && !was) {
      energyBefore.set(energy);
      squaredBefore.set(squared);
    }
    if (was && !is) {
      energy.set(energyBefore);
      squared.set(squaredBefore);
    }
  }

  function stir(metric: SensedMetric, at: number): void {
    const value = stand(metric, at);
    // After a gap there is no forecast until every lag is known. For a far value the level, in place of what is not known, will do.
    if (Number.isNaN(value) || rows < lags || ((knownRows[at] ?? 0) < lags && baseline.farRows[at] === 0)) return;
    const residual = Math.abs(value - (forecasts[at] ?? 0)) / metric.roughness;
    const size = Math.min(farAway, residual);
    energy[at] = (energy[at] ?? 0) + smoothing * (size - (energy[at] ?? 0));
    squared[at] = (squared[at] ?? 0) + smoothing * (size * size - (squared[at] ?? 0));
  }

  function fillMoments(): void {
    for (let at = 0; at < width; at += 1) {
      const believed = trusted[at] ?? Number.NaN;
      const value = Number.isNaN(believed) ? home(at) : believed;
      moments[layout.value(at)] = value;
      otherwise.mean = value;
      otherwise.deviation = metrics[at]?.restlessness ?? 0;
      // A deviation stands behind its mean.
      for (let window = 0; window < windows.length; window += 1)
        rolling.write(at, window, moments, layout.mean(at, window), otherwise);
    }
  }

  return {
    moments,
    drifts: drift.moved,
    seen: baseline.seen,
    expected: baseline.expected,
    deviation: baseline.deviation,
    energy,
    push(values) {
      const present = baseline.read(values);
      metrics.forEach((metric, at) => {
        if ((wasFar[at] ?? 0) > 0 && baseline.farRows[at] === 0) forgetFarRows(metric, at);
        trusted[at] = (baseline.believed[at] ?? 0) + home(at);
      });
      keepEnergies();
      wasFar.set(baseline.farRows);
      rolling.push(trusted);
      drift.push(trusted);
      forecastAll(autoregression, inputs, forecasts);
      metrics.forEach(stir);
      fillMoments();
      inputs.copyWithin(width, 0, (lags - 1) * width);
      metrics.forEach((metric, at) => {
        inputs[at] = toForesee(metric, at);
      });
      for (let at = 0; at < width; at += 1)
        knownRows[at] = Number.isNaN(baseline.believed[at] ?? 0) ? 0 : (knownRows[at] ?? 0) + 1;
      rows += 1;
      return present;
    },
    learn: baseline.learn,
    surprise: () => Math.sqrt(meanOf(squared)),
    unrest: () => meanOf(energy),
  };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
