import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { type Command, type CommandOption, defineCommand } from '../core/command.ts';
import { durationMs } from '../core/duration.ts';
import { UsageError } from '../core/errors.ts';
import type { ForecastMetric, ForecastRequest } from '../core/forecast.ts';
import { say } from '../core/reply.ts';
import type { Situation } from '../core/situation.ts';
import type { Harm, Watch, WatchedMetric } from '../core/watch.ts';
import { entityNames } from './entity-names.ts';
import { type Asked, forecastReply } from './forecast-reply.ts';
import { matching } from './watch-option.ts';
import { metricNames, watchedMetric } from './watched-metric.ts';

export type ForecastDeps = {
  readonly forecast: ForecastMetric;
  readonly watches: readonly Watch[];
  readonly situation: () => Situation;
  readonly simulated: boolean;
  readonly timeZone: string;
};

/** Histories are read, everything is tested on them, and another forecast may come first. */
const deadlineMs = 120_000;
const hourMs = 3_600_000;
const [shortestHours, longestDays] = [1, 14];
const horizonShape = /^(\d+[mhdw])+$/;
const limitShape = /^-?\d+(\.\d+)?%?$/;
const usualHorizon = '6h';
/** A percentage is full, or used up, somewhere; of anything else only whoever asks knows what is too much. */
const usualPercent = { up: 90, both: 90, down: 10 } as const;

const options: readonly CommandOption[] = [
  {
    name: 'metric',
    summary: 'a watched metric such as cpu, or PromQL (in quotes when there are blanks in it)',
    required: true,
    choices: [],
    completes: true,
    oneWord: true,
  },
  { name: 'entity', summary: 'of one entity instead of all', required: false, choices: [], completes: true },
  {
    name: 'horizon',
    summary: `how far ahead: 12h, 24h, 7d; ${usualHorizon} when left out`,
    required: false,
    choices: [],
    completes: true,
    shape: horizonShape,
  },
  {
    name: 'limit',
    summary: "what is not to be reached, in the metric's unit; 90 for percentages when left out",
    required: false,
    choices: [],
    completes: false,
    shape: limitShape,
  },
];

const horizonInput = z
  .string()
  .trim()
  .regex(horizonShape, 'The horizon is a length of time such as 6h, 24h or 7d.')
  .refine((text) => {
    const ms = durationMs(text);
    return ms >= shortestHours * hourMs && ms <= longestDays * 24 * hourMs;
  }, `The horizon is between ${shortestHours}h and ${longestDays}d.`);

const limitInput = z.string().trim().regex(limitShape, "The limit is a number in the metric's unit, for instance 90.");

/** When a metric reaches a limit, or that it does not, with how sure that is and how the forecaster did before. */
export function createForecast({ forecast, watches, situation, simulated, timeZone }: ForecastDeps): Command {
  return defineCommand({
    path: ['forecast'],
    summary: 'When a metric reaches a limit, or what it will be',
    effect: 'read',
    role: 'viewer',
    options,
    input: z.strictObject({
      metric: z.string().trim().min(1, 'Say which metric, for instance "forecast cpu".').max(2_000),
      entity: z.string().trim().min(1).max(200).optional(),
      horizon: horizonInput.default(usualHorizon),
      limit: limitInput.optional(),
    }),
    deadlineMs,
    run: async ({ metric: named, entity = null, horizon, limit }, { show }, signal) => {
      const watched = watchedMetric(watches, named);
      const { unit, harm }: Pick<WatchedMetric, 'unit' | 'harm'> = watched?.metric ?? { unit: '', harm: 'up' };
      const request: ForecastRequest = {
        query: watched?.metric.query ?? named,
        unit,
        harm,
        entityLabel: watched?.watch.entityLabel ?? null,
        entity,
        horizonMs: durationMs(horizon),
        limit: limit === undefined ? usualLimitOf(unit, harm) : Number(limit.replace('%', '')),
      };
      const of = `${watched === null ? 'the query' : named}${entity === null ? '' : ` of ${entity}`}`;
      const [report] = await Promise.all([
        forecast(request, signal),
        show(say(`Reading the history of ${of} and trying out who forecasts it best …`)),
      ]);
      const asked: Asked = { name: watched === null ? 'the query' : named, horizon, simulated, timeZone, request };
      if (report.entities.length === 0) throw nothing(named, watches);
      return forecastReply(asked, report);
    },
    complete: async (option, typed) => {
      if (option === 'metric') return matching(metricNames(watches), typed);
      if (option === 'entity') return matching(entityNames(situation()), typed);
      return option === 'horizon' ? matching(['6h', '12h', '24h', '2d', '7d', '14d'], typed) : [];
    },
  });
}

function usualLimitOf(unit: string, harm: Harm): number | null {
  return unit === '%' ? usualPercent[harm] : null;
}

function nothing(named: string, watches: readonly Watch[]): UsageError {
  const names = metricNames(watches);
  const nearest = /^\w+$/.test(named) && names.length > 0 ? ` Did you mean "${closest(named, names)}"?` : '';
  return new UsageError(`Nothing matches "${named}": there is no such series, and nothing to forecast.${nearest}`);
}
