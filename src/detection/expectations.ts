import type { Expectation } from '../core/detector.ts';
import { fromScale } from './scale.ts';
import type { Sensor, SensorModel } from './sensor.ts';

/**
 * A metric's restlessness is never less than what 95 % of normal rows keep to, divided by 1.96: so many restlessnesses
 * around the level hold at least those.
 */
const usualReach = 2;

/** What the metrics would usually have been in the sensor's last row, in their own units. */
export function expectationsOf({ metrics }: SensorModel, sensor: Sensor): readonly Expectation[] {
  return metrics.map(({ name, scale, restlessness }, at) => {
    const level = sensor.expected[at] ?? 0;
    const reach = usualReach * restlessness;
    return {
      metric: name,
      expected: fromScale(scale, level),
      lower: fromScale(scale, level - reach),
      upper: fromScale(scale, level + reach),
    };
  });
}
