import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { built, choice, lines, newDashboard, numbers, wellBelow } from './panels.ts';

const chosen = 'watch="$watch", entity="$entity"';

/** Value, expectation and the usual range of one metric; repeated for every metric of the watch. */
function band(): PanelBuilder {
  const of = (name: string) => `smartcloudops_${name}{${chosen}, metric="$metric"}`;
  const range = [
    { id: 'custom.lineWidth', value: 0 },
    { id: 'custom.fillOpacity', value: 15 },
    { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
  ];
  return lines({
    title: '$metric',
    description: 'What was read, and the range that the model takes for usual at that time.',
    unit: 'short',
    span: 24,
    queries: [
      [of('metric_value'), 'read'],
      [of('metric_expected'), 'expected'],
      [of('metric_expected_lower'), 'lower'],
      [of('metric_expected_upper'), 'upper'],
    ],
  })
    .fillOpacity(0)
    .overrideByName('lower', [...range.slice(0, 1), { id: 'custom.fillOpacity', value: 0 }, ...range.slice(2)])
    .overrideByName('upper', [...range, { id: 'custom.fillBelowTo', value: 'lower' }])
    .overrideByName('expected', [
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
    ])
    .repeat('metric');
}

/** Hosts as the bot sees them, and as fixed thresholds do. */
export function hostsDashboard(): dashboard.Dashboard {
  const board = newDashboard(
    'smartcloudops-hosts',
    'Hosts',
    'What is watched, how strange it is and what would be usual',
  )
    .withVariable(choice('watch', 'Watch', 'label_values(smartcloudops_entities, watch)'))
    .withVariable(choice('entity', 'Entity', 'label_values(smartcloudops_metric_value{watch="$watch"}, entity)'))
    .withVariable(
      choice('metric', 'Metric', 'label_values(smartcloudops_metric_value{watch="$watch", entity="$entity"}, metric)')
        .includeAll(true)
        .multi(true)
        .current({ text: 'All', value: '$__all' }),
    )
    .withPanel(
      numbers({
        title: 'How they are',
        description: 'Entities of the watch by their state.',
        unit: 'short',
        span: 24,
        queries: [['sum by (state) (smartcloudops_entities{watch="$watch"})', '{{state}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Anomaly score of $entity',
        description: 'In units of the threshold: from 1 on a row is anomalous.',
        unit: 'short',
        queries: [[`smartcloudops_anomaly_score{${chosen}}`, 'score']],
        colours: wellBelow(1, 'red'),
      }),
    )
    .withPanel(
      lines({
        title: 'The strangest',
        description: 'The ten entities of the watch with the highest scores.',
        unit: 'short',
        queries: [['topk(10, smartcloudops_anomaly_score{watch="$watch"})', '{{entity}}']],
      }),
    )
    .withPanel(band())
    .withRow(new dashboard.RowBuilder('By fixed thresholds'))
    .withPanel(
      lines({
        title: 'CPU',
        description: 'A warning over 80 %, critical over 95 %.',
        unit: 'percent',
        span: 8,
        queries: [['instance:node_cpu_used:percent', '{{instance}}']],
      }).max(100),
    )
    .withPanel(
      lines({
        title: 'Memory',
        description: 'A warning over 85 %, critical over 95 %.',
        unit: 'percent',
        span: 8,
        queries: [['instance:node_memory_used:percent', '{{instance}}']],
      }).max(100),
    )
    .withPanel(
      lines({
        title: 'Disks',
        description: 'A warning over 85 %, critical over 95 %.',
        unit: 'percent',
        span: 8,
        queries: [['instance_mountpoint:node_filesystem_used:percent', '{{instance}} {{mountpoint}}']],
      }).max(100),
    )
    .withPanel(
      lines({
        title: 'Load for each CPU',
        description: 'Over 1 there is more to do than can be done at once.',
        unit: 'short',
        queries: [
          [
            'node_load1 / on (instance) group_left () count by (instance) (node_cpu_seconds_total{mode="idle"})',
            '{{instance}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Network',
        description: 'Both directions, the loopback left out.',
        unit: 'Bps',
        queries: [
          [
            'sum by (instance) (rate(node_network_receive_bytes_total{device!="lo"}[$__rate_interval]))',
            '{{instance}} in',
          ],
          [
            'sum by (instance) (rate(node_network_transmit_bytes_total{device!="lo"}[$__rate_interval]))',
            '{{instance}} out',
          ],
        ],
      }),
    );
  return built(board);
}
