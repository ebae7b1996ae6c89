import { createRandom, gaussian } from '../../src/detection/random.ts';
import { createChooser } from '../../src/forecast/choose.ts';
import { fastForecasters } from '../../src/forecast/fast-forecasters.ts';
import { meetLimit } from '../../src/forecast/meet-limit.ts';
import { dayMs, minuteMs } from './series.ts';

const stepMs = 15 * minuteMs;
const perDay = dayMs / stepMs;
const kinds = ['slow climb', 'fast climb', 'climb with a memory', 'rhythm'] as const;

/** Whether the interval for the moment of reaching a limit held the true moment. */
export type Crossing = { readonly kind: string; readonly held: boolean; readonly hours: number };

/**
 * A series with a rhythm, noise and a trend, and a limit that its mean passes somewhere within the horizon: when was it truly there
 * for the first time, and what was said a day or two before. A truth after the horizon is held by an interval that is open there.
 */
export function crossing(seed: number): Crossing {
  const random = createRandom(seed);
  const kind = kinds[seed % kinds.length] ?? kinds[0];
  const rows = (7 + random.below(7)) * perDay;
  const steps = (1 + random.below(2)) * perDay;
  const slope = (kind === 'fast climb' ? 4 : 1) * (0.5 + random.next());
  const noise = 0.3 + 1.2 * random.next();
  const swing = kind === 'rhythm' ? 8 + 6 * random.next() : 3 * random.next();
  const phase = random.next();
  const middle = (row: number): number =>
    20 + (slope * row) / perDay + swing * Math.sin(2 * Math.PI * (row / perDay + phase));
  let memory = 0;
  const values = Float64Array.from({ length: rows + steps }, (_, row) => {
    memory = 0.95 * memory + 0.3 * noise * gaussian(random);
    return middle(row) + (kind === 'climb with a memory' ? memory : 0) + 0.7 * noise * gaussian(random);
  });
  const seen = values[rows - 1] ?? 0;
  const ahead = Array.from({ length: steps }, (_, step) => middle(rows + step));
  const chosen = ahead[Math.round((0.15 + 0.8 * random.next()) * (steps - 1))] ?? 0;
  const limit = chosen > seen ? chosen : Math.max(...ahead, seen + noise);

  const history = {
    from: Date.UTC(2026, 0, 5) + random.below(perDay) * stepMs,
    stepMs,
    values: values.subarray(0, rows),
  };
  const bounds = { lower: 0, upper: Number.POSITIVE_INFINITY };
  const fit = createChooser({ forecasters: fastForecasters(), steps }).fit(history, bounds);
  if (fit.kind !== 'fitted') throw new Error('a week of history is enough');
  const paths = fit.forecaster.paths(steps);
  const outlook = meetLimit({ limit, harm: 'up', seen, paths, timeOf: (step) => step });
  const found = values.subarray(rows).findIndex((value) => value >= limit);
  const truth = found < 0 ? Number.POSITIVE_INFINITY : found + 1;
  if (outlook.kind !== 'reaches') return { kind, held: !Number.isFinite(truth), hours: Number.NaN };
  const { from, to } = outlook.moment;
  const hours = (((to ?? steps) - from) * stepMs) / 3_600_000;
  return { kind, held: truth >= from && truth <= (to ?? Number.POSITIVE_INFINITY), hours };
}
