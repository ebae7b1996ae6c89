import type { z } from 'zod';
import type { AiStatus, Answer, ProviderTest } from '../core/ai.ts';
import type { Incident } from '../core/incident.ts';
import type { EntityState, WatchSituation } from '../core/situation.ts';
import type { PlatformStatus, StatusReport } from '../core/status.ts';
import type { Forecast } from './api.ts';
import type {
  aiStatusResponse,
  forecastResponse,
  healthResponse,
  incidentsResponse,
  queryResponse,
  statusResponse,
  testResponse,
} from './schemas.ts';

/** The house's nouns as the HTTP API writes them: snake_case, times in ISO 8601, ages in seconds, a gap as null. */
export function statusView(report: StatusReport): z.infer<typeof statusResponse> {
  const { situation, lastTick, now } = report;
  return {
    status: report.state,
    problems: [...report.problems],
    version: report.version,
    uptime_seconds: secondsBetween(report.startedAt, now),
    last_tick: lastTick && {
      at: iso(lastTick.at),
      age_seconds: secondsBetween(lastTick.at, now),
      took_ms: lastTick.tookMs,
      outcome: lastTick.outcome,
    },
    prometheus: {
      reachable: situation.source.reachable,
      since: iso(situation.source.since),
      simulated: situation.simulated,
      reason: situation.source.because,
    },
    watches: situation.watches.map((watch) => watchView(watch, now)),
    open_incidents: situation.open.length,
    platforms: report.platforms.map(platformView),
    ai_status: aiStatusView(report.ai),
    notices_owed: {
      count: report.owed.notices,
      oldest_age_seconds: report.owed.oldestMs === null ? null : seconds(report.owed.oldestMs),
    },
    store: report.store,
  };
}

export function aiStatusView(status: AiStatus): z.infer<typeof aiStatusResponse> {
  return {
    current_provider: status.current,
    choice: status.choice,
    available_providers: [...status.available],
    models: status.models,
    warnings: [...status.warnings],
    resting: status.resting.map(({ provider, until, because }) => ({ provider, until: iso(until), because })),
  };
}

export function queryView(answer: Answer): z.infer<typeof queryResponse> {
  return {
    answer: answer.text,
    provider: answer.provider,
    model: answer.model,
    passed_over: [...answer.passedOver],
  };
}

export function testView(tests: readonly ProviderTest[]): z.infer<typeof testResponse> {
  return {
    results: tests.map((test) => ({
      provider: test.provider,
      model: test.model,
      success: test.kind === 'works',
      latency_ms: test.latencyMs,
      error: test.kind === 'works' ? null : test.because,
    })),
  };
}

export function forecastView(forecast: Forecast): z.infer<typeof forecastResponse> {
  const { text, metric, unit, limit, horizonMs, now, leftOut, entities } = forecast;
  return {
    text,
    metric,
    unit,
    limit,
    horizon_seconds: seconds(horizonMs),
    now: iso(now),
    left_out: leftOut,
    entities: entities.map(({ entity, text, by, meets, chance, moment, band }) => ({
      entity,
      text,
      forecaster: by?.name ?? null,
      error: by?.error ?? null,
      tests: by?.tests ?? 0,
      limit: meets,
      chance,
      reaches: moment && { at: iso(moment.at), from: iso(moment.from), to: moment.to === null ? null : iso(moment.to) },
      band: band.map(({ at, ...values }) => ({ at: iso(at), ...values })),
    })),
  };
}

export function incidentsView(incidents: readonly Incident[]): z.infer<typeof incidentsResponse> {
  return incidents.map((incident) => ({
    id: incident.id,
    watch: incident.watch,
    entity: incident.entity,
    kind: incident.kind,
    state: incident.state.kind,
    severity: incident.severity,
    since: iso(incident.openedAt),
    last_seen: iso(incident.lastSeenAt),
    resolved_at: incident.state.kind === 'resolved' ? iso(incident.state.since) : null,
    confidence: incident.confidence,
    because: incident.because.map(({ metric, expected, seen, share }) => ({
      metric,
      expected: finite(expected),
      seen: finite(seen),
      share: finite(share),
    })),
    alongside: incident.others.map(({ entity }) => entity),
  }));
}

/** A tick that is later than this after its time means that something hangs. */
const stuckAfterMs = 600_000;

/** Alive is not the same as well: an unreachable Prometheus is no reason to restart this process, a stuck tick is. */
export function healthView({ now, startedAt, lastTick, pollPauseMs }: StatusReport): z.infer<typeof healthResponse> {
  const silentMs = now - (lastTick?.at ?? startedAt);
  if (silentMs <= pollPauseMs + stuckAfterMs) return { status: 'ok', reason: null };
  return { status: 'stuck', reason: `No tick has run for ${seconds(silentMs)} seconds.` };
}

function watchView(watch: WatchSituation, now: number): z.infer<typeof statusResponse>['watches'][number] {
  const { model } = watch;
  const inState = (state: EntityState): number => watch.entities.filter((entity) => entity.state === state).length;
  return {
    name: watch.watch,
    model:
      model.kind === 'none'
        ? { state: 'none', reason: model.because }
        : {
            state: 'ready',
            version: model.version,
            trained_at: iso(model.trainedAt),
            age_seconds: secondsBetween(model.trainedAt, now),
            rows: model.rows,
            entities: model.entities,
          },
    data_age_seconds: watch.at === null ? null : secondsBetween(watch.at, now),
    entities: watch.entities.length,
    by_state: {
      normal: inState('normal'),
      anomalous: inState('anomalous'),
      warming_up: inState('warming up'),
      silent: inState('silent'),
    },
  };
}

function platformView({
  name,
  configured,
  connection,
}: PlatformStatus): z.infer<typeof statusResponse>['platforms'][number] {
  return {
    name,
    configured,
    state: connection?.kind ?? 'off',
    since: connection === null || connection.kind === 'starting' ? null : iso(connection.since),
    reason: connection?.kind === 'disconnected' ? connection.because : null,
  };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

function secondsBetween(from: number, to: number): number {
  return Math.max(0, seconds(to - from));
}

/** JSON has no NaN and no infinity: a gap is null, never zero. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
