import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { built, lines, newDashboard, numbers, type PanelOptions } from './panels.ts';

const rate = (metric: string, by: string): string => `sum by (${by}) (rate(smartcloudops_${metric}[$__rate_interval]))`;
const mostTake = (histogram: string, by: string): string =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(smartcloudops_${histogram}_bucket[$__rate_interval])))`;

const now: readonly PanelOptions[] = [
  {
    title: 'Last tick',
    description: 'How long ago; over two minutes it has stopped.',
    unit: 's',
    queries: [['time() - smartcloudops_last_tick_timestamp_seconds', '{{instance}}']],
  },
  {
    title: 'Prometheus',
    description: '1 when it can be read.',
    unit: 'short',
    queries: [['smartcloudops_prometheus_up', '{{instance}}']],
  },
  {
    title: 'Platforms',
    description: '1 when connected.',
    unit: 'short',
    queries: [['smartcloudops_platform_connected', '{{platform}}']],
  },
  {
    title: 'Age of the models',
    description: 'They are trained every day.',
    unit: 's',
    queries: [['time() - smartcloudops_model_trained_timestamp_seconds', '{{watch}}']],
  },
];

const watching: readonly PanelOptions[] = [
  {
    title: 'Ticks',
    description: 'A second, by how they ended.',
    unit: 'short',
    queries: [[rate('ticks_total', 'outcome'), '{{outcome}}']],
  },
  {
    title: 'How long ticks take, and how late they begin',
    description: 'A tick that takes longer than the time between two makes the next one late.',
    unit: 's',
    queries: [
      [
        'histogram_quantile(0.95, sum by (le) (rate(smartcloudops_tick_duration_seconds_bucket[$__rate_interval])))',
        '95 % take less',
      ],
      ['smartcloudops_tick_lag_seconds', 'late by'],
    ],
  },
  {
    title: 'Anomalous rows',
    description: 'A second, by watch.',
    unit: 'short',
    queries: [[rate('detections_total', 'watch'), '{{watch}}']],
  },
  {
    title: 'Entities',
    description: 'By how they are.',
    unit: 'short',
    queries: [['sum by (watch, state) (smartcloudops_entities)', '{{watch}} {{state}}']],
  },
];

const telling: readonly PanelOptions[] = [
  {
    title: 'What people are owed',
    description: 'Notices that were not told yet, and for how long the oldest has been waiting.',
    unit: 'short',
    queries: [
      ['smartcloudops_notices_owed', 'notices'],
      ['smartcloudops_notices_owed_oldest_age_seconds', 'seconds of the oldest'],
    ],
  },
  {
    title: 'Sends',
    description: 'A second, by platform and outcome.',
    unit: 'short',
    queries: [[rate('notices_total', 'platform, outcome'), '{{platform}} {{outcome}}']],
  },
  {
    title: 'From owing to having told',
    description: '95 % take less.',
    unit: 's',
    queries: [[mostTake('notice_age_seconds', 'platform'), '{{platform}}']],
  },
];

const answering: readonly PanelOptions[] = [
  {
    title: 'Commands',
    description: 'A second, by outcome; "failed" is the bot\'s fault.',
    unit: 'short',
    queries: [[rate('command_duration_seconds_count', 'command, outcome'), '{{command}} {{outcome}}']],
  },
  {
    title: 'How long commands take',
    description: '95 % take less.',
    unit: 's',
    queries: [[mostTake('command_duration_seconds', 'command'), '{{command}}']],
  },
  {
    title: 'Calls of providers',
    description: 'A second, by outcome.',
    unit: 'short',
    queries: [[rate('provider_calls_total', 'provider, outcome'), '{{provider}} {{outcome}}']],
  },
  {
    title: 'How long providers take',
    description: '95 % take less.',
    unit: 's',
    queries: [[mostTake('provider_call_duration_seconds', 'provider'), '{{provider}}']],
  },
  {
    title: 'Tokens in an hour',
    description: 'Sent and received together; what they cost depends on the model.',
    unit: 'short',
    queries: [['sum by (provider) (increase(smartcloudops_provider_tokens_total[1h]))', '{{provider}}']],
  },
  {
    title: 'Resting providers',
    description: '1 while a provider is not asked after failures.',
    unit: 'short',
    queries: [['smartcloudops_provider_resting', '{{provider}}']],
  },
];

const process: readonly PanelOptions[] = [
  {
    title: 'Memory',
    description: 'Of the process.',
    unit: 'bytes',
    span: 8,
    queries: [
      ['process_resident_memory_bytes{job="smartcloudops"}', 'resident'],
      ['nodejs_heap_size_used_bytes{job="smartcloudops"}', 'heap in use'],
    ],
  },
  {
    title: 'CPU',
    description: 'Cores in use.',
    unit: 'short',
    span: 8,
    queries: [['rate(process_cpu_seconds_total{job="smartcloudops"}[$__rate_interval])', '{{instance}}']],
  },
  {
    title: 'Event loop',
    description: 'How late it is, 99 % less.',
    unit: 's',
    span: 8,
    queries: [['nodejs_eventloop_lag_p99_seconds{job="smartcloudops"}', '{{instance}}']],
  },
];

/** The bot as its operator sees it. */
export function botDashboard(): Dashboard {
  const board = newDashboard('smartcloudops-bot', 'The bot', 'Whether the bot watches, tells and answers');
  for (const panel of now) board.withPanel(numbers(panel));
  const rows = { Watching: watching, Telling: telling, Answering: answering, Process: process };
  for (const [title, panels] of Object.entries(rows)) {
    board.withRow(new RowBuilder(title));
    for (const panel of panels) board.withPanel(lines(panel));
  }
  return built(board);
}
