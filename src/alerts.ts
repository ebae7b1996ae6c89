import type { ListAlerts, ReportAlerts, ReportedAlert } from './core/alerts.ts';
import type { Observation } from './core/detection.ts';
import { partsOf } from './core/incident.ts';
import type { Log } from './core/log.ts';
import { alertsWatch } from './core/names.ts';
import type { Desk } from './desk.ts';
import { type AdvancePolicy, advance } from './incidents/advance.ts';

export type AlertIntakeOptions = { readonly desk: Desk; readonly policy: AdvancePolicy; readonly now: () => number };

/**
 * What another system reports, on its way into incidents of the same kind: joined with what was found here on the same entity,
 * and over when that system says so. The same report again changes nothing.
 */
export function createAlertIntake({ desk, policy, now }: AlertIntakeOptions): ReportAlerts {
  return async (alerts) => {
    const seen = alerts.map((alert): Observation => ({ kind: 'reported', watch: alertsWatch, at: now(), ...alert }));
    await desk.change(({ incidents, lastOf }) => ({
      changed: advance(incidents, seen, new Map(), policy, lastOf).changed,
      outcome: undefined,
    }));
  };
}

export type AlertWatchOptions = {
  readonly desk: Pick<Desk, 'open'>;
  readonly report: ReportAlerts;
  readonly firing: ListAlerts;
  readonly now: () => number;
  readonly log: Log;
};

/** What is not listed for so long is over: a system that was started anew hears of it again within a minute. */
const missingMs = 3 * 60_000;
const lookEveryMs = 30_000;

/**
 * Looks whether what was reported is still wrong: of what is silenced over there nobody hears that it ended. Only what was listed
 * once is missed. Never throws.
 */
export function createAlertWatch({ desk, report, firing, now, log }: AlertWatchOptions) {
  const listedAt = new Map<string, number>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function reported(): Promise<readonly ReportedAlert[]> {
    const parts = (await desk.open()).flatMap(partsOf).filter(({ endedAt }) => endedAt === null);
    return parts.flatMap(({ entity, alert, severity, openedAt }) =>
      alert === null ? [] : [{ entity, alert, severity, since: openedAt, isFiring: false }],
    );
  }

  async function look(signal: AbortSignal): Promise<void> {
    const open = await reported();
    const ids = new Set(open.map(({ alert }) => alert.id));
    for (const id of listedAt.keys()) if (!ids.has(id)) listedAt.delete(id);
    if (open.length === 0) return;
    for (const id of await firing(signal)) if (ids.has(id)) listedAt.set(id, now());
    const over = open.filter(({ alert }) => now() - (listedAt.get(alert.id) ?? now()) >= missingMs);
    if (over.length > 0) await report(over);
  }

  return {
    async look(signal: AbortSignal): Promise<void> {
      if (now() - lookedAt < lookEveryMs) return;
      lookedAt = now();
      await look(signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn('whether alerts are over could not be asked', { error });
      });
    },
  };
}
