import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { StatusReport } from '../core/status.ts';
import type { Telemetry } from '../core/telemetry.ts';
import { addKeptMetrics, type KeptFigures } from './kept-metrics.ts';
import { createStateMetrics } from './state-metrics.ts';

export type TelemetryOptions = KeptFigures & {
  readonly now: () => number;
  /** What is true now, asked at each scrape. */
  readonly status: () => StatusReport;
};

export type ScrapedTelemetry = Telemetry & {
  readonly contentType: string;
  /** Everything in Prometheus's text format. */
  text(): Promise<string>;
};

const quick = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const patient = [0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600];
const lasting = [60, 300, 900, 1_800, 3_600, 14_400, 43_200, 86_400];
/** More different values than this of one label are counted together. */
const maxLabelValues = 50;

/** What the bot measures of itself, on a registry of its own, so that two bots in one process do not mix. */
export function createTelemetry({ now, status, logs, backup, heartbeat }: TelemetryOptions): ScrapedTelemetry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = createMetrics(registry);
  const state = createStateMetrics(registry);
  addKeptMetrics(registry, { logs, backup, heartbeat }, now);
  const watchLabel = boundedLabel();
  const platformLabel = boundedLabel();
  const providerLabel = boundedLabel();
  const outcomeLabel = boundedLabel();
  const commandLabel = boundedLabel();

  return {
    contentType: registry.contentType,
    text() {
      state.show(status());
      return registry.metrics();
    },
    tick(outcome, tookMs, lagMs) {
      metrics.ticks.inc({ outcome });
      metrics.tickDuration.observe(seconds(tookMs));
      metrics.tickLag.set(seconds(lagMs));
      metrics.lastTick.set(seconds(now()));
    },
    detection(watch) {
      metrics.detections.inc({ watch: watchLabel(watch) });
    },
    incident(event, { watch, kind, severity, openedAt, lastSeenAt }) {
      const labels = { watch: watchLabel(watch), kind };
      if (event === 'opened') metrics.incidentsOpened.inc({ ...labels, severity });
      else metrics.incidentDuration.observe(labels, seconds(lastSeenAt - openedAt));
    },
    notice(platform, outcome, ageMs) {
      metrics.notices.inc({ platform: platformLabel(platform), outcome });
      if (outcome === 'told') metrics.noticeAge.observe({ platform: platformLabel(platform) }, seconds(ageMs));
    },
    provider(provider, outcome, tookMs, tokens) {
      const labels = { provider: providerLabel(provider) };
      metrics.providerCalls.inc({ ...labels, outcome: outcomeLabel(outcome) });
      metrics.providerDuration.observe(labels, seconds(tookMs));
      metrics.providerTokens.inc(labels, Number.isFinite(tokens) ? Math.max(0, tokens) : 0);
    },
    command(name, outcome, tookMs) {
      metrics.commandDuration.observe({ command: commandLabel(name), outcome }, seconds(tookMs));
    },
  };
}

function createMetrics(registry: Registry) {
  const registers = [registry];
  const prefixed = (name: string, help: string) => ({ name: `smartcloudops_${name}`, help, registers });
  return {
    ticks: new Counter({ ...prefixed('ticks_total', 'Ticks by outcome'), labelNames: ['outcome'] }),
    tickDuration: new Histogram({ ...prefixed('tick_duration_seconds', 'How long a tick took'), buckets: quick }),
    tickLag: new Gauge(prefixed('tick_lag_seconds', 'How late the last tick began after its time')),
    lastTick: new Gauge(prefixed('last_tick_timestamp_seconds', 'When the last tick ended, Unix time')),
    detections: new Counter({
      ...prefixed('detections_total', 'Anomalous rows by watch'),
      labelNames: ['watch'],
    }),
    incidentsOpened: new Counter({
      ...prefixed('incidents_opened_total', 'Incidents that began'),
      labelNames: ['watch', 'kind', 'severity'],
    }),
    incidentDuration: new Histogram({
      ...prefixed('incident_duration_seconds', 'From the first sign of an incident to its last, when it is over'),
      labelNames: ['watch', 'kind'],
      buckets: lasting,
    }),
    notices: new Counter({
      ...prefixed('notices_total', 'Sends of notices by platform and outcome'),
      labelNames: ['platform', 'outcome'],
    }),
    noticeAge: new Histogram({
      ...prefixed('notice_age_seconds', 'From owing a notice to having told it'),
      labelNames: ['platform'],
      buckets: patient,
    }),
    providerCalls: new Counter({
      ...prefixed('provider_calls_total', 'Calls of AI providers by outcome'),
      labelNames: ['provider', 'outcome'],
    }),
    providerDuration: new Histogram({
      ...prefixed('provider_call_duration_seconds', 'How long a call of an AI provider took'),
      labelNames: ['provider'],
      buckets: quick,
    }),
    providerTokens: new Counter({
      ...prefixed('provider_tokens_total', 'Tokens that AI providers were sent and sent back'),
      labelNames: ['provider'],
    }),
    commandDuration: new Histogram({
      ...prefixed('command_duration_seconds', 'From a command to its reply, by outcome'),
      labelNames: ['command', 'outcome'],
      buckets: quick,
    }),
  };
}

/** Lets the first values through and calls the rest "other": a label's values must not grow with what people type. */
function boundedLabel(): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.size < maxLabelValues) known.add(value);
    return known.has(value) ? value : 'other';
  };
}

/** The client throws on what is no number, and measuring must never break what is measured. */
function seconds(ms: number): number {
  return Number.isFinite(ms) ? Math.max(0, ms / 1_000) : 0;
}
