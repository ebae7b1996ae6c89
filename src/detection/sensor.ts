import { type Autoregression, forecastNext, lags } from './autoregression.ts';
import { createBaseline, type KnownMetric } from './baseline.ts';
import { createRolling } from './rolling.ts';
import { farAway } from './scale.ts';

/** A known metric and how well it can be foreseen. */
export type SensedMetric = KnownMetric & {
  /** The usual spread of its one-step forecast residual, in scaled units. */
  readonly roughness: number;
};

/** All that turns rows into what the scores are made of. */
export type SensorModel = {
  readonly metrics: readonly SensedMetric[];
  readonly stepMs: number;
  /** Lengths of the rolling windows in rows. */
  readonly windows: readonly number[];
  readonly autoregression: Autoregression;
};

export type Sensor = {
  /** Value, rolling mean and deviation, smoothed energies of every metric: the forest's food. */
  readonly features: Float32Array;
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
  /** Energy over all metrics, on a logarithmic scale that has no upper end. */
  surprise(): number;
  /** The deviation of the metric that is off most. */
  offset(): number;
};

/** Residual energies are smoothed over so many rows: the forest sees the outer two, surprise and blame the middle one. */
const smoothing = [5, 10, 30] as const;
const blamed = 1;

export const featuresPerMetric = (windows: readonly number[]): number => 1 + 2 * windows.length + 2;

/**
 * Follows one entity. A push costs a few microseconds and the same work live as over history. A value that is not
 * believed is a gap, and when a metric comes back from far off, its way there becomes one: an incident that is over
 * leaves no trace in the windows.
 */
export function createSensor(model: SensorModel): Sensor {
  const { metrics, windows, autoregression } = model;
  const width = metrics.length;
  const baseline = createBaseline(metrics, model.stepMs);
  const rolling = createRolling(width, windows);
  const inputs = new Float64Array(lags * width + 1);
  inputs[lags * width] = 1;
  const energies = smoothing.map(() => new Float64Array(width));
  const before = smoothing.map(() => new Float64Array(width));
  const wasFar = new Uint32Array(width);
  const knownRows = new Uint32Array(width);
  const features = new Float32Array(width * featuresPerMetric(windows));
  let rows = 0;

  /** Undoes what the rows on which a metric was far off have left behind. */
  function forgetFarRows(at: number): void {
    rolling.forget(at, wasFar[at] ?? 0);
    energies.forEach((energy, which) => {
      energy[at] = before[which]?.[at] ?? 0;
    });
    for (let lag = 0; lag < lags; lag += 1) inputs[lag * width + at] = 0;
    knownRows[at] = 0;
  }

  function stir(metric: SensedMetric, at: number): void {
    const farRows = baseline.farRows[at] ?? 0;
    if (farRows === 1)
      energies.forEach((energy, which) => {
        before[which]?.fill(energy[at] ?? 0, at, at + 1);
      });
    const value = baseline.believed[at] ?? Number.NaN;
    // After a gap there is no forecast until every lag is known. For a far value the level, in place of what is not known, will do.
    if (Number.isNaN(value) || rows < lags || ((knownRows[at] ?? 0) < lags && farRows === 0)) return;
    const residual = Math.abs(value - forecastNext(autoregression, inputs, at)) / metric.roughness;
    const size = Math.min(farAway, residual);
    energies.forEach((energy, which) => {
      energy[at] = (energy[at] ?? 0) + (size - (energy[at] ?? 0)) * (2 / ((smoothing[which] ?? 1) + 1));
    });
  }

  function fillFeatures(): void {
    let place = 0;
    for (let at = 0; at < width; at += 1) {
      const value = zeroForGap(baseline.believed[at]);
      features[place++] = value;
      for (let window = 0; window < windows.length; window += 1) {
        features[place++] = rolling.mean(at, window, value);
        features[place++] = rolling.deviation(at, window, metrics[at]?.restlessness ?? 0);
      }
      features[place++] = Math.log1p(energies[0]?.[at] ?? 0);
      features[place++] = Math.log1p(energies[2]?.[at] ?? 0);
    }
  }

  return {
    features,
    seen: baseline.seen,
    expected: baseline.expected,
    deviation: baseline.deviation,
    energy: energies[blamed] ?? new Float64Array(width),
    push(values) {
      const present = baseline.read(values);
      for (let at = 0; at < width; at += 1) if ((wasFar[at] ?? 0) > 0 && baseline.farRows[at] === 0) forgetFarRows(at);
      wasFar.set(baseline.farRows);
      rolling.push(baseline.believed);
      metrics.forEach(stir);
      fillFeatures();
      inputs.copyWithin(width, 0, (lags - 1) * width);
      metrics.forEach((metric, at) => {
        // A forecast from what history has hardly ever seen would be a guess, of this metric and of all others.
        const reach = metric.far * metric.restlessness;
        inputs[at] = Math.max(-reach, Math.min(reach, zeroForGap(baseline.believed[at])));
      });
      for (let at = 0; at < width; at += 1)
        knownRows[at] = Number.isNaN(baseline.believed[at] ?? 0) ? 0 : (knownRows[at] ?? 0) + 1;
      rows += 1;
      return present;
    },
    learn: baseline.learn,
    surprise() {
      let squares = 0;
      for (const energy of energies[blamed] ?? []) squares += energy * energy;
      return Math.log1p(Math.sqrt(squares / width));
    },
    offset: () => Math.log1p(baseline.deviation.reduce((most, size) => Math.max(most, size), 0)),
  };
}

/** A gap is taken to be as expected by what can't go without a number. */
function zeroForGap(difference = Number.NaN): number {
  return Number.isNaN(difference) ? 0 : difference;
}
