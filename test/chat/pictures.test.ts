import { describe, expect, it, onTestFinished } from 'vitest';
import { createDiscordPlatform } from '../../src/chat/discord/platform.ts';
import { createSlackPlatform } from '../../src/chat/slack/platform.ts';
import type { Chart, Painter } from '../../src/core/chart.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Reply } from '../../src/core/reply.ts';
import { startDiscordEmulator } from '../emulators/discord.ts';
import { startSlackEmulator } from '../emulators/slack.ts';
import { memoryDeliveries, noPictures } from '../small-things.ts';

const signal = AbortSignal.timeout(30_000);
const first = { key: 'k', attemptedAt: null, isLoud: true };
/** The smallest PNG. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const chart: Chart = {
  ...{ title: 'web-1', alt: 'cpu of web-1: last 97 % @everyone', from: 0, to: 1, timeZone: 'UTC' },
  ...{ panels: [], spans: [], simulated: false },
};
const card: Reply = {
  summary: 'Critical: anomaly on web-1',
  blocks: [
    { kind: 'heading', text: 'Critical: anomaly on web-1', tone: 'critical' },
    { kind: 'facts', facts: [{ name: 'since', value: 'noon' }] },
    { kind: 'chart', chart },
    { kind: 'note', text: 'incident i1' },
  ],
  onlyYou: false,
};
const plain: Reply = { ...card, blocks: card.blocks.filter(({ kind }) => kind !== 'chart') };
const painter: Painter = { paint: async ({ alt }) => ({ png, width: 1, height: 1, alt }) };

async function discordWith(how: Painter) {
  const discord = await startDiscordEmulator();
  const { token, url: apiUrl } = discord;
  const platform = createDiscordPlatform({
    ...{ token, apiUrl, commands: [], painter: how, log: silentLog, now: Date.now },
  });
  onTestFinished(async () => {
    await platform.stop();
    await discord.stop();
  });
  return { discord, platform, to: { platform: 'discord', channel: discord.channels.ops, thread: null } };
}

async function slackWith(how: Painter) {
  const slack = await startSlackEmulator();
  const { botToken, appToken, url: apiUrl } = slack;
  const platform = createSlackPlatform({
    deliveries: memoryDeliveries(),
    ...{ botToken, appToken, apiUrl, signingSecret: null, mode: 'socket', port: 0, groups: [], painter: how },
    ...{ log: silentLog, now: Date.now },
  });
  onTestFinished(async () => {
    await platform.stop();
    await slack.stop();
  });
  return { slack, platform, to: { platform: 'slack', channel: slack.channels.ops, thread: null } };
}

describe('a picture in Discord', () => {
  it('is in the card with its words, is replaced by an edit, and is gone with a card that has none', async () => {
    const { discord, platform, to } = await discordWith(painter);
    const ref = await platform.post(to, card, first, signal);
    const message = () => discord.messages()[0];
    expect(message()?.pictures).toEqual([{ alt: chart.alt, bytes: png }]);
    expect(JSON.stringify(message()?.embeds)).toContain('"image":{"url":"attachment://chart-1.png"}');
    await platform.edit(ref, card, signal);
    expect(message()?.pictures).toHaveLength(1);
    await platform.edit(ref, plain, signal);
    expect(message()?.pictures).toEqual([]);
    expect(message()?.pings).toEqual([]);
  });

  it('that can not be drawn is said in words', async () => {
    const { discord, platform, to } = await discordWith(noPictures);
    await platform.post(to, card, first, signal);
    expect(discord.messages()[0]?.pictures).toEqual([]);
    expect(JSON.stringify(discord.messages()[0]?.embeds)).toContain('cpu of web-1: last 97 %');
  });
});

describe('a picture that Discord refuses', () => {
  it('holds no card up: words stand in for it', async () => {
    const { discord, platform, to } = await discordWith(painter);
    discord.refuseFiles();
    await platform.post(to, card, first, signal);
    expect(discord.messages()).toHaveLength(1);
    expect(discord.messages()[0]?.pictures).toEqual([]);
    expect(JSON.stringify(discord.messages()[0]?.embeds)).toContain('cpu of web-1: last 97 %');
  });
});

describe('a picture in Slack', () => {
  it('is uploaded and shown in the card with its words, and is gone with a card that has none', async () => {
    const { slack, platform, to } = await slackWith(painter);
    const ref = await platform.post(to, card, first, signal);
    const images = () => slack.messages()[0]?.blocks.filter(({ type }) => type === 'image') ?? [];
    const [id] = [...slack.files().keys()];
    expect(images()).toEqual([
      { type: 'image', slack_file: { id }, alt_text: expect.stringMatching(/^cpu of web-1: last 97 % @\W?everyone$/) },
    ]);
    expect(slack.files().get(id ?? '')?.bytes).toEqual(png);
    await platform.edit(ref, plain, signal);
    expect(images()).toEqual([]);
  });

  it('that can not be drawn is said in words', async () => {
    const { slack, platform, to } = await slackWith(noPictures);
    await platform.post(to, card, first, signal);
    expect(slack.files().size).toBe(0);
    expect(JSON.stringify(slack.messages()[0]?.blocks)).toContain('cpu of web-1: last 97 %');
  });

  it('that Slack refuses holds no card up', async () => {
    const { slack, platform, to } = await slackWith(painter);
    slack.withoutScope('files:write');
    await platform.post(to, card, first, signal);
    expect(JSON.stringify(slack.messages()[0]?.blocks)).toContain('cpu of web-1: last 97 %');
  });
});
