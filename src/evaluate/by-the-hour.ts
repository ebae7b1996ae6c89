import type { FitOptions, Scorer } from '../core/detector.ts';
import type { Frame } from '../core/frame.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import type { Judge } from './plain-forest.ts';

const hourMs = 3_600_000;
const hours = 24;
/** The median of absolute distances becomes the standard deviation of a normal distribution by this. */
const medianToDeviation = 1.4826;

type Usual = { readonly center: number; readonly spread: number };

/**
 * A baseline: how far a row is from what is usual at this hour of the day, in robust standard deviations, the worst metric counting.
 * The threshold is where rows that are normally distributed are no oftener than the budget of false alerts allows, by Chernoff's bound
 * of their tails: no label has a say.
 */
export function fitByTheHour(history: Frame, { alertBudgetPerDay, stepMs }: FitOptions): Judge {
  const width = history.columns.length;
  const usual = Array.from({ length: hours }, (_, hour) =>
    history.columns.map(({ values }) => usualOf(values.filter((_, row) => hourOf(history.times[row] ?? 0) === hour))),
  );
  const whole = history.columns.map(({ values }) => usualOf(values));
  const perRow = (alertBudgetPerDay * stepMs) / (hours * hourMs);
  const threshold = Math.sqrt(2 * Math.log((2 * width) / perRow));

  function open(): Scorer {
    let distances: readonly number[] = [];
    let last: readonly Usual[] = whole;
    return {
      push(at, values) {
        last = usual[hourOf(at)] ?? whole;
        distances = Array.from(values, (value, metric) => {
          const { center, spread } = last[metric] ?? whole[metric] ?? { center: 0, spread: 1 };
          return Math.abs(value - center) / spread;
        });
        const known = distances.filter((distance) => !Number.isNaN(distance));
        return known.length === 0 ? { kind: 'blind' } : { kind: 'scored', score: Math.max(...known) };
      },
      explain() {
        const total = distances.reduce((sum, distance) => sum + (distance || 0), 0) || 1;
        return history.columns
          .map(({ name }, at) => {
            const { center, spread } = last[at] ?? { center: 0, spread: 1 };
            const distance = distances[at] ?? 0;
            return { metric: name, expected: center, seen: center + distance * spread, share: (distance || 0) / total };
          })
          .sort((a, b) => b.share - a.share);
      },
      parts: () => [],
      expectations: () => [],
    };
  }
  return { warmupRows: 0, threshold, open };
}

const hourOf = (at: number): number => Math.floor(at / hourMs) % hours;

/** An hour that history has not seen is as the whole day; what never moves has a spread of its own size. */
function usualOf(values: Float64Array): Usual {
  const sorted = sortedFinite(values);
  const center = quantile(sorted, 0.5);
  const distances = sortedFinite(values.map((value) => Math.abs(value - center)));
  const spread = quantile(distances, 0.5) * medianToDeviation || quantile(distances, 0.99) || Math.abs(center) || 1;
  return { center, spread: Number.isNaN(spread) ? 1 : spread };
}
