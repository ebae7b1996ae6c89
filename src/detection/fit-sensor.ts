import type { DetectorSettings, FitOptions } from '../core/detector.ts';
import { type Frame, rowCount } from '../core/frame.ts';
import { type Autoregression, fitAutoregression, forecastAll, lagsOf } from './autoregression.ts';
import { createLevels } from './level.ts';
import { quantile, sortedFinite } from './quantile.ts';
import { countKnownRows, forEachRow } from './rows.ts';
import { coarsenessOf, farAway, fitScale, type Scale, stirOfSpread, toScale } from './scale.ts';
import type { SensedMetric, SensorModel } from './sensor.ts';
import { aroundNothing, cutToStance, fitStance, toStance } from './stance.ts';

const dayMs = 86_400_000;
/** The median and the 95th percentile of absolute values become the standard deviation of a normal distribution by these. */
const medianToDeviation = 1.4826;
const mostToDeviation = 1 / 1.96;
/** A median of more values is not worth the sorting. */
const enoughForMedian = 4_096;
/** A metric's own stir is taken to be at least this part of its spread. */
const smallestStir = 0.02;
/** How far off a value pulls at the level in full, in spreads, before the restlessness is known. */
const unknownReach = 1;
/** A value is far off when it is so many restlessnesses off, and further than nearly all of history. */
const fewestUntilFar = 5;
const nearlyAll = 0.998;
/** A residual smaller than this, in sizes of the stance, is nothing: what hardly ever moves is foreseen too well. */
const smallestRoughness = 0.1;
const nearlyAllOfRange = [0.0005, 0.9995] as const;

/** Learns from history how each metric moves; rows marked in `keptOut` teach nothing. */
export function fitSensor(
  history: Frame,
  keptOut: Uint8Array,
  options: FitOptions & { readonly settings: DetectorSettings },
): SensorModel {
  const { windows, lags, smoothingRows } = options.settings;
  const scaled = fitScales(history, keptOut, options);
  const knowsRhythm = countKnownRows(history) * options.stepMs >= dayMs;
  const { series, distances } = followLevels(history, keptOut, scaled, { ...options, knowsRhythm });
  const learnt = Uint32Array.from(keptOut.keys()).filter((row) => row >= lags && keptOut[row] === 0);
  const known = scaled.map((metric, at) => {
    const restlessness = stirOf(distances[at] ?? new Float64Array(), floorOf(metric.scale));
    const most = quantile(sortedFinite(distances[at] ?? []), nearlyAll) / restlessness;
    const column = { at, reach: metric.reach };
    const stance = knowsRhythm ? fitStance(series, scaled.length, learnt, column) : aroundNothing;
    return { ...metric, restlessness, far: Math.max(fewestUntilFar, most), stance };
  });
  const standing = series.map((value, place) => {
    const stance = known[place % known.length]?.stance ?? aroundNothing;
    return cutToStance(toStance(stance, value));
  });
  const autoregression = fitAutoregression(standing, known.length, learnt, lags);
  const residuals = residualsOf(autoregression, standing, learnt);
  const metrics = known.map((metric, at) => {
    const floor = Math.max(knowsRhythm ? smallestRoughness : 0, floorOf(metric.scale) / metric.stance.size);
    return { ...metric, roughness: roughnessOf(residuals[at] ?? new Float64Array(), floor) };
  });
  return { metrics, stepMs: options.stepMs, windows, autoregression, smoothingRows, knowsRhythm };
}

/**
 * Rows to come are foreseen less well than the `rows` that taught the forecast: the roughness grows accordingly, by the
 * final prediction error (Akaike 1969), at most threefold.
 */
export function forRowsToCome(sensor: SensorModel, rows: number): SensorModel {
  const weights = lagsOf(sensor.autoregression) * sensor.metrics.length + 1;
  const growth = Math.min(3, Math.sqrt((rows + weights) / Math.max(1, rows - weights)));
  return { ...sensor, metrics: sensor.metrics.map((metric) => ({ ...metric, roughness: metric.roughness * growth })) };
}

type ScaledMetric = Pick<SensedMetric, 'name' | 'harm' | 'column' | 'scale' | 'reach'>;

/**
 * The metrics that history knows; one that is a gap all along is left out. History that is shorter than a day has not
 * seen a whole rhythm and can't say what range is normal.
 */
function fitScales(history: Frame, keptOut: Uint8Array, options: FitOptions): readonly ScaledMetric[] {
  const knownMs = countKnownRows(history) * options.stepMs;
  const range = knownMs >= dayMs ? {} : { low: -farAway, high: farAway };
  return history.columns.flatMap(({ name, values }, column) => {
    const metric = options.metrics.find((watched) => watched.name === name);
    const kept = sortedFinite(values.filter((_, row) => keptOut[row] === 0));
    const scale = fitScale(kept, metric?.unit ?? '', coarsenessOf(knownMs));
    if (scale === null) return [];
    const reach = Math.max(scale.floor, reachOf(kept) / scale.spread);
    return [{ name, harm: metric?.harm ?? 'both', column, scale: { ...scale, ...range }, reach }];
  });
}

/** The range that nearly all of some numbers keep, which are ascending. */
function reachOf(sorted: Float64Array): number {
  const [low, high] = nearlyAllOfRange;
  return quantile(sorted, high) - quantile(sorted, low);
}

/**
 * Runs the levels over history. Gives what there is to foresee, row by row: the values with the level in the gaps, or their differences
 * from the level with 0 in the gaps; and by metric the sizes of these differences.
 */
function followLevels(
  history: Frame,
  keptOut: Uint8Array,
  metrics: readonly ScaledMetric[],
  { stepMs, knowsRhythm }: { readonly stepMs: number; readonly knowsRhythm: boolean },
) {
  const width = metrics.length;
  const scales: readonly Scale[] = metrics.map((metric) => metric.scale);
  const levels = createLevels(scales, Array(width).fill(unknownReach), stepMs);
  const series = new Float64Array(rowCount(history) * width);
  const distances = metrics.map(() => new Float64Array(rowCount(history)).fill(Number.NaN));
  const seen = new Float64Array(width);
  forEachRow(history, (values, row) => {
    metrics.forEach((metric, at) => {
      const value = toScale(metric.scale, values[metric.column] ?? Number.NaN);
      const level = levels.expected(at, value);
      seen[at] = value;
      series[row * width + at] = (Number.isNaN(value) ? 0 : value - level) + (knowsRhythm ? level : 0);
      if (keptOut[row] === 0) distances[at]?.fill(Math.abs(value - level), row, row + 1);
    });
    if (keptOut[row] === 0) levels.learn(seen, 1);
  });
  return { series, distances };
}

/** By metric, the absolute one-step forecast residual of some rows. */
function residualsOf(model: Autoregression, series: Float64Array, rows: Uint32Array): readonly Float64Array[] {
  const { metrics } = model;
  const lags = lagsOf(model);
  const stride = Math.ceil(rows.length / enoughForMedian);
  const some = rows.filter((_, place) => place % stride === 0);
  const residuals = Array.from({ length: metrics }, () => new Float64Array(some.length));
  const inputs = new Float64Array(lags * metrics + 1);
  inputs[lags * metrics] = 1;
  const forecasts = new Float64Array(metrics);
  some.forEach((row, place) => {
    for (let lag = 1; lag <= lags; lag += 1)
      inputs.set(series.subarray((row - lag) * metrics, (row - lag + 1) * metrics), (lag - 1) * metrics);
    forecastAll(model, inputs, forecasts);
    residuals.forEach((column, at) => {
      column[place] = Math.abs((series[row * metrics + at] ?? 0) - (forecasts[at] ?? 0));
    });
  });
  return residuals;
}

/** The smallest stir that is believed, in scaled units. */
const floorOf = (scale: Scale): number => Math.max(smallestStir, stirOfSpread * scale.floor);

/**
 * The usual size of what should be nothing, as a standard deviation: by the median, and by the 95th percentile of what
 * rests most of the time and moves in bursts. The few times when it is something do not count. It is `floor` at least.
 */
function stirOf(sizes: Float64Array, floor: number): number {
  const stride = Math.ceil(sizes.length / enoughForMedian);
  const sorted = sortedFinite(sizes.filter((_, row) => row % stride === 0));
  const usual = Math.max(quantile(sorted, 0.5) * medianToDeviation, quantile(sorted, 0.95) * mostToDeviation);
  return Math.max(floor, Number.isNaN(usual) ? 0 : usual);
}

/** The same for a forecast's residuals, of which the rare large ones do count: their root mean square when that is more. */
function roughnessOf(sizes: Float64Array, floor: number): number {
  const sorted = sortedFinite(sizes);
  const most = quantile(sorted, nearlyAll);
  const squares = sorted.reduce((sum, size) => sum + Math.min(size, most) ** 2, 0);
  return Math.max(stirOf(sizes, floor), sorted.length === 0 ? 0 : Math.sqrt(squares / sorted.length));
}
