import { onTestFinished } from 'vitest';
import { createBacktests } from '../../src/backtest.ts';
import { createPainter } from '../../src/charts/painter.ts';
import { createDiscordPlatform } from '../../src/chat/discord/platform.ts';
import { createSlackPlatform } from '../../src/chat/slack/platform.ts';
import { createConverse } from '../../src/converse.ts';
import type { Painter } from '../../src/core/chart.ts';
import type { Command } from '../../src/core/command.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Watch } from '../../src/core/watch.ts';
import { commandBench } from '../commands/list.ts';
import { startDiscordEmulator } from '../emulators/discord.ts';
import { startNumbers } from '../emulators/prometheus.ts';
import { startSlackEmulator } from '../emulators/slack.ts';
import {
  memoryDeliveries,
  memoryIncidents,
  noPictures,
  oneMetric,
  quietRecord,
  quietTelemetry,
} from '../small-things.ts';

const startedAt = Date.UTC(2026, 0, 19, 12, 0, 3);
export const minutely = { ...oneMetric, stepMs: 60_000, historyMs: 4 * 86_400_000, resolveAfterMs: 300_000 };
const ordinary = (_metric: string, _host: string, at: number): number =>
  40 + 8 * Math.sin((2 * Math.PI * at) / 86_400_000) + (((at / 60_000) * 7_919) % 101) / 25;

/** The one that draws in a thread, until the test is over. */
export function realPainter(): Painter {
  const painter = createPainter({ log: silentLog });
  onTestFinished(() => painter.stop());
  return painter;
}

export type Backtesting = {
  readonly workerUrl?: URL;
  readonly watch?: Watch;
  readonly value?: (metric: string, host: string, at: number) => number;
  /** The clock of its progress; left out, it runs so fast that each edit may be shown. */
  readonly now?: () => number;
};

/** The command over a Prometheus of ordinary days. */
export async function backtesting({
  workerUrl,
  watch = minutely,
  value = ordinary,
  now = hurriedClock(),
}: Backtesting = {}): Promise<readonly Command[]> {
  const numbers = await startNumbers(['web-1', 'web-2'], value);
  const backtests = createBacktests({
    ...{ watches: [watch], incidents: memoryIncidents(), seed: 7, now: () => startedAt, log: silentLog },
    prometheus: { url: numbers.url, timeoutMs: 5_000, maxBytes: 10_000_000 },
    ...(workerUrl === undefined ? {} : { workerUrl }),
  });
  onTestFinished(async () => {
    await backtests.stop();
    await numbers.stop();
  });
  return commandBench({}, { watches: [watch], backtests, now }).commands;
}

function hurriedClock(): () => number {
  let clock = startedAt;
  return () => {
    clock += 4_000;
    return clock;
  };
}

export function conversationOf(commands: readonly Command[]) {
  return createConverse({
    ...{
      commands,
      roleOf: () => 'viewer' as const,
      record: quietRecord,
      telemetry: quietTelemetry,
      now: Date.now,
      log: silentLog,
    },
  });
}

export async function slackOf(commands: readonly Command[], painter: Painter = noPictures) {
  const slack = await startSlackEmulator();
  const { botToken, appToken, url: apiUrl } = slack;
  const platform = createSlackPlatform({
    deliveries: memoryDeliveries(),
    painter,
    ...{
      botToken,
      appToken,
      apiUrl,
      signingSecret: '',
      mode: 'socket',
      port: 0,
      groups: [],
      log: silentLog,
      now: Date.now,
    },
  });
  onTestFinished(async () => {
    await platform.stop();
    await slack.stop();
  });
  await platform.start(conversationOf(commands));
  return slack;
}

export async function discordOf(commands: readonly Command[], painter: Painter = noPictures) {
  const discord = await startDiscordEmulator();
  const platform = createDiscordPlatform({
    painter,
    ...{ token: discord.token, apiUrl: discord.url, commands, log: silentLog, now: Date.now },
  });
  onTestFinished(async () => {
    await platform.stop();
    await discord.stop();
  });
  await platform.start(conversationOf(commands));
  await discord.waitFor(() => discord.commands().length > 0);
  return discord;
}
