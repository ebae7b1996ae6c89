import { Gauge, type Registry } from 'prom-client';
import { incidentKinds } from '../core/incident.ts';
import type { EntityState, Situation, WatchSituation } from '../core/situation.ts';
import type { StatusReport } from '../core/status.ts';

/** Entities whose numbers are exported, by name, over all watches; more would cost every Prometheus that reads them. */
const maxEntities = 200;
const entityStates: readonly EntityState[] = ['normal', 'anomalous', 'warming up', 'silent'];

/** Gauges of what is true now. `show` sets them all anew, so that what is gone leaves no series behind. */
export function createStateMetrics(registry: Registry): { show(report: StatusReport): void } {
  const gauges = createGauges(registry);

  function showBot(report: StatusReport): void {
    const { situation, owed, platforms, ai } = report;
    gauges.buildInfo.set({ version: report.version }, 1);
    gauges.prometheusUp.set(situation.source.reachable ? 1 : 0);
    gauges.simulated.set(situation.simulated ? 1 : 0);
    gauges.owed.set(owed.notices);
    gauges.owedAge.set((owed.oldestMs ?? 0) / 1_000);
    for (const { name, configured, connection } of platforms)
      if (configured) gauges.platformConnected.set({ platform: name }, connection?.kind === 'connected' ? 1 : 0);
    for (const provider of ai.available)
      gauges.providerResting.set({ provider }, ai.resting.some((rest) => rest.provider === provider) ? 1 : 0);
    for (const kind of incidentKinds)
      for (const severity of ['warning', 'critical'] as const)
        gauges.openIncidents.set(
          { kind, severity },
          situation.open.filter((incident) => incident.kind === kind && incident.severity === severity).length,
        );
  }

  function showWatch({ watch, model, at, entities }: WatchSituation): void {
    gauges.modelReady.set({ watch }, model.kind === 'ready' ? 1 : 0);
    if (model.kind === 'ready') {
      gauges.modelTrained.set({ watch }, model.trainedAt / 1_000);
      gauges.modelFailing.set({ watch }, model.trouble === null ? 0 : 1);
    }
    if (at !== null) gauges.watchRead.set({ watch }, at / 1_000);
    for (const state of entityStates)
      gauges.entities.set({ watch, state }, entities.filter((entity) => entity.state === state).length);
  }

  /** While Prometheus answers nobody, nothing is known of one watch by itself. */
  function showUnreadable(watches: Situation['watches']): void {
    for (const { watch, unread } of watches) gauges.watchUnreadable.set({ watch }, unread === null ? 0 : 1);
  }

  function showEntities(watches: Situation['watches']): void {
    const all = watches.flatMap(({ watch, entities }) => entities.map((entity) => ({ watch, ...entity })));
    const sorted = all.toSorted((a, b) => (a.entity < b.entity ? -1 : 1));
    gauges.leftOut.set(Math.max(0, sorted.length - maxEntities));
    for (const { watch, entity, score, readings } of sorted.slice(0, maxEntities)) {
      setKnown(gauges.score, { watch, entity }, score);
      for (const { metric, value, expected, lower, upper } of readings) {
        const labels = { watch, entity, metric };
        setKnown(gauges.value, labels, value);
        setKnown(gauges.expected, labels, expected);
        setKnown(gauges.lower, labels, lower);
        setKnown(gauges.upper, labels, upper);
      }
    }
  }

  return {
    show(report) {
      for (const gauge of Object.values(gauges)) gauge.reset();
      showBot(report);
      for (const watch of report.situation.watches) showWatch(watch);
      if (report.situation.source.reachable) showUnreadable(report.situation.watches);
      showEntities(report.situation.watches);
    },
  };
}

function createGauges(registry: Registry) {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> =>
    new Gauge({ name: `smartcloudops_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const entity = ['watch', 'entity'] as const;
  const reading = [...entity, 'metric'] as const;
  return {
    buildInfo: gauge('build_info', 'Always 1; says which version runs', ['version']),
    prometheusUp: gauge('prometheus_up', 'Whether Prometheus could be read the last time'),
    simulated: gauge('simulated', 'Whether the numbers are those of the simulated cluster'),
    owed: gauge('notices_owed', 'Notices that somebody is owed and was not told yet'),
    owedAge: gauge(
      'notices_owed_oldest_age_seconds',
      'How long the oldest owed notice has been waiting; 0 without one',
    ),
    platformConnected: gauge('platform_connected', 'Whether a configured chat platform is connected', ['platform']),
    providerResting: gauge('provider_resting', 'Whether a configured AI provider rests after failures', ['provider']),
    openIncidents: gauge('open_incidents', 'Incidents that are not over', ['kind', 'severity']),
    modelReady: gauge('model_ready', 'Whether a watch has a model', ['watch']),
    modelTrained: gauge('model_trained_timestamp_seconds', 'When the model of a watch was trained, Unix time', [
      'watch',
    ]),
    modelFailing: gauge(
      'model_failing',
      'Whether a watch keeps an older model, because a newer one could not be used, made or kept',
      ['watch'],
    ),
    watchUnreadable: gauge('watch_unreadable', 'Whether a watch can not be read although Prometheus answers', [
      'watch',
    ]),
    watchRead: gauge('watch_read_timestamp_seconds', 'The newest row that a watch was read at, Unix time', ['watch']),
    entities: gauge('entities', 'Entities of a watch by how they are', ['watch', 'state']),
    leftOut: gauge('entities_left_out', `Entities over the first ${maxEntities}, whose own numbers are not exported`),
    score: gauge('anomaly_score', 'How strange the last row of an entity is; 1 is the threshold', entity),
    value: gauge('metric_value', 'A watched metric of an entity as it was last read, in its own unit', reading),
    expected: gauge('metric_expected', 'What the metric would usually be now', reading),
    lower: gauge('metric_expected_lower', 'The lower end of what the metric usually is', reading),
    upper: gauge('metric_expected_upper', 'The upper end of what the metric usually is', reading),
  };
}

/** A gap leaves no sample: missing is not zero. */
function setKnown<L extends string>(gauge: Gauge<L>, labels: Record<L, string>, value: number | null): void {
  if (value !== null && !Number.isNaN(value)) gauge.set(labels, value);
}
