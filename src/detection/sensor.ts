import { type Autoregression, forecastNext, lags } from './autoregression.ts';
import { createBaseline, type KnownMetric } from './baseline.ts';
import { createRolling } from './rolling.ts';
import { farAway } from './scale.ts';

/** A known metric and how much it stirs by itself, in scaled units. */
export type SensedMetric = KnownMetric & {
  /** Spread around the level. */
  readonly restlessness: number;
  /** Spread of the one-step forecast residual. */
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

/** What one metric is like in the row that was pushed last. All in multiples of the metric's own stir, 0 and up. */
export type Stir = {
  /** How far it is off its level, in the direction that hurts. */
  readonly deviation: Float64Array;
  /** The smoothed size of its forecast residual. */
  readonly energy: Float64Array;
};

export type Sensor = Stir & {
  /** Value, rolling mean and deviation, smoothed energies of every metric: the forest's food. */
  readonly features: Float32Array;
  readonly seen: Float64Array;
  readonly expected: Float64Array;
  /** Takes the next row; says how many of its values are there. */
  push(values: Float64Array): number;
  /** Lets the level follow the last row, which was normal. */
  learn(): void;
  /** Energy over all metrics, on a logarithmic scale that has no upper end. */
  surprise(): number;
  /** The deviation that more than one value bears witness to. */
  corroborated(): number;
};

/** Residual energies are smoothed over so many rows: the forest sees the outer two, surprise and blame the middle one. */
const smoothing = [5, 10, 30] as const;
const blamed = 1;
/** Keeps the logarithm of an energy finite, at a level that means rest. */
const rest = 0.1;

export const featuresPerMetric = (windows: readonly number[]): number => 1 + 2 * windows.length + 2;

/** Follows one entity. A push costs a few microseconds and the same work live as over history. */
export function createSensor(model: SensorModel): Sensor {
  const { metrics, windows, autoregression } = model;
  const width = metrics.length;
  const baseline = createBaseline(metrics, model.stepMs);
  const rolling = createRolling(width, windows);
  const inputs = new Float64Array(lags * width + 1);
  inputs[lags * width] = 1;
  const wasSeen = new Uint8Array(width);
  const energies = smoothing.map(() => new Float64Array(width));
  const deviation = new Float64Array(width);
  const before = new Float64Array(width);
  const persistent = new Float64Array(width);
  const features = new Float32Array(width * featuresPerMetric(windows));
  let rows = 0;

  function stir(metric: SensedMetric, at: number): void {
    const value = baseline.harmful[at] ?? Number.NaN;
    if (Number.isNaN(value)) {
      deviation[at] = 0;
      persistent[at] = 0;
      return;
    }
    if (wasSeen[at] === 1 && rows >= lags) {
      const residual = Math.abs(value - forecastNext(autoregression, inputs, at)) / metric.roughness;
      const size = Math.min(farAway, residual);
      smoothing.forEach((span, which) => {
        const energy = energies[which];
        if (energy !== undefined) energy[at] = (energy[at] ?? 0) + (size - (energy[at] ?? 0)) * (2 / (span + 1));
      });
    }
    deviation[at] = Math.abs(value - (baseline.expected[at] ?? 0)) / metric.restlessness;
    persistent[at] = Math.min(deviation[at] ?? 0, before[at] ?? 0);
    before[at] = deviation[at] ?? 0;
  }

  function fillFeatures(): void {
    let place = 0;
    for (let at = 0; at < width; at += 1) {
      const value = baseline.filled[at] ?? 0;
      features[place++] = value;
      for (let window = 0; window < windows.length; window += 1) {
        features[place++] = rolling.mean(at, window, value);
        features[place++] = rolling.deviation(at, window);
      }
      features[place++] = Math.log(rest + (energies[0]?.[at] ?? 0));
      features[place++] = Math.log(rest + (energies[2]?.[at] ?? 0));
    }
  }

  return {
    features,
    deviation,
    energy: energies[blamed] ?? new Float64Array(width),
    seen: baseline.seen,
    expected: baseline.expected,
    push(values) {
      const present = baseline.read(values);
      rolling.push(baseline.harmful);
      metrics.forEach(stir);
      fillFeatures();
      inputs.copyWithin(width, 0, (lags - 1) * width);
      inputs.set(baseline.filled, 0);
      for (let at = 0; at < width; at += 1) wasSeen[at] = Number.isNaN(baseline.seen[at] ?? 0) ? 0 : 1;
      rows += 1;
      return present;
    },
    learn: baseline.learn,
    surprise() {
      let squares = 0;
      for (const energy of energies[blamed] ?? []) squares += energy * energy;
      return Math.log(rest + Math.sqrt(squares / width));
    },
    corroborated() {
      let alone = 0;
      let [first, second] = [0, 0];
      for (let at = 0; at < width; at += 1) {
        const size = deviation[at] ?? 0;
        alone = Math.max(alone, persistent[at] ?? 0);
        second = Math.max(second, Math.min(first, size));
        first = Math.max(first, size);
      }
      return Math.max(alone, second);
    },
  };
}
