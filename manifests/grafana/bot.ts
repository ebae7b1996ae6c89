import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { built, lines, newDashboard, numbers, type PanelOptions, wellAtOne, wellBelow } from './panels.ts';

const rate = (metric: string, by: string): string => `sum by (${by}) (rate(smartcloudops_${metric}[$__rate_interval]))`;
const mostTake = (histogram: string, by: string): string =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(smartcloudops_${histogram}_bucket[$__rate_interval])))`;

const daySeconds = 86_400;

const now: readonly PanelOptions[] = [
  {
    title: 'Last tick',
    description: 'How long ago; over two minutes it has stopped.',
    unit: 's',
    queries: [['time() - smartcloudops_last_tick_timestamp_seconds', '{{instance}}']],
    colours: wellBelow(120, 'red'),
  },
  {
    title: 'Prometheus',
    description: '1 when it can be read.',
    unit: 'short',
    queries: [['smartcloudops_prometheus_up', '{{instance}}']],
    colours: wellAtOne,
  },
  {
    title: 'Platforms',
    description: '1 when connected.',
    unit: 'short',
    queries: [['smartcloudops_platform_connected', '{{platform}}']],
    colours: wellAtOne,
  },
  {
    title: 'Age of the models',
    description: 'They are trained every day.',
    unit: 's',
    queries: [['time() - smartcloudops_model_trained_timestamp_seconds', '{{watch}}']],
    colours: wellBelow(3 * daySeconds, 'orange'),
  },
  {
    title: 'Watches that can not be read',
    description: '1 when Prometheus answers, but not to the queries of the watch.',
    unit: 'short',
    queries: [['smartcloudops_watch_unreadable', '{{watch}}']],
    colours: wellBelow(1, 'red'),
  },
  {
    title: 'Models that stay',
    description: '1 when a newer model could not be used, made or kept.',
    unit: 'short',
    queries: [['smartcloudops_model_failing', '{{watch}}']],
    colours: wellBelow(1, 'orange'),
  },
  {
    title: 'Age of the newest backup',
    description: 'One is made every night. Nothing is shown where the bot makes none.',
    unit: 's',
    queries: [['time() - smartcloudops_backup_last_timestamp_seconds', '{{instance}}']],
    colours: wellBelow(2 * daySeconds, 'orange'),
  },
  {
    title: 'Logs have been waiting',
    description: 'For how long they could not be put where they belong.',
    unit: 's',
    queries: [['smartcloudops_log_failing_seconds', '{{instance}}']],
    colours: wellBelow(900, 'orange'),
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
  {
    title: 'How old the numbers are',
    description: 'Since the newest row of a watch; about its step while all is well.',
    unit: 's',
    queries: [['time() - smartcloudops_watch_read_timestamp_seconds', '{{watch}}']],
  },
  {
    title: 'Entities that are left out here',
    description: 'They are watched like the others, but there are too many to export the numbers of each.',
    unit: 'short',
    queries: [['smartcloudops_entities_left_out', '{{instance}}']],
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

const keeping: readonly PanelOptions[] = [
  {
    title: 'Log lines that wait',
    description: 'In memory, and on the disk until they are where they belong; of 64 MiB on the disk the oldest go.',
    unit: 'bytes',
    span: 8,
    queries: [
      ['smartcloudops_log_buffered_bytes', 'in memory'],
      ['smartcloudops_log_spooled_bytes', 'on the disk'],
    ],
  },
  {
    title: 'Log lines lost in an hour',
    description: 'There should be none.',
    unit: 'short',
    span: 8,
    queries: [['increase(smartcloudops_log_lines_lost_total[1h])', '{{instance}}']],
  },
  {
    title: 'Backups in a day',
    description: 'By outcome.',
    unit: 'short',
    span: 8,
    queries: [['sum by (outcome) (increase(smartcloudops_backups_total[1d]))', '{{outcome}}']],
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
  const rows = { Watching: watching, Telling: telling, Answering: answering, Keeping: keeping, Process: process };
  for (const [title, panels] of Object.entries(rows)) {
    board.withRow(new RowBuilder(title));
    for (const panel of panels) board.withPanel(lines(panel));
  }
  return built(board);
}
