import { setImmediate } from 'node:timers/promises';
import type { EntityForecast, ForecastReport, ForecastRequest } from '../core/forecast.ts';
import type { Forecaster, TimeSeries } from '../core/forecaster.ts';
import type { MetricSource } from '../core/metric-source.ts';
import type { Harm } from '../core/watch.ts';
import { fastForecasters } from './fast-forecasters.ts';
import { forecastEntity } from './forecast-entity.ts';
import { planOf } from './plan.ts';
import { readHistories } from './read-histories.ts';
import { byUrgency } from './urgency.ts';

export type ForecastMetricOptions = {
  readonly source: MetricSource;
  readonly request: ForecastRequest;
  readonly now: number;
  /** Brings the forecaster that is too slow for many series, and too heavy to load for nothing. */
  readonly loadSlow: () => Promise<Forecaster>;
  /** Whether there is time for another entity; the first is always forecast. */
  readonly hasTime: () => boolean;
};

/** A series takes up to half a second, and one with the slow forecaster up to three: people wait. */
const [mostEntities, mostWithSlow] = [30, 8];

/** Reads the histories of a metric, forecasts each, and puts the most urgent first. Throws as `readHistories`. */
export async function forecastMetric(options: ForecastMetricOptions, signal: AbortSignal): Promise<ForecastReport> {
  const { source, request, now, loadSlow, hasTime } = options;
  const range = planOf(request.horizonMs, now);
  const histories = await readHistories(source, request, range, signal);
  const nearest = [...histories].toSorted(byHarm(request.harm)).slice(0, mostEntities);
  const fast = fastForecasters();
  const forecasters =
    nearest.length > 0 && nearest.length <= mostWithSlow ? ([...fast, await loadSlow()] as const) : fast;
  const entities: EntityForecast[] = [];
  for (const [entity, history] of nearest) {
    if (entities.length > 0 && !hasTime()) break;
    entities.push(forecastEntity({ entity, history, request, forecasters }));
    // The memory of models in WebAssembly is given back between turns of the event loop.
    await setImmediate(undefined, { signal });
  }
  return {
    now: range.to,
    stepMs: range.stepMs,
    historyMs: range.to - range.from + range.stepMs,
    entities: byUrgency(entities, request.harm),
    leftOut: histories.size - entities.length,
  };
}

/** By the last value, the worst first; those without one last. */
function byHarm(harm: Harm): (a: readonly [string, TimeSeries], b: readonly [string, TimeSeries]) => number {
  const badness = ([, { values }]: readonly [string, TimeSeries]): number => {
    const last = values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN;
    return Number.isNaN(last) ? Number.NEGATIVE_INFINITY : harm === 'down' ? -last : last;
  };
  return (a, b) => badness(b) - badness(a) || (a[0] < b[0] ? -1 : 1);
}
