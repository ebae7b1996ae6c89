import type { ModelFacts } from '../core/detector.ts';
import { lagsOf } from './autoregression.ts';
import { energyCount } from './energies.ts';
import { createMomentLayout } from './moments.ts';
import type { SensorModel } from './sensor.ts';
import { countAlerts, mergeMs } from './threshold.ts';

export type Learnt = {
  readonly sensor: SensorModel;
  readonly trees: number;
  readonly subsample: number;
  readonly warmupRows: number;
  readonly threshold: number;
  /** Of all rows of history; NaN is a row without a score. */
  readonly scores: Float64Array;
  /** The same without the rows that are kept out. */
  readonly normal: Float64Array;
};

const dayMs = 86_400_000;

/** What a model says of itself. */
export function aboutOf({ sensor, trees, subsample, warmupRows, threshold, scores, normal }: Learnt): ModelFacts {
  const { metrics, windows, stepMs } = sensor;
  const count = (values: Float64Array): number => values.filter((value) => !Number.isNaN(value)).length;
  const days = (count(scores) * stepMs) / dayMs;
  const perDay = (values: Float64Array): number => countAlerts(values, threshold, Math.floor(mergeMs / stepMs)) / days;
  return {
    features: createMomentLayout(metrics.length, windows.length).width + energyCount(windows),
    parameters: {
      ...{ trees, subsample, 'longest window': Math.max(...windows) },
      ...{ lags: lagsOf(sensor.autoregression), 'smoothing rows': sensor.smoothingRows },
      ...{ 'warm-up rows': warmupRows, threshold },
    },
    measures: {
      'rows judged': count(scores),
      'rows kept out': count(scores) - count(normal),
      'alerts per day': perDay(scores),
      'false alerts per day': perDay(normal),
    },
  };
}
