import { describe, expect, it } from 'vitest';
import { createDiscordPlatform } from '../../src/chat/discord/platform.ts';
import { discordRegistration } from '../../src/chat/discord/registration.ts';
import { createConverse } from '../../src/converse.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Block, Reply } from '../../src/core/reply.ts';
import { createHostileText } from '../chat/discord/hostile-text.ts';
import { commandBench } from '../commands/list.ts';
import { startDiscordEmulator } from '../emulators/discord.ts';
import { messageProblems, pingsOf } from '../emulators/discord-checks.ts';
import { howToGetTheSchema, openDiscordSchema } from '../emulators/discord-openapi.ts';
import { noPictures, quietRecord, quietTelemetry } from '../small-things.ts';

const schema = openDiscordSchema();

/** Every kind of block, and one of each that is empty or far too long. */
const kinds: readonly Block[] = [
  { kind: 'heading', text: 'Critical: anomaly on web-1', tone: 'critical' },
  { kind: 'heading', text: '', tone: 'neutral' },
  { kind: 'text', text: 'cpu 93 % (expected 41 %)' },
  { kind: 'text', text: '' },
  { kind: 'text', text: 'word '.repeat(3_000) },
  {
    kind: 'facts',
    facts: [
      { name: 'since', value: '12:30' },
      { name: '', value: '' },
    ],
  },
  { kind: 'facts', facts: Array.from({ length: 60 }, (_fact, at) => ({ name: `n${at}`, value: 'v'.repeat(2_000) })) },
  { kind: 'code', text: 'rate(x[5m])' },
  { kind: 'code', text: '```\n'.repeat(2_000) },
  { kind: 'table', columns: ['a', 'b'], rows: [['1', '2'], []] },
  { kind: 'table', columns: ['a', 'b'], rows: Array.from({ length: 900 }, () => ['x'.repeat(90), 'y'.repeat(90)]) },
  { kind: 'link', text: 'Runbook', url: 'https://runbooks.example/cpu' },
  { kind: 'link', text: 'x'.repeat(5_000), url: `https://a.example/${'y'.repeat(3_000)}` },
  { kind: 'note', text: 'incident 7' },
  { kind: 'note', text: 'n'.repeat(5_000) },
];

function repliesOf(): readonly Reply[] {
  const text = createHostileText(2_026);
  const hostile = (): Block[] => [
    { kind: 'heading', text: text(300), tone: 'warning' },
    { kind: 'facts', facts: [{ name: text(90), value: text(300) }] },
    { kind: 'table', columns: [text(3), text(3)], rows: [[text(90), text(90)]] },
    { kind: 'code', text: text(900) },
    { kind: 'note', text: text(200) },
  ];
  const single = kinds.map((block): Reply => ({ summary: 'one', blocks: [block], onlyYou: false }));
  const all: Reply = { summary: 'all', blocks: kinds, onlyYou: false };
  const mean = Array.from({ length: 40 }, (): Reply => ({ summary: text(500), blocks: hostile(), onlyYou: false }));
  return [...single, all, { summary: '', blocks: [], onlyYou: false }, ...mean];
}

/** A whole day of a bot in a moment: it registers, is asked everything, suggests, fails, posts and edits. */
async function liveADay() {
  const discord = await startDiscordEmulator({ bucket: { limit: 1_000, windowMs: 1_000 } });
  const { commands } = commandBench();
  const { token, url: apiUrl } = discord;
  const platform = createDiscordPlatform({
    painter: noPictures,
    token,
    apiUrl,
    commands,
    log: silentLog,
    now: Date.now,
  });
  const conversation = createConverse({
    commands,
    roleOf: () => 'admin',
    record: quietRecord,
    telemetry: quietTelemetry,
    now: Date.now,
    log: silentLog,
  });
  try {
    await platform.start(conversation);
    await discord.waitFor(() => discord.commands().length > 0);
    const asked = commands.map(({ path, options }) => {
      const required = options.filter((option) => option.required);
      return discord.slash(path, Object.fromEntries(required.map(({ name, choices }) => [name, choices[0] ?? 'up'])));
    });
    asked.push(discord.slash(['query'], { promql: 'up', range: 'not a range' }));
    discord.autocomplete(['query'], 'promql', '');
    discord.mention('what is wrong with @everyone?');
    discord.mention('staus');
    const isAnswered = (): boolean =>
      asked.every(({ id }) => discord.callbacks().some((callback) => callback.id === id));
    await discord.waitFor(isAnswered);
    await discord.waitFor(() => discord.messages().every((message) => message.embeds.length > 0));
    await discord.waitFor(() => discord.messages().filter((message) => message.replyTo !== null).length === 2);
    const to = { platform: 'discord', channel: discord.channels.ops, thread: null };
    const signal = AbortSignal.timeout(30_000);
    for (const [at, reply] of repliesOf().entries()) {
      const card = await platform.post(
        to,
        reply,
        { key: `card ${at}`, attemptedAt: at % 9 === 0 ? Date.now() : null, isLoud: false },
        signal,
      );
      await platform.edit(card, reply, signal);
      if (at % 9 === 0)
        await platform.post(
          { ...to, thread: card.message },
          reply,
          { key: `news ${at}`, attemptedAt: null, isLoud: false },
          signal,
        );
    }
    return { requests: discord.requests(), pings: discord.messages().flatMap((message) => message.pings) };
  } finally {
    await platform.stop();
    await discord.stop();
  }
}

describe.skipIf(schema === null)("what is sent to Discord, by Discord's own description of its API", () => {
  it('is sound in every request of a whole day, within the limits, and pings nobody', async () => {
    const { requests, pings } = await liveADay();
    const refused = requests.filter(({ status }) => status >= 400);
    expect(refused).toEqual([]);
    expect(pings).toEqual([]);
    for (const { method, path, body } of requests) {
      expect(schema?.(method, path, body), `${method} ${path}`).toEqual([]);
      if (!/messages|webhooks/.test(path) || /threads$/.test(path) || body === undefined) continue;
      expect(messageProblems(body, method === 'POST' ? 'new' : 'edit'), `${method} ${path}`).toEqual([]);
      expect(pingsOf(body)).toEqual([]);
      expect(body).toMatchObject({ allowed_mentions: { parse: [] } });
    }
    const kindsOfRequests = new Set(
      requests.map(({ method, path }) => `${method} ${path.replaceAll(/\d{17,}|interaction-[^/]+/g, '_')}`),
    );
    expect([...kindsOfRequests].sort()).toEqual([
      'DELETE /webhooks/_/_/messages/@original',
      'GET /applications/_/commands',
      'GET /channels/_/messages',
      'GET /gateway/bot',
      'GET /users/@me',
      'PATCH /channels/_/messages/_',
      'PATCH /webhooks/_/_/messages/@original',
      'POST /channels/_/messages',
      'POST /channels/_/messages/_/threads',
      'POST /channels/_/typing',
      'POST /interactions/_/_/callback',
      'POST /webhooks/_/_',
      'PUT /applications/_/commands',
    ]);
  });

  it('would notice a message that is not', () => {
    expect(
      schema?.('POST', '/channels/123456789012345678/messages', { embeds: [{ title: 'x'.repeat(257) }] }),
    ).not.toEqual([]);
    expect(schema?.('PUT', '/applications/123456789012345678/commands', [{ type: 1 }])).not.toEqual([]);
  });

  it('is sound in the list of commands', () => {
    const registration = discordRegistration(commandBench().commands);
    expect(schema?.('PUT', '/applications/123456789012345678/commands', registration)).toEqual([]);
  });
});

if (schema === null) it.skip(`is not checked here: ${howToGetTheSchema}`, () => {});
