import type { Contribution } from '../core/detector.ts';
import { fromScale } from './scale.ts';
import type { Sensor, SensorModel } from './sensor.ts';

/** Keeps shares defined where nothing stirs. */
const trace = 1e-9;

/**
 * The metrics that were seen in the sensor's last row, in their own units, largest share of the blame first. A metric is
 * blamed for being off its level in the direction that hurts and for moving as nobody could foresee, each in multiples of
 * what is usual for it. On a logarithmic scale: of two metrics that are both far beyond anything usual, the one that is
 * further must not hide the other.
 */
export function explain(model: SensorModel, sensor: Sensor, values: Float64Array): readonly Contribution[] {
  const blames = model.metrics.map(
    (_, at) => Math.log1p(sensor.deviation[at] ?? 0) * Math.log1p(sensor.energy[at] ?? 0) + trace,
  );
  const present = model.metrics.map((_, at) => !Number.isNaN(sensor.seen[at] ?? Number.NaN));
  const total = blames.reduce((sum, blame, at) => (present[at] ? sum + blame : sum), 0);
  return model.metrics
    .flatMap((metric, at) =>
      present[at]
        ? {
            metric: metric.name,
            expected: fromScale(metric.scale, sensor.expected[at] ?? 0),
            seen: values[metric.column] ?? Number.NaN,
            share: (blames[at] ?? 0) / total,
          }
        : [],
    )
    .sort((a, b) => b.share - a.share);
}
