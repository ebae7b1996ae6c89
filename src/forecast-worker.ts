import { parentPort, workerData } from 'node:worker_threads';
import { forecastMetric } from './forecast/forecast-metric.ts';
import { loadProphetForecaster } from './forecast/prophet.ts';
import type { ForecastJob } from './forecast.ts';
import { createPrometheusSource } from './metrics/prometheus.ts';
import { answerOf } from './run-worker.ts';

/** A process of its own in small: reads the history of one metric, forecasts it, answers once and ends. */

const { request, prometheus, now } = workerData as ForecastJob;
const source = createPrometheusSource({ ...prometheus, fetch });
// The deadline is whose who ends this thread.
const { signal } = new AbortController();
parentPort?.postMessage(
  await answerOf(() => forecastMetric({ source, request, now, loadSlow: loadProphetForecaster }, signal)),
);
