import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createConsolePlatform } from '../../src/chat/console/platform.ts';
import { createDiscordPlatform } from '../../src/chat/discord/platform.ts';
import { createSlackPlatform } from '../../src/chat/slack/platform.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Reply } from '../../src/core/reply.ts';
import { openStore } from '../../src/store/open-store.ts';
import { commandBench } from '../commands/list.ts';
import { chatPlatformContract } from '../contracts/chat-platform.ts';
import { wordsOf as discordWords, startDiscordEmulator } from '../emulators/discord.ts';
import { wordsOf as slackWords, startSlackEmulator } from '../emulators/slack.ts';
import { memoryDeliveries, noPictures } from '../small-things.ts';

const to = (platform: string, channel: string) => ({ platform, channel, thread: null });
const log = silentLog;
const now = Date.now;

chatPlatformContract('Slack', async () => {
  const slack = await startSlackEmulator();
  const { botToken, appToken, url: apiUrl } = slack;
  const platform = createSlackPlatform({
    deliveries: memoryDeliveries(),
    painter: noPictures,
    botToken,
    appToken,
    signingSecret: null,
    mode: 'socket',
    port: 0,
    apiUrl,
    groups: [],
    log,
    now,
  });
  onTestFinished(async () => {
    await platform.stop();
    await slack.stop();
  });
  const seen = async () => slack.messages().map((one) => ({ id: one.ts, under: one.thread, words: slackWords(one) }));
  return { platform, channel: to('slack', slack.channels.ops), seen };
});

chatPlatformContract('Discord', async () => {
  const discord = await startDiscordEmulator();
  const { token, url: apiUrl } = discord;
  const platform = createDiscordPlatform({
    painter: noPictures,
    token,
    apiUrl,
    commands: commandBench().commands,
    log,
    now,
  });
  onTestFinished(async () => {
    await platform.stop();
    await discord.stop();
  });
  const seen = async () =>
    discord.posts().map((one) => {
      const thread = one.channel === discord.channels.ops ? null : one.channel;
      return { id: one.id, under: one.replyTo ?? thread, words: discordWords(one) };
    });
  return { platform, channel: to('discord', discord.channels.ops), seen };
});

chatPlatformContract('the console', async () => {
  const store = await openStore({ databaseUrl: null, dataDir: mkdtempSync(join(tmpdir(), 'console-')), log });
  const platform = createConsolePlatform({ painter: noPictures, store: store.console, now, log });
  onTestFinished(async () => {
    await platform.stop();
    await store.close();
  });
  const seen = async () =>
    (await platform.recent(100)).map(({ id, under, reply }) => ({
      id: String(id),
      under: under === null ? null : String(under),
      words: wordsOf(reply),
    }));
  return { platform, channel: to('console', 'main'), seen };
});

/** The page shows every word of every block. */
function wordsOf({ blocks }: Reply): string {
  return JSON.stringify(blocks);
}
