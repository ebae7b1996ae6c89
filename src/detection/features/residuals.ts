import { type Autoregression, fitAutoregression, forecastNext, usualLags } from '../autoregression.ts';
import {
  type FeatureGroup,
  type FeatureKind,
  type FeatureStream,
  forEachMetric,
  type History,
} from './feature-group.ts';
import { rowByRow } from './row-by-row.ts';

/** Residuals are smoothed over so many rows. */
const smoothings = [10, 30] as const;
/** Values further away than this forecast nothing better than ones that are this far. */
const farthest = 20;
/** Keeps logarithms defined where everything comes as foreseen. */
const trace = 1e-3;

const weightOf = (rows: number): number => 2 / (rows + 1);

const kinds: readonly FeatureKind[] = [
  {
    name: 'residual',
    per: 'metric',
    formula: `x[t] − its ridge-VAR forecast from rows t − 1 to t − ${usualLags} of all metrics, values cut at ±${farthest}`,
    unit: 'spreads',
    reason: 'a move that nothing that was seen before explains',
  },
  ...smoothings.map((rows) => ({
    name: `unrest ${rows}`,
    per: 'metric' as const,
    formula: `ln(${trace} + EWMA of |residual| over ${rows} rows)`,
    unit: 'ln',
    reason: rows === 10 ? 'moves that keep coming as nobody could foresee' : 'the same when they are small and stay',
  })),
];

/** What could not be foreseen, by the autoregression that the detector has. */
export const residualsGroup: FeatureGroup = {
  name: 'residuals',
  kinds,
  fit(history) {
    const model = fitResiduals(history);
    return rowByRow(forEachMetric(history.metrics, kinds), () => openResiduals(model));
  },
};

const cut = (value: number): number => Math.max(-farthest, Math.min(farthest, value));

/** A column whose gaps hold the last known value, cut; before the first one the metric is taken at its median. */
function carryOn(column: Float64Array): Float64Array {
  let last = 0;
  return column.map((value) => {
    if (!Number.isNaN(value)) last = cut(value);
    return last;
  });
}

/** Learns from the rows that have every metric, and had it while the lags lasted. */
function fitResiduals({ scaled, frame }: History): Autoregression {
  const rows = frame.times.length;
  const width = scaled.length;
  const series = new Float64Array(rows * width);
  const known = new Uint8Array(rows).fill(1);
  scaled.forEach((column, metric) => {
    carryOn(column).forEach((value, row) => {
      series[row * width + metric] = value;
      if (Number.isNaN(column[row] ?? Number.NaN)) known[row] = 0;
    });
  });
  const isWhole = (row: number): boolean => {
    for (let lag = 0; lag <= usualLags; lag += 1) if (known[row - lag] !== 1) return false;
    return true;
  };
  return fitAutoregression(series, width, Uint32Array.from(known.keys()).filter(isWhole));
}

function openResiduals(model: Autoregression): FeatureStream {
  const { metrics } = model;
  const inputs = new Float64Array(usualLags * metrics + 1);
  inputs[usualLags * metrics] = 1;
  const last = new Float64Array(metrics);
  const knownRows = new Uint32Array(metrics);
  const counts = new Uint32Array(metrics);
  const means = new Float64Array(metrics * smoothings.length);

  function smoothOn(metric: number, size: number): void {
    const count = (counts[metric] ?? 0) + 1;
    counts[metric] = count;
    for (let at = 0; at < smoothings.length; at += 1) {
      const place = metric * smoothings.length + at;
      const weight = Math.max(weightOf(smoothings[at] ?? 1), 1 / count);
      means[place] = (means[place] ?? 0) + weight * (size - (means[place] ?? 0));
    }
  }

  /** The metric's residual; NaN where it, or one of its own usualLags, is a gap. */
  function judge(metric: number, value: number): number {
    const isKnown = !Number.isNaN(value);
    const residual =
      isKnown && (knownRows[metric] ?? 0) >= usualLags ? cut(value) - forecastNext(model, inputs, metric) : Number.NaN;
    knownRows[metric] = isKnown ? (knownRows[metric] ?? 0) + 1 : 0;
    if (isKnown) last[metric] = cut(value);
    if (!Number.isNaN(residual)) smoothOn(metric, Math.abs(residual));
    return residual;
  }

  return {
    push({ scaled }, features) {
      for (let metric = 0, place = 0; metric < metrics; metric += 1) {
        features[place++] = judge(metric, scaled[metric] ?? Number.NaN);
        for (let at = 0; at < smoothings.length; at += 1)
          features[place++] =
            counts[metric] === 0 ? Number.NaN : Math.log(trace + (means[metric * smoothings.length + at] ?? 0));
      }
      inputs.copyWithin(metrics, 0, (usualLags - 1) * metrics);
      inputs.set(last);
    },
  };
}
