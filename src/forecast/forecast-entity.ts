import type { EntityForecast, ForecastRequest } from '../core/forecast.ts';
import type { Forecaster, TimeSeries } from '../core/forecaster.ts';
import { boundsOf } from './bounds.ts';
import { createChooser } from './choose.ts';
import { meetLimit } from './meet-limit.ts';

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
  const fit = createChooser({ forecasters, steps }).fit(history, boundsOf(request.unit, values));
  if (fit.kind === 'too little history')
    return { kind: fit.kind, entity, knownMs: fit.rows * stepMs, neededMs: fit.needed * stepMs };
  if (fit.kind === 'unsuited') return { ...fit, entity };

  const chosen = fit.forecaster;
  const now = from + (values.length - 1) * stepMs;
  const timeOf = (step: number): number => now + step * stepMs;
  const seen = values[last] ?? Number.NaN;
  const { limit, harm } = request;
  return {
    kind: 'forecast',
    entity,
    seen,
    seenAt: from + last * stepMs,
    recent: values.slice(-steps),
    band: { from: timeOf(1), stepMs, ...chosen.forecast(steps) },
    contenders: chosen.contenders,
    limit: limit === null ? null : meetLimit({ limit, harm, seen, paths: chosen.paths(steps), timeOf }),
  };
}
