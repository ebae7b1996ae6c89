import { describe, expect, it } from 'vitest';
import type { EntitySituation, Reading, WatchSituation } from '../../src/core/situation.ts';
import type { StatusReport } from '../../src/core/status.ts';
import { createTelemetry } from '../../src/http/metrics.ts';
import { commandBench, noon } from '../commands/list.ts';
import { incident } from './start-sidecar.ts';

const reading: Reading = {
  metric: 'cpu',
  unit: '%',
  harm: 'up',
  query: 'cpu',
  value: 93,
  expected: 40,
  lower: 30,
  upper: 50,
};
const entityOf = (entity: string, changes: Partial<EntitySituation> = {}): EntitySituation => ({
  entity,
  state: 'normal',
  at: noon,
  score: 0.25,
  readings: [reading],
  ...changes,
});
const watchOf = (entities: readonly EntitySituation[]): WatchSituation => ({
  watch: 'hosts',
  model: { kind: 'ready', version: 'v1', trainedAt: noon - 60_000, rows: 100, entities: 1, trouble: null },
  at: noon - 5_000,
  unread: null,
  entities,
});

/** Nothing of logs and backups, which have figures and tests of their own. */
const kept = {
  logs: () => ({ bufferedBytes: 0, spooledBytes: 0, lost: 0, failing: null }),
  backup: null,
  heartbeat: null,
};

/** What a bot in this state exports, without the lines about the process. */
async function exported(report: () => StatusReport): Promise<readonly string[]> {
  const text = await createTelemetry({ ...kept, now: () => noon, status: report }).text();
  return text.split('\n').filter((line) => line.startsWith('smartcloudops_'));
}

function reportOf(changes: Partial<StatusReport>, watches: readonly WatchSituation[] = []): StatusReport {
  return { ...commandBench({ watches, simulated: false }).status(), ...changes };
}

describe('what is true now, as Prometheus reads it', () => {
  it('is the source, the platforms that are configured, the providers, the incidents and what is owed', async () => {
    const bench = commandBench({
      simulated: false,
      source: { reachable: false, since: 0, because: 'refused' },
      open: [incident, { ...incident, id: 'i3', severity: 'critical' }],
    });
    const resting = [{ provider: 'gemini' as const, until: noon + 1, because: 'refused the key' }];
    const lines = await exported(() => ({
      ...bench.status(),
      platforms: [
        { name: 'slack', configured: true, connection: { kind: 'disconnected', since: 0, because: 'refused' } },
        { name: 'console', configured: true, connection: { kind: 'connected', since: 0 } },
        { name: 'discord', configured: false, connection: null },
      ],
      ai: { ...bench.status().ai, available: ['gemini', 'fallback'], resting },
      owed: { notices: 2, oldestMs: 1_500 },
    }));
    expect(lines).toEqual(
      expect.arrayContaining([
        'smartcloudops_build_info{version="1.2.3"} 1',
        'smartcloudops_prometheus_up 0',
        'smartcloudops_simulated 0',
        'smartcloudops_notices_owed 2',
        'smartcloudops_notices_owed_oldest_age_seconds 1.5',
        'smartcloudops_platform_connected{platform="slack"} 0',
        'smartcloudops_platform_connected{platform="console"} 1',
        'smartcloudops_provider_resting{provider="gemini"} 1',
        'smartcloudops_provider_resting{provider="fallback"} 0',
        'smartcloudops_open_incidents{kind="anomaly",severity="warning"} 1',
        'smartcloudops_open_incidents{kind="anomaly",severity="critical"} 1',
        'smartcloudops_open_incidents{kind="no data",severity="warning"} 0',
      ]),
    );
    expect(lines.join('\n')).not.toContain('discord');
  });

  it('is the model of every watch, and no time of training where there is none', async () => {
    const without: WatchSituation = {
      watch: 'api',
      model: { kind: 'none', because: 'new' },
      at: null,
      unread: null,
      entities: [],
    };
    const lines = await exported(() => reportOf({}, [watchOf([entityOf('a'), entityOf('b')]), without]));
    expect(lines.filter((line) => /model|watch_read_|entities\{/.test(line))).toEqual([
      'smartcloudops_model_ready{watch="hosts"} 1',
      'smartcloudops_model_ready{watch="api"} 0',
      `smartcloudops_model_trained_timestamp_seconds{watch="hosts"} ${noon / 1_000 - 60}`,
      'smartcloudops_model_failing{watch="hosts"} 0',
      `smartcloudops_watch_read_timestamp_seconds{watch="hosts"} ${noon / 1_000 - 5}`,
      'smartcloudops_entities{watch="hosts",state="normal"} 2',
      ...['anomalous', 'warming up', 'silent'].map(
        (state) => `smartcloudops_entities{watch="hosts",state="${state}"} 0`,
      ),
      ...['normal', 'anomalous', 'warming up', 'silent'].map(
        (state) => `smartcloudops_entities{watch="api",state="${state}"} 0`,
      ),
    ]);
  });

  it('is whether a watch keeps an older model', async () => {
    const watch = watchOf([]);
    const model = { ...watch.model, trouble: 'the last training failed (no memory)' };
    expect(await exported(() => reportOf({}, [{ ...watch, model }]))).toContain(
      'smartcloudops_model_failing{watch="hosts"} 1',
    );
  });

  it('is which watch can not be read, and nothing of any while Prometheus answers nobody', async () => {
    const unread = { since: noon - 60_000, because: 'parse error' };
    const watches = [watchOf([]), { ...watchOf([]), watch: 'api', unread }];
    const unreadable = async (reachable: boolean): Promise<readonly string[]> => {
      const source = { reachable, since: noon, because: null };
      const lines = await exported(commandBench({ watches, source }).status);
      return lines.filter((line) => line.includes('unreadable'));
    };
    expect(await unreadable(true)).toEqual([
      'smartcloudops_watch_unreadable{watch="hosts"} 0',
      'smartcloudops_watch_unreadable{watch="api"} 1',
    ]);
    expect(await unreadable(false)).toEqual([]);
  });

  it('is the score of every entity, with what was read and what is usual; a gap is no sample', async () => {
    const blind = { ...reading, value: Number.NaN, expected: null, lower: null, upper: null };
    const lines = await exported(() =>
      reportOf({}, [watchOf([entityOf('web-1'), entityOf('web "2"\n', { score: null, readings: [blind] })])]),
    );
    expect(lines.filter((line) => /entity=/.test(line))).toEqual([
      'smartcloudops_anomaly_score{watch="hosts",entity="web-1"} 0.25',
      'smartcloudops_metric_value{watch="hosts",entity="web-1",metric="cpu"} 93',
      'smartcloudops_metric_expected{watch="hosts",entity="web-1",metric="cpu"} 40',
      'smartcloudops_metric_expected_lower{watch="hosts",entity="web-1",metric="cpu"} 30',
      'smartcloudops_metric_expected_upper{watch="hosts",entity="web-1",metric="cpu"} 50',
    ]);
  });

  it('escapes whatever an entity is called', async () => {
    const lines = await exported(() => reportOf({}, [watchOf([entityOf('a"} 1\nup{x="\\')])]));
    expect(lines).toContain('smartcloudops_anomaly_score{watch="hosts",entity="a\\"} 1\\nup{x=\\"\\\\"} 0.25');
  });

  it('is of two hundred entities at most, and says how many were left out', async () => {
    const many = Array.from({ length: 250 }, (_, at) => entityOf(`host-${String(at).padStart(3, '0')}`)).toReversed();
    const lines = await exported(() => reportOf({}, [watchOf(many)]));
    const scores = lines.filter((line) => line.startsWith('smartcloudops_anomaly_score'));
    expect([scores.length, scores[0], scores.at(-1)]).toEqual([
      200,
      expect.stringContaining('"host-000"'),
      expect.stringContaining('"host-199"'),
    ]);
    expect(lines).toContain('smartcloudops_entities_left_out 50');
    expect(lines).toContain('smartcloudops_entities{watch="hosts",state="normal"} 250');
  });

  it('forgets what is gone', async () => {
    let watches = [watchOf([entityOf('a'), entityOf('b')])];
    const telemetry = createTelemetry({ ...kept, now: () => noon, status: () => reportOf({}, watches) });
    expect(await telemetry.text()).toContain('entity="b"');
    watches = [watchOf([entityOf('a')])];
    expect(await telemetry.text()).not.toContain('entity="b"');
  });
});

describe('what has happened, as Prometheus reads it', () => {
  it('counts incidents that began and measures those that are over', async () => {
    const telemetry = createTelemetry({ ...kept, now: () => noon, status: () => reportOf({}) });
    telemetry.incident('opened', incident);
    telemetry.incident('resolved', { ...incident, lastSeenAt: incident.openedAt + 200_000 });
    const lines = (await telemetry.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'smartcloudops_incidents_opened_total{watch="hosts",kind="anomaly",severity="warning"} 1',
        'smartcloudops_incident_duration_seconds_sum{watch="hosts",kind="anomaly"} 200',
        'smartcloudops_incident_duration_seconds_bucket{le="300",watch="hosts",kind="anomaly"} 1',
      ]),
    );
  });
});
