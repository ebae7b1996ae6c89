import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { built, lines, newDashboard, numbers, wellBelow } from './panels.ts';

/** What was wrong, how often and for how long. */
export function incidentsDashboard(): Dashboard {
  const board = newDashboard('smartcloudops-incidents', 'Incidents', 'What is wrong, how often and for how long')
    .time({ from: 'now-7d', to: 'now' })
    .withPanel(
      numbers({
        title: 'Open',
        description: 'Incidents that are not over.',
        unit: 'short',
        span: 8,
        queries: [['sum by (severity) (smartcloudops_open_incidents)', '{{severity}}']],
        colours: wellBelow(1, 'orange'),
      }),
    )
    .withPanel(
      numbers({
        title: 'Begun in a day',
        description: 'In the last 24 hours.',
        unit: 'short',
        span: 8,
        queries: [['sum by (watch) (increase(smartcloudops_incidents_opened_total[1d]))', '{{watch}}']],
      }),
    )
    .withPanel(
      numbers({
        title: 'Mean time to the end',
        description: 'Of incidents that ended in the last seven days.',
        unit: 's',
        span: 8,
        queries: [
          [
            'sum by (watch) (increase(smartcloudops_incident_duration_seconds_sum[7d])) / sum by (watch) (increase(smartcloudops_incident_duration_seconds_count[7d]))',
            '{{watch}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Open incidents',
        description: 'By kind and severity.',
        unit: 'short',
        queries: [['sum by (kind, severity) (smartcloudops_open_incidents)', '{{kind}} {{severity}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Begun in an hour',
        description: 'By watch and severity.',
        unit: 'short',
        queries: [
          ['sum by (watch, severity) (increase(smartcloudops_incidents_opened_total[1h]))', '{{watch}} {{severity}}'],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'How long they last',
        description: 'Half and nine in ten last less; of those that ended in the day before.',
        unit: 's',
        queries: [
          [
            'histogram_quantile(0.5, sum by (le) (increase(smartcloudops_incident_duration_seconds_bucket[1d])))',
            'half',
          ],
          [
            'histogram_quantile(0.9, sum by (le) (increase(smartcloudops_incident_duration_seconds_bucket[1d])))',
            'nine in ten',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Alerts by fixed rules',
        description: 'Of Prometheus, beside what the bot finds.',
        unit: 'short',
        queries: [['sum by (alertname, severity) (ALERTS{alertstate="firing"})', '{{alertname}} {{severity}}']],
      }),
    );
  return built(board);
}
