import { describe, expect, it } from 'vitest';
import { createDiscordPlatform } from '../../../src/chat/discord/platform.ts';
import { startDiscordEmulator } from '../../emulators/discord.ts';
import { noPictures } from '../../small-things.ts';
import { commands, createListener, createRecordingLog, startBot } from './start-bot.ts';

type Bot = Awaited<ReturnType<typeof startBot>>;
const isUp = ({ platform }: Bot): boolean => platform.connection().kind === 'connected';

describe('the connection', () => {
  it('is there when start is done, with intents that are not privileged', async () => {
    const bot = await startBot({ now: () => 1_234 });
    expect(bot.platform.connection()).toEqual({ kind: 'connected', since: 1_234 });
    expect(bot.discord.identifies().map(({ intents }) => intents)).toEqual([1 + 512]);
  });

  it('says that the token is refused, starts all the same and does not insist', async () => {
    const { platform, discord } = await startBot({ givenToken: 'an-old-token' });
    expect(platform.connection()).toMatchObject({
      kind: 'disconnected',
      because: expect.stringMatching(/Reset Token/),
    });
    expect(discord.requests().filter((request) => request.path === '/gateway/bot')).toHaveLength(1);
    expect(discord.identifies()).toEqual([]);
  });

  it('says when the token is revoked in the middle, and does not insist', async () => {
    const bot = await startBot();
    bot.discord.revokeToken();
    await bot.discord.waitFor(() => !isUp(bot));
    expect(bot.platform.connection()).toMatchObject({ because: expect.stringMatching(/Reset Token/) });
    expect(bot.discord.identifies()).toHaveLength(1);
  });

  it('says that Discord can not be reached, and starts all the same', async () => {
    const gone = await startDiscordEmulator();
    await gone.stop();
    const log = createRecordingLog();
    const platform = createDiscordPlatform({
      painter: noPictures,
      token: gone.token,
      apiUrl: gone.url,
      commands,
      log,
      now: () => 5,
    });
    await platform.start(createListener());
    expect(platform.connection()).toMatchObject({
      kind: 'disconnected',
      since: 5,
      because: expect.stringMatching(/ECONNREFUSED/),
    });
    await platform.stop();
  });

  it('comes by itself after Discord was out of order', async () => {
    const discord = await startDiscordEmulator();
    discord.fail(503, 1);
    const bot = await startBot({ discord });
    await discord.waitFor(() => isUp(bot));
    await bot.platform.stop();
    await discord.stop();
  });

  it.each<readonly [string, (bot: Bot) => void]>([
    ['a broken line', ({ discord }) => discord.cutGateway(null)],
    ['a closing code that allows it', ({ discord }) => discord.cutGateway(4000)],
    ['a wish of Discord', ({ discord }) => discord.sendRaw({ op: 7, d: null })],
    ['a session that may be resumed', ({ discord }) => discord.sendRaw({ op: 9, d: true })],
  ])('resumes after %s and misses nothing', async (_what, cut) => {
    const bot = await startBot();
    cut(bot);
    await bot.discord.waitFor(() => bot.discord.connections() === 0);
    const id = bot.discord.mention('did you hear that?');
    await bot.discord.waitFor(() => bot.conversation.heard.some((event) => event.id === id));
    expect(bot.discord.resumes()).toBe(1);
    expect(bot.discord.identifies()).toHaveLength(1);
    await bot.discord.waitFor(() => isUp(bot));
  });

  it.each<readonly [string, (bot: Bot) => void]>([
    ['closing code 4009', ({ discord }) => discord.cutGateway(4009)],
    ['an invalid session', ({ discord }) => discord.sendRaw({ op: 9, d: false })],
  ])('begins a new session after %s', async (_what, cut) => {
    const bot = await startBot();
    cut(bot);
    await bot.discord.waitFor(() => bot.discord.identifies().length === 2);
    expect(bot.discord.resumes()).toBe(0);
    const { id } = bot.discord.slash(['help']);
    await bot.discord.waitFor(() => bot.conversation.heard.some((event) => event.id === id));
  });

  it('is replaced when it has fallen silent', async () => {
    const bot = await startBot({ heartbeatMs: 100 });
    bot.discord.muteGateway(true);
    await bot.discord.waitFor(() => !isUp(bot));
    expect(bot.platform.connection()).toMatchObject({ because: expect.stringMatching(/silent/) });
    bot.discord.muteGateway(false);
    await bot.discord.waitFor(() => bot.discord.resumes() > 0 && isUp(bot));
  });

  it.each<readonly [string, unknown]>([
    ['no JSON', 'hello?'],
    ['no object', '[]'],
    ['an unknown opcode', { op: 99, d: {} }],
    ['an event of nobody', { op: 0, t: 'NOBODY_KNOWS_THIS', s: 90, d: { a: 1 } }],
    ['a message without an author', { op: 0, t: 'MESSAGE_CREATE', s: 91, d: { id: '1', content: '<@1>' } }],
    ['an interaction without data', { op: 0, t: 'INTERACTION_CREATE', s: 92, d: { id: '1', type: 2 } }],
    [
      'an interaction of an unknown kind',
      { op: 0, t: 'INTERACTION_CREATE', s: 93, d: { id: '1', type: 77, data: {} } },
    ],
    ['an event without anything', { op: 0, t: 'GUILD_CREATE', s: 94, d: null }],
    ['a broken greeting', { op: 0, t: 'READY', s: 95, d: null }],
    ['a hello without a pace', { op: 10, d: null }],
  ])('outlives %s', async (_what, frame) => {
    const bot = await startBot();
    bot.discord.sendRaw(frame);
    const { id } = bot.discord.slash(['help']);
    await bot.discord.waitFor(() => bot.conversation.heard.some((event) => event.id === id));
    expect(isUp(bot)).toBe(true);
  });

  it('ends when it is stopped, also in the middle of coming back', async () => {
    const bot = await startBot();
    bot.discord.cutGateway(4000);
    await bot.discord.waitFor(() => !isUp(bot));
    const startedAt = performance.now();
    await bot.platform.stop();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(bot.platform.connection()).toMatchObject({ kind: 'disconnected', because: 'stopped' });
    expect(bot.discord.resumes()).toBe(0);
  });

  it('never writes a secret into the log', async () => {
    const bot = await startBot();
    bot.discord.fail(500, 9);
    const { token } = bot.discord.slash(['help']);
    await bot.discord.waitFor(() => bot.log.lines.some((line) => line.message === 'a command was not answered'), 8_000);
    bot.discord.revokeToken();
    await bot.discord.waitFor(() => !isUp(bot));
    const written = JSON.stringify(bot.log.lines);
    expect(written).not.toContain(bot.discord.token);
    expect(written).not.toContain(token);
  });
});
