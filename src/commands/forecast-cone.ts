import { altOf } from '../core/alt-of.ts';
import type { Chart } from '../core/chart.ts';
import { formatValue } from '../core/format.ts';
import type { Asked, Forecasted } from './forecast-words.ts';

/** A forecast as a picture: what was seen, and as far ahead the band in which 80 % of what comes should lie. */
export function coneOf({ name, horizon, simulated, timeZone, request }: Asked, one: Forecasted): Chart {
  const { from, stepMs, expected, lower, upper } = one.band;
  const seen = [...one.recent].map(finite);
  const before = seen.map(() => null);
  const ahead = [...expected].map(() => null);
  const times = [
    ...seen.map((_, at) => from - (seen.length - at) * stepMs),
    ...ahead.map((_, at) => from + at * stepMs),
  ];
  const { limit, unit } = request;
  const chart = {
    title: `${name} of ${one.entity}, ${horizon} ahead`,
    from: times[0] ?? from,
    to: times.at(-1) ?? from,
    timeZone,
    panels: [
      {
        ...{ name, unit, times },
        values: [...seen, ...ahead],
        expected: [...before, ...Array.from(expected, finite)],
        lower: [...before, ...Array.from(lower, finite)],
        upper: [...before, ...Array.from(upper, finite)],
        limits: limit === null ? [] : [{ value: limit, label: `limit ${formatValue(limit, unit)}` }],
      },
    ],
    spans: [],
    simulated,
  };
  return { ...chart, alt: altOf(chart) };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
