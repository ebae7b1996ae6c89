import { randomUUID } from 'node:crypto';
import { createIncidentControl } from './act.ts';
import { createAlertIntake, createAlertWatch } from './alerts.ts';
import type { Config } from './config/config.ts';
import { channelsOf } from './config/outside.ts';
import type { Address } from './core/address.ts';
import type { Incident } from './core/incident.ts';
import type { Log } from './core/log.ts';
import type { Store } from './core/store.ts';
import type { Telemetry } from './core/telemetry.ts';
import { goneAfterMs } from './core/watch.ts';
import type { Trouble } from './deliver.ts';
import { createDesk } from './desk.ts';
import type { AdvancePolicy } from './incidents/advance.ts';
import { passTime } from './incidents/pass-time.ts';
import { createQuiet, createTelling } from './incidents/quiet.ts';
import { audiencesOf } from './incidents/route.ts';
import { matches } from './incidents/silence.ts';
import { createAlertmanager } from './metrics/alertmanager.ts';
import { createMirroring } from './mirror.ts';
import { createSilenceControl, createSilences } from './silences.ts';
import { createAskWhy } from './why.ts';

export type IncidentParts = {
  readonly store: Store;
  /** Why a channel takes nothing at the moment. */
  readonly troubleOf: (audience: Address) => Trouble | null;
  readonly isTriageOn: (watch: string) => boolean;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly log: Log;
};

/** What happens to incidents: the desk, silences, what Alertmanager says and is told, and who is told of what. Throws `UpstreamError('database')`. */
export async function composeIncidents(
  config: Config,
  { store, troubleOf, isTriageOn, telemetry, now, log }: IncidentParts,
) {
  const { watches, rules } = config;
  const isRefusing = (audience: Address): boolean => troubleOf(audience)?.isRefused ?? false;
  const routing = { rules, watches, channels: channelsOf(config), isRefusing };
  const silences = createSilences({ store: store.silences, now });
  await silences.load();
  const around = (incidents: readonly Incident[]) => ({
    ...{ incidents, rules, silences: silences.all(), now: now() },
    isTriageOn,
  });
  const desk = createDesk({
    incidents: store.incidents,
    audiencesOf: (incident) => audiencesOf(incident, routing),
    tellingAmong: (known) => createTelling(around(known)),
    digestAbove: rules.digestAbove,
    ...{ telemetry, now },
  });
  const policy: AdvancePolicy = {
    resolveAfterMs: (name) => watches.find((watch) => watch.name === name)?.resolveAfterMs ?? 0,
    forgetAfterMs: goneAfterMs,
    ackEndsAfterMs: config.ackEndsAfterMs,
    newId: () => randomUUID().slice(0, 8),
  };
  const entityLabels = [...new Set(watches.map(({ entityLabel }) => entityLabel))];
  const report = createAlertIntake({ desk, policy, now });
  const alertmanager =
    config.alertmanager &&
    createAlertmanager({
      ...{ ...config.alertmanager, fetch, timeoutMs: config.prometheusTimeoutMs },
      ...{ matches, labels: entityLabels },
    });
  const mirroring = alertmanager && createMirroring({ silences, mirror: alertmanager, now, log });
  const alertWatch = alertmanager && createAlertWatch({ desk, report, firing: alertmanager.firing, now, log });
  return {
    desk,
    policy,
    passTime: (known: readonly Incident[]) => passTime(around(known)),
    quietAmong: (known: readonly Incident[]) => createQuiet(around(known)),
    /** What commands do with incidents. */
    control: {
      incidents: createIncidentControl({ desk, incidents: store.incidents, now }),
      silences: createSilenceControl(desk, silences, now),
      askWhy: createAskWhy({
        incidents: store.incidents,
        around,
        routing,
        troubleOf: (audience) => troubleOf(audience)?.because ?? null,
      }),
    },
    /** What comes in from Alertmanager, and keeping in step with it after each tick. */
    alerts: {
      ...{ report, entityLabels },
      troubles: () => mirroring?.trouble() ?? [],
      keepInStep(signal: AbortSignal): void {
        void mirroring?.run(signal);
        void alertWatch?.look(signal);
      },
    },
  };
}
