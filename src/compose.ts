import cron from 'node-cron';
import { createAsk } from './ai/answer.ts';
import { createBacktests } from './backtest.ts';
import { backupTroubles, createBackupJob } from './backup/backup-job.ts';
import { createPainter } from './charts/painter.ts';
import { createRememberingPainter } from './charts/remember.ts';
import { createCommands } from './commands/list.ts';
import { composeAi } from './compose-ai.ts';
import { composeChat } from './compose-chat.ts';
import { composeHealth } from './compose-health.ts';
import { composeIncidents } from './compose-incidents.ts';
import { openAuditAnchors, openBackups, openModelBlobs } from './compose-storage.ts';
import type { Config } from './config/config.ts';
import { connectionOf } from './config/outside.ts';
import { createConverse } from './converse.ts';
import { hiderOf } from './core/hide-secrets.ts';
import type { Log } from './core/log.ts';
import { type Grant, roleOf } from './core/person.ts';
import { createDelivery, troubleWith } from './deliver.ts';
import { startDemoCluster } from './demo/cluster.ts';
import { createFusedDetector } from './detection/fused-detector.ts';
import { createForecasts } from './forecast.ts';
import { createApi } from './http/api.ts';
import { createTelemetry } from './http/metrics.ts';
import { createSidecar } from './http/sidecar.ts';
import { cardOf, contextOf } from './incidents/card.ts';
import { cronLogger } from './log.ts';
import { archiveTroubles, type LogArchive } from './logs/archive.ts';
import { createFrameSource } from './metrics/frames.ts';
import { createPrometheusSource } from './metrics/prometheus.ts';
import { createModelControl } from './model-control.ts';
import { createPictures } from './picture.ts';
import { createRecorder } from './record.ts';
import { createRefit } from './refit.ts';
import { createModelRegistry } from './store/model-registry.ts';
import { openStore } from './store/open-store.ts';
import { createTell } from './tell.ts';
import { createTrainer } from './train.ts';
import { createTriage } from './triage.ts';
import { versionOf } from './version.ts';
import { createWatcher } from './watch.ts';

export type Bot = {
  start(): Promise<void>;
  /** Stops in the reverse order of starting. */
  stop(): Promise<void>;
};

/** So many of the last incidents `/incidents` gives beside those that are open. */
const recentIncidents = 500;
/** Whoever passed the sidecar's door (loopback, or the key) is who runs this bot. */
export const doorKeepers: readonly Grant[] = [
  { role: 'admin', platform: 'console', to: 'person', id: 'local' },
  { role: 'admin', platform: 'http', to: 'person', id: 'api' },
];
/** Every quarter of an hour it is written down elsewhere where the record of actions ends. */
const anchorCron = '7,22,37,52 * * * *';
/** A week of a few hundred series is some tens of megabytes. */
const maxAnswerBytes = 256 * 1_024 * 1_024;
/** What people ask for is read beside the ticks, and each megabyte holds them up: some thousand series over a day. */
const maxAskedBytes = 8 * 1_024 * 1_024;
/** The history of a metric that people want forecast is read in a thread of its own: some six hundred series. */
const maxForecastBytes = 64 * 1_024 * 1_024;

/** Names every concrete thing once and wires it; decides nothing but whether something is configured. */
export async function compose(config: Config, log: Log, logs: LogArchive): Promise<Bot> {
  const now = Date.now;
  const startedAt = now();
  const version = versionOf();
  const stopping = new AbortController();
  const { signal } = stopping;

  const { watches } = config;
  const store = await openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, log });
  const demo = config.prometheus === null ? await startDemoCluster({ ...config.demo, log }) : null;
  const simulated = demo !== null;
  const prometheus = connectionOf(config, demo?.url ?? '', maxAnswerBytes);
  const source = createPrometheusSource({ ...prometheus, fetch });
  const asked = createPrometheusSource({ ...prometheus, maxBytes: maxAskedBytes, fetch });
  const registry = createModelRegistry({ blobs: await openModelBlobs(config, log), keep: config.modelVersions, log });
  const detector = createFusedDetector();

  const anchors = await openAuditAnchors(config, store.audit, log);
  const backup = createBackupJob({ backups: await openBackups(config), keep: config.backup.keep, now, log });

  const telemetry = createTelemetry({
    now,
    status: () => status(),
    logs: logs.state,
    backup: config.backup.cron === null ? null : backup.state,
    heartbeat: config.heartbeatUrl === null ? null : () => health.heartbeat?.() ?? null,
  });
  const triage = createTriage({
    ...{
      incidents: store.incidents,
      settings: store.settings,
      registry,
      watches,
      seed: config.demo.seed,
      code: version,
    },
    ...{ now, log },
  });
  const { desk, policy, alerts, control, ...told } = await composeIncidents(config, {
    ...{ store, isTriageOn: triage.isOn, telemetry, now, log },
    troubleOf: (audience) => troubleWith(delivery.troubles(), audience),
  });
  const watcher = createWatcher({
    watches,
    frames: createFrameSource(source),
    desk,
    passTime: told.passTime,
    look: triage.look,
    connections: () => new Map([...platforms].map(([name, platform]) => [name, platform.connection()])),
    policy,
    tryStore: () => store.settings.set('last tried', String(now())),
    simulated,
    telemetry,
    now,
    log,
  });
  const trainer = createTrainer({
    ...{ prometheus, registry, now, seed: config.demo.seed, code: version, log },
    inUse: (watch) => models.inUse(watch),
  });
  const models = createModelControl({ watches, detector, registry, trainer, install: watcher.install, now, log });
  const refit = createRefit({ watches, models, strangers: watcher.strangers, now });

  const router = await composeAi(config, {
    ...{ source: asked, watches, situation: watcher.situation, settings: store.settings, telemetry, now, log },
  });

  const health = composeHealth(config, {
    ...{ version, startedAt, now, log, situation: watcher.situation, lastTick: watcher.lastTick },
    ...{ audit: desk.audit, platforms: () => platforms, ai: router.status, owed: () => delivery.owed() },
    troubles: () => [
      ...delivery.troubles().map(({ audience, because }) => `${audience.platform} ${audience.channel}: ${because}`),
      ...alerts.troubles(),
      ...archiveTroubles(logs.state()),
      ...backupTroubles(backup.state()),
    ],
    store: store.name,
  });
  const { status } = health;
  const pictures = createPictures({
    ...{ watches, detectorOf: watcher.detectorOf, timeZone: config.timeZone, simulated, now, log },
    frames: createFrameSource(asked),
  });
  const forecasts = createForecasts({ prometheus: { ...prometheus, maxBytes: maxForecastBytes }, now, log });
  const seed = config.demo.seed;
  const backtests = createBacktests({ watches, prometheus, incidents: store.incidents, seed, now, log });
  const commands = createCommands({
    status,
    situation: watcher.situation,
    source: asked,
    pictures,
    timeZone: config.timeZone,
    forecast: forecasts.forecast,
    backtests,
    watches,
    ask: createAsk({ router, situation: watcher.situation }),
    ai: router,
    models,
    ...control,
    triage: triage.control,
    settings: store.settings,
    audit: store.audit,
    demo,
    now,
  });
  const converse = createConverse({
    commands,
    roleOf: ({ person, standing }) => roleOf(person, standing, [...config.grants, ...doorKeepers]),
    record: createRecorder({ audit: store.audit, hide: hiderOf(config.secrets), now }),
    telemetry,
    now,
    log,
  });

  const painter = createRememberingPainter(createPainter({ log }));
  const { console, platforms } = composeChat(config, { store, commands, painter, now, log });
  const delivery = createDelivery({
    incidents: store.incidents,
    platforms,
    tell: createTell({
      incidents: store.incidents,
      quietAmong: told.quietAmong,
      cardOf: async (incident, quiet, within) =>
        cardOf(incident, contextOf(incident, watches, { simulated, quiet }), await pictures.forCard(incident, within)),
      simulated,
    }),
    telemetry,
    now,
    log,
  });
  const sidecar = createSidecar({
    ...config.http,
    version,
    status,
    incidents: () => store.incidents.recent(recentIncidents),
    api: createApi(converse.run),
    ...alerts,
    console,
    commands,
    metrics: telemetry,
    log,
  });

  let ticking: Promise<void> | null = null;
  const tickOnce = async (plannedAt: number): Promise<void> => {
    await watcher.tick(plannedAt, signal);
    health.afterTick(signal);
    alerts.keepInStep(signal);
    void refit.catchUp(signal);
    void triage.catchUp(signal);
  };
  /** One at a time: a tick that hangs until its deadline is not joined by another. */
  const tick = (plannedAt: number): Promise<void> => {
    ticking ??= tickOnce(plannedAt).finally(() => {
      ticking = null;
    });
    return ticking;
  };
  const clock = { noOverlap: true, timezone: 'UTC', logger: cronLogger(log) };
  const onCron = (expression: string | null, run: (date: Date) => Promise<void>) =>
    expression === null ? [] : [cron.createTask(expression, ({ date }) => run(date), clock)];
  const jobs = [
    ...onCron(config.pollCron, (date) => tick(date.getTime())),
    ...onCron(config.trainCron, () => refit.all(signal)),
    ...onCron(config.backup.cron, () => backup.run(signal)),
    ...onCron(anchorCron, () => anchors.note(signal)),
  ];

  return {
    async start() {
      logs.start(log);
      const { url } = await sidecar.start();
      for (const platform of platforms.values()) void platform.start(converse);
      delivery.start();
      desk.onChange(delivery.kick);
      await refit.load(signal);
      await triage.load(signal);
      void tick(now());
      for (const job of jobs) await job.start();
      void backup.look(signal);
      void anchors.note(signal);
      log.info(`ready: ${url}`);
      for (const warning of await router.checkModels(signal)) log.warn(warning);
    },
    async stop() {
      for (const job of jobs) await job.destroy();
      stopping.abort();
      await delivery.stop();
      await Promise.all([...platforms.values()].map((platform) => platform.stop()));
      await sidecar.stop();
      await painter.stop();
      await forecasts.stop();
      await backtests.stop();
      await trainer.stop();
      await demo?.stop();
      await store.close();
    },
  };
}
