import type { Departure, EntityForecast, ForecastRequest, LimitOutlook } from '../core/forecast.ts';
import type { Forecaster, TimeSeries } from '../core/forecaster.ts';
import { boundsOf } from './bounds.ts';
import { createChooser } from './choose.ts';
import { findDeparture } from './departure.ts';
import { fastForecasters } from './fast-forecasters.ts';
import { isBeyond, meetLimit } from './meet-limit.ts';

export type ForecastEntityOptions = {
  readonly entity: string;
  readonly history: TimeSeries;
  readonly request: Pick<ForecastRequest, 'unit' | 'harm' | 'limit' | 'horizonMs'>;
  readonly forecasters: readonly [Forecaster, ...Forecaster[]];
};

/** A series whose last value is so many rows old has gone silent. */
const silentRows = 3;

/** Everything that is said of one entity. Pure: same history, same words. */
export function forecastEntity({ entity, history, request, forecasters }: ForecastEntityOptions): EntityForecast {
  const { from, stepMs, values } = history;
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  if (last < values.length - silentRows) return { kind: 'silent', entity, lastSeen: from + last * stepMs };
  const steps = Math.round(request.horizonMs / stepMs);
  const bounds = boundsOf(request.unit, values);
  const fit = createChooser({ forecasters, steps }).fit(history, bounds);
  if (fit.kind === 'too little history')
    return { kind: fit.kind, entity, knownMs: fit.rows * stepMs, neededMs: fit.needed * stepMs };
  if (fit.kind === 'unsuited') return { ...fit, entity };

  const chosen = fit.forecaster;
  const now = from + (values.length - 1) * stepMs;
  const timeOf = (step: number): number => now + step * stepMs;
  const seen = values[last] ?? Number.NaN;
  const { limit, harm } = request;
  const departure = departureOf();
  return {
    kind: 'forecast',
    entity,
    seen,
    seenAt: from + last * stepMs,
    band: { from: timeOf(1), stepMs, ...chosen.forecast(steps) },
    contenders: chosen.contenders,
    limit: limitOf(),
    departure,
  };

  function limitOf(): LimitOutlook | null {
    return limit === null ? null : meetLimit({ limit, harm, seen, paths: chosen.paths(steps), timeOf });
  }

  function departureOf(): Departure | null {
    const winner = fastForecasters().find(({ name }) => name === chosen.name);
    const found = findDeparture({
      history,
      bounds,
      steps,
      forecasters: winner === undefined ? fastForecasters() : [winner],
    });
    if (found === null) return null;
    const reaching = limit === null || isBeyond(harm, limit)(seen) ? -1 : found.goesOn.findIndex(isBeyond(harm, limit));
    return {
      since: from + found.since * stepMs,
      expected: found.expected,
      reaches: reaching < 0 ? null : timeOf(reaching + 1),
    };
  }
}
