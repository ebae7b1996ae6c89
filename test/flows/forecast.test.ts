import { describe, expect, it, onTestFinished } from 'vitest';
import { createDiscordPlatform } from '../../src/chat/discord/platform.ts';
import { createSlackPlatform } from '../../src/chat/slack/platform.ts';
import { createConverse } from '../../src/converse.ts';
import type { Command } from '../../src/core/command.ts';
import { silentLog } from '../../src/core/log.ts';
import { createForecasts } from '../../src/forecast.ts';
import { createApi } from '../../src/http/api.ts';
import { commandBench } from '../commands/list.ts';
import { wordsOf as discordWords, startDiscordEmulator } from '../emulators/discord.ts';
import { startNumbers } from '../emulators/prometheus.ts';
import { wordsOf as slackWords, startSlackEmulator } from '../emulators/slack.ts';
import { startSidecar } from '../http/start-sidecar.ts';
import { memoryDeliveries, noPictures, oneMetric, quietRecord, quietTelemetry } from '../small-things.ts';

const hourMs = 3_600_000;
const now = Date.UTC(2026, 0, 19, 12, 0, 3);
/** web-1 is at 90 in three hours, give or take. */
const climbing = (_metric: string, _host: string, at: number): number =>
  90 + (at - now - 3 * hourMs) / (4 * hourMs) + 0.2 * Math.sin(at / 171_717);
const answer = /cpu of web-1 reaches 90 % at 1[45]:\d\d UTC, (between|not before) 1[2-5]:\d\d/;
const maker = /typically off by [\d.]+ % over 6h in \d+ rolling tests/;

/** The command over a Prometheus that climbs and the worker that forecasts; both are gone when the test is. */
async function forecasting(): Promise<readonly Command[]> {
  const numbers = await startNumbers(['web-1'], climbing);
  const prometheus = { url: numbers.url, timeoutMs: 5_000, maxBytes: 10_000_000 };
  const forecasts = createForecasts({ prometheus, now: () => now, log: silentLog });
  onTestFinished(async () => {
    await forecasts.stop();
    await numbers.stop();
  });
  return commandBench({}, { watches: [oneMetric], forecast: forecasts.forecast }).commands;
}

function conversationOf(commands: readonly Command[]) {
  return createConverse({
    commands,
    roleOf: () => 'viewer',
    record: quietRecord,
    telemetry: quietTelemetry,
    now: Date.now,
    log: silentLog,
  });
}

describe('"forecast cpu web-1"', () => {
  it('in Slack is acknowledged at once, answered as a command and as a mention', async () => {
    const commands = await forecasting();
    const slack = await startSlackEmulator();
    const { botToken, appToken, url: apiUrl } = slack;
    const platform = createSlackPlatform({
      deliveries: memoryDeliveries(),
      painter: noPictures,
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
    slack.command('/ops forecast cpu web-1');
    await slack.waitFor(() => slack.acks().length === 1);
    expect(slack.messages().map(slackWords).join()).not.toMatch(answer);
    const words = await slack.waitFor(
      () =>
        slack
          .messages()
          .map(slackWords)
          .find((one) => answer.test(one)),
      60_000,
    );
    expect(words).toMatch(maker);
    expect(
      slack
        .messages()
        .map(slackWords)
        .filter((one) => /Reading the history/.test(one)),
    ).toEqual([]);

    slack.mention('forecast cpu web-1');
    await slack.waitFor(() => slack.messages().filter((one) => answer.test(slackWords(one))).length === 2, 60_000);
  }, 120_000);

  it('in Discord is deferred, and its one message becomes the answer', async () => {
    const commands = await forecasting();
    const discord = await startDiscordEmulator();
    const platform = createDiscordPlatform({
      painter: noPictures,
      ...{ token: discord.token, apiUrl: discord.url, commands, log: silentLog, now: Date.now },
    });
    onTestFinished(async () => {
      await platform.stop();
      await discord.stop();
    });
    await platform.start(conversationOf(commands));
    await discord.waitFor(() => discord.commands().length > 0);
    discord.slash(['forecast'], { metric: 'cpu', entity: 'web-1' });
    await discord.waitFor(() => discord.callbacks().length > 0);
    expect(discord.callbacks()[0]).toMatchObject({ type: 5 });
    const words = await discord.waitFor(
      () =>
        discord
          .messages()
          .map(discordWords)
          .find((one) => answer.test(one)),
      60_000,
    );
    expect(words).toMatch(maker);
    expect(discord.messages()).toHaveLength(1);
  }, 120_000);

  it('over HTTP is said in words and in numbers', async () => {
    const commands = await forecasting();
    const { post } = await startSidecar({ commands, api: createApi(conversationOf(commands).run) });
    const response = await post('/forecast', { metric: 'cpu', entity: 'web-1', limit: 90 });
    expect(response.status).toBe(200);
    const said = (await response.json()) as { text: string; entities: readonly { band: readonly object[] }[] };
    expect(said.text).toMatch(answer);
    expect(said.entities).toMatchObject([{ entity: 'web-1', limit: 'reaches', tests: expect.any(Number) }]);
    expect(said.entities[0]?.band).toHaveLength(36);
    const wrong = await post('/forecast', { metric: 'cpu', entity: 'db-1' });
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('There is no \\"db-1\\"')]);
  }, 120_000);
});
