import { parentPort, workerData } from 'node:worker_threads';
import { forecastMetric } from './forecast/forecast-metric.ts';
import { loadProphetForecaster } from './forecast/prophet.ts';
import type { ForecastJob } from './forecast.ts';
import { createPrometheusSource } from './metrics/prometheus.ts';
import { answerOf } from './run-worker.ts';

/** A process of its own in small: reads the history of one metric, forecasts it, answers once and ends. */

/** Whoever asks over HTTP is answered within a minute, and on a busy machine a series takes several seconds. */
const enoughMs = 30_000;

const { request, prometheus, now } = workerData as ForecastJob;
const startedAt = performance.now();
const hasTime = (): boolean => performance.now() - startedAt < enoughMs;
const source = createPrometheusSource({ ...prometheus, fetch });
// The deadline is whose who ends this thread.
const { signal } = new AbortController();
parentPort?.postMessage(
  await answerOf(() => forecastMetric({ source, request, now, loadSlow: loadProphetForecaster, hasTime }, signal)),
);
