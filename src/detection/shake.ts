import type { FitOptions } from '../core/detector.ts';
import type { Frame } from '../core/frame.ts';
import { createRandom, gaussian } from './random.ts';
import { countKnownRows } from './rows.ts';
import { coarsenessOf, smallestStirOf } from './scale.ts';

/**
 * History with every value moved at random by the smallest stir that matters to a person. Without it a metric that never
 * moved would make an alarm of its first whisper; a metric that lives does not notice. Gaps stay gaps.
 */
export function shake(history: Frame, options: FitOptions): Frame {
  const random = createRandom(options.seed);
  const coarseness = coarsenessOf(countKnownRows(history) * options.stepMs);
  const columns = history.columns.map(({ name, values }) => {
    const unit = options.metrics.find((metric) => metric.name === name)?.unit ?? '';
    const stir = smallestStirOf(values, unit, coarseness);
    return { name, values: values.map((value) => value + stir * gaussian(random)) };
  });
  return { times: history.times, columns };
}
