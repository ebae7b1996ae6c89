import { driftSpansMs } from './drift.ts';
import type { Matrix } from './isolation-forest.ts';
import { createMomentLayout, type MomentLayout } from './moments.ts';
import { quantile } from './quantile.ts';
import type { Sensor, SensorModel } from './sensor.ts';
import { createRestMeter, farthest, fitSubspace, type Subspace } from './subspace.ts';

/** What the energies of a row are measured against. */
export type EnergyModel = {
  readonly subspace: Subspace;
  /** The usual size of a metric's rolling deviation, by metric and window. */
  readonly stirs: Float32Array;
  /** The usual size of a metric's drift, by span and metric. */
  readonly drifts: Float32Array;
};

/** The energies that are judged by themselves; high is strange. All of them, in logarithms, are the forest's food. */
export type Energies = {
  readonly surprise: number;
  readonly company: number;
  readonly stir: number;
  readonly drift: number;
};

/** A moment is believed to move by at least this part of the range that its metric keeps. */
const smallestMove = 0.05;
/** A metric that moves less than usual counts as if it moved less by so many sizes. */
const calmSizes = 1;
const smallestStir = 0.03;
const smallestDrift = 0.02;
/** Keeps logarithms defined where nothing stirs at all. */
const trace = 1e-3;
/** Of normal rows so many are calmer than what the forest takes for calm: calm is hardly ever strange. */
const calmest = 0.1;

export const energyCount = (windows: readonly number[]): number => 5 + driftSpansMs.length + windows.length;

/** Learns from normal rows: `rows` of `sensed`. */
export function fitEnergies(sensor: SensorModel, { moments, drifts }: Sensed, rows: Uint32Array): EnergyModel {
  const windows = sensor.windows.length;
  const layout = createMomentLayout(sensor.metrics.length, windows);
  const floors = new Float32Array(moments.width);
  const lowest = new Float32Array(moments.width).fill(-farthest);
  const stirs = new Float32Array(sensor.metrics.length * windows);
  const driftSizes = new Float32Array(drifts.width);
  sensor.metrics.forEach(({ reach }, metric) => {
    floors.fill(smallestMove * reach, layout.value(metric), layout.value(metric + 1));
    for (let window = 0; window < windows; window += 1) {
      lowest[layout.deviation(metric, window)] = -calmSizes;
      stirs[metric * windows + window] = Math.max(
        smallestStir * reach,
        rootMeanSquare(moments, rows, layout.deviation(metric, window)),
      );
    }
    for (let span = 0; span < driftSpansMs.length; span += 1) {
      const place = span * sensor.metrics.length + metric;
      driftSizes[place] = Math.max(smallestDrift * reach, rootMeanSquare(drifts, rows, place));
    }
  });
  return { subspace: fitSubspace(moments, rows, { floors, lowest }), stirs, drifts: driftSizes };
}

function rootMeanSquare({ width, values }: Matrix, rows: Uint32Array, place: number): number {
  let squares = 0;
  for (const row of rows) squares += (values[row * width + place] ?? 0) ** 2;
  return Math.sqrt(squares / Math.max(1, rows.length));
}

/** A sensor's moments and drifts, row by row. */
export type Sensed = { readonly moments: Matrix; readonly drifts: Matrix };

/** What the energies of one row are made from. */
export type Felt = Pick<Sensor, 'moments' | 'drifts' | 'surprise' | 'unrest'>;

export type EnergyMeter = {
  /** The logarithms of all energies of the row that was measured last. */
  readonly features: Float32Array;
  /** Measures the row that a sensor was pushed last. */
  measure(felt: Felt): Energies;
};

export function createEnergyMeter(model: SensorModel, { subspace, stirs, drifts }: EnergyModel): EnergyMeter {
  const layout = createMomentLayout(model.metrics.length, model.windows.length);
  const rest = createRestMeter(subspace);
  const windows = model.windows.length;
  /** The window whose stir is judged by itself: the middle one, or the only one. */
  const judged = windows >> 1;
  const features = new Float32Array(energyCount(model.windows));

  return {
    features,
    measure(felt) {
      rest.measure(felt.moments, 0);
      const [surprise, company] = [felt.surprise(), rest.mean()];
      const moved = driftsOf(felt.drifts, drifts);
      const all = [surprise, felt.unrest(), company, rest.root(), ...moved];
      let stir = 0;
      for (let window = 0; window < windows; window += 1) {
        const root = stirOf(felt.moments, layout, stirs, window, windows);
        if (window === judged) stir = root;
        all.push(root);
        if (window === 0) all.push(joinedIn(felt.moments, layout, stirs, windows));
      }
      all.forEach((energy, at) => {
        features[at] = Math.log(trace + energy);
      });
      return { surprise, company, stir, drift: moved[0] ?? 0 };
    },
  };
}

/** How much the metrics move within one window: the root mean square over all of them. */
function stirOf(
  moments: Float64Array,
  layout: MomentLayout,
  stirs: Float32Array,
  window: number,
  windows: number,
): number {
  const metrics = stirs.length / windows;
  let squares = 0;
  for (let metric = 0; metric < metrics; metric += 1) {
    const size = (moments[layout.deviation(metric, window)] ?? 0) / (stirs[metric * windows + window] ?? 1);
    squares += size * size;
  }
  return Math.sqrt(squares / metrics);
}

/** How many metrics join in when they move within the first window. */
function joinedIn(moments: Float64Array, layout: MomentLayout, stirs: Float32Array, windows: number): number {
  const metrics = stirs.length / windows;
  let joined = 0;
  for (let metric = 0; metric < metrics; metric += 1) {
    const size = (moments[layout.deviation(metric, 0)] ?? 0) / (stirs[metric * windows] ?? 1);
    joined += Math.log1p(size * size);
  }
  return joined / metrics;
}

/** By span, the root mean square of how far the metrics have drifted. */
function driftsOf(moved: Float64Array, sizes: Float32Array): readonly number[] {
  const metrics = sizes.length / driftSpansMs.length;
  return driftSpansMs.map((_, span) => {
    let squares = 0;
    for (let metric = 0; metric < metrics; metric += 1)
      squares += ((moved[span * metrics + metric] ?? 0) / (sizes[span * metrics + metric] ?? 1)) ** 2;
    return Math.sqrt(squares / metrics);
  });
}

/** What is taken for calm, by feature, from normal rows. */
export function calmOf(features: Matrix, rows: Uint32Array): Float32Array {
  return Float32Array.from({ length: features.width }, (_, at) => {
    const sorted = Float64Array.from(rows, (row) => features.values[row * features.width + at] ?? 0).sort();
    return quantile(sorted, calmest);
  });
}

/** Raises what is calmer than calm to calm, row by row, in place. */
export function quieten(features: Float32Array, calm: Float32Array): void {
  for (let at = 0; at < features.length; at += 1)
    features[at] = Math.max(features[at] ?? 0, calm[at % calm.length] ?? Number.NEGATIVE_INFINITY);
}
