import type { FastifyInstance } from 'fastify';
import type { ReportAlerts } from '../core/alerts.ts';
import type { Log } from '../core/log.ts';
import { alertsOf, webhookRequest } from './alertmanager.ts';
import { maxWebhookBytes, perMinute, webhooksPerMinute } from './limits.ts';
import { problem, refuse } from './problem.ts';
import { readInput } from './read-input.ts';

export type WebhookOptions = {
  readonly needsKey: boolean;
  readonly report: ReportAlerts;
  /** The labels by which the watches name their entities. */
  readonly labels: readonly string[];
  readonly log: Log;
};

/** What other systems tell the bot. It is kept before the answer: whoever gets another answer sends it again. */
export function addWebhookRoutes(app: FastifyInstance, { needsKey, report, labels, log }: WebhookOptions): void {
  const limits = { onRequest: perMinute(webhooksPerMinute), bodyLimit: maxWebhookBytes };
  app.post('/webhooks/alertmanager', limits, async ({ body }, reply) => {
    if (!needsKey) return refuse(reply, problem(403, 'Set API_KEY: alerts are taken from those who have the key.'));
    const webhook = readInput(webhookRequest, body);
    if (webhook.truncatedAlerts > 0)
      log.warn('Alertmanager left alerts out: raise "max_alerts"', { leftOut: webhook.truncatedAlerts });
    await report(alertsOf(webhook, labels));
    return { accepted: webhook.alerts.length };
  });
}
