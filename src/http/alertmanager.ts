import { createHash } from 'node:crypto';
import { z } from 'zod';
import { entityLabels, entityNameOf, type ReportedAlert } from '../core/alerts.ts';
import type { Severity } from '../core/incident.ts';

/** Alertmanager sends a group at a time; a storm is some thousand alerts. */
const mostAlerts = 5_000;
const longestName = 200;
const longestSummary = 500;

const labels = z.record(z.string().max(1_000), z.string().max(10_000));
const moment = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((at) => Number.isFinite(at), 'A "startsAt" is no time.');

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, as far as it is used here. */
export const webhookRequest = z.object({
  version: z.literal('4', 'Send the webhook of Alertmanager in its version "4".'),
  truncatedAlerts: z.int().min(0).default(0),
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved'], 'An alert is "firing" or "resolved".'),
        labels,
        annotations: labels.default({}),
        startsAt: moment,
        generatorURL: z.string().max(10_000).default(''),
        fingerprint: z.string().max(100).default(''),
      }),
    )
    .max(
      mostAlerts,
      `That is more than ${mostAlerts} alerts at once: set "max_alerts" in the webhook's configuration.`,
    ),
});

type Webhook = z.infer<typeof webhookRequest>;
type Alert = Webhook['alerts'][number];

/** The alerts of a webhook; `first` are the labels by which the watches name their entities. */
export function alertsOf({ alerts }: Webhook, first: readonly string[]): readonly ReportedAlert[] {
  return alerts.map((alert) => {
    const { labels, annotations, startsAt, status } = alert;
    const name = labels.alertname ?? 'alert';
    const summary = annotations.summary ?? annotations.description ?? annotations.message ?? name;
    return {
      entity: entityOf(labels, [...first, ...entityLabels]) ?? name.slice(0, longestName),
      alert: {
        id: alert.fingerprint === '' ? fingerprintOf(labels) : alert.fingerprint,
        name: name.slice(0, longestName).toWellFormed(),
        summary: summary.slice(0, longestSummary).toWellFormed(),
        url: linkOf(alert),
      },
      severity: severityOf(labels.severity ?? labels.priority ?? ''),
      since: startsAt,
      isFiring: status === 'firing',
    };
  });
}

function entityOf(given: Alert['labels'], names: readonly string[]): string | null {
  for (const name of names) {
    const value = given[name];
    if (value !== undefined && value !== '') return entityNameOf(name, value).slice(0, longestName).toWellFormed();
  }
  return null;
}

/** People have many words for what wakes them. */
function severityOf(word: string): Severity {
  return /^(critical|crit|page|emergency|fatal|disaster|error|high|p1)$/i.test(word) ? 'critical' : 'warning';
}

/** Where the alert says one can read on; only a web address is a link. */
function linkOf({ annotations, generatorURL }: Alert): string | null {
  const found = [annotations.runbook_url, annotations.runbook, generatorURL].find(
    (text) => text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text),
  );
  return found ?? null;
}

/** Older senders give none: the labels are the alert's identity. */
function fingerprintOf(given: Alert['labels']): string {
  const sorted = Object.entries(given).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
