import { UsageError } from './core/errors.ts';
import type { ForecastMetric, ForecastReport, ForecastRequest } from './core/forecast.ts';
import type { Log } from './core/log.ts';
import type { PrometheusConnection } from './core/prometheus-connection.ts';
import { runWorker } from './run-worker.ts';
import { createTurns } from './turns.ts';

/** What the worker is given when it starts. */
export type ForecastJob = {
  readonly request: ForecastRequest;
  readonly prometheus: PrometheusConnection;
  readonly now: number;
};

export type ForecastsOptions = {
  readonly prometheus: PrometheusConnection;
  readonly now: () => number;
  readonly log: Log;
  readonly workerUrl?: URL;
  readonly deadlineMs?: number;
};

export type Forecasts = {
  /** In a worker thread, one after another: whoever asks waits, and nobody else does. */
  readonly forecast: ForecastMetric;
  /** Ends the worker that runs and lets the ones that wait fail. */
  stop(): Promise<void>;
};

const defaultDeadlineMs = 110_000;
/** Whoever came behind more of them would wait longer than a command may take. */
const mostWaiting = 4;

export function createForecasts(options: ForecastsOptions): Forecasts {
  const { prometheus, now, log, deadlineMs = defaultDeadlineMs } = options;
  const url = options.workerUrl ?? new URL('./forecast-worker.ts', import.meta.url);
  const turns = createTurns();

  async function forecastNow(request: ForecastRequest, signal: AbortSignal): Promise<ForecastReport> {
    const startedAt = now();
    const job: ForecastJob = { request, prometheus, now: startedAt };
    const report = await runWorker<ForecastJob, ForecastReport>({ url, job, deadlineMs, what: 'the forecast' }, signal);
    const { entities, leftOut } = report;
    log.info('a metric was forecast', { entities: entities.length, leftOut, tookMs: now() - startedAt });
    return report;
  }

  return {
    async forecast(request, signal) {
      if (turns.waiting() >= mostWaiting)
        throw new UsageError(`${mostWaiting} forecasts are being made already. Ask again in a minute.`);
      return turns.take((either) => forecastNow(request, either), signal);
    },
    stop: () => turns.stop('the bot is stopping'),
  };
}
