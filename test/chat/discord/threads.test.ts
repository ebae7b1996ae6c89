import { describe, expect, it } from 'vitest';
import { say } from '../../../src/core/reply.ts';
import { wordsOf } from '../../emulators/discord-state.ts';
import { startBot } from './start-bot.ts';

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

async function withCard() {
  const bot = await startBot();
  const at = { platform: 'discord', channel: bot.discord.channels.ops, thread: null };
  const card = await bot.platform.post(at, say('fire'), { key: 'card', attemptedAt: null, isLoud: true }, soon());
  const under = { ...at, thread: card.message };
  const say2 = (text: string, options: { key?: string; attemptedAt?: number | null; isLoud?: boolean } = {}) =>
    bot.platform.post(under, say(text), { key: text, attemptedAt: null, isLoud: false, ...options }, soon());
  return { ...bot, at, card, under, tell: say2 };
}

describe('what is said under a card', () => {
  it('stands in its thread, which is opened once', async () => {
    const { discord, card, tell } = await withCard();
    await tell('Ada acknowledged it');
    await tell('web-2 broke as well');
    expect(discord.posts().map(({ channel, replyTo }) => [channel, replyTo])).toEqual([
      [discord.channels.ops, null],
      [card.message, null],
      [card.message, null],
    ]);
    expect(discord.requests().filter(({ path }) => path.endsWith('/threads'))).toHaveLength(1);
  });

  it('answers the card in the channel when it should reach people', async () => {
    const { discord, card, tell } = await withCard();
    await tell('it got critical', { isLoud: true });
    expect(discord.posts().at(-1)).toMatchObject({ channel: discord.channels.ops, replyTo: card.message });
  });

  it('answers the card in the channel where the bot may not open threads', async () => {
    const { discord, card, tell } = await withCard();
    discord.refuseThreads();
    await tell('Ada acknowledged it');
    expect(discord.posts().at(-1)).toMatchObject({ channel: discord.channels.ops, replyTo: card.message });
  });

  it('is said once when the answer of the first try was lost, and says what is true now', async () => {
    const { discord, card, tell } = await withCard();
    const before = Date.now();
    await tell('Ada acknowledged it', { key: 'news' });
    discord.forgetNonces();
    await tell('Ada acknowledged it, Bob resolved it', { key: 'news', attemptedAt: before });
    const said = discord.posts().filter(({ channel }) => channel === card.message);
    expect(said.map(wordsOf).map((words) => words.split('\n')[0])).toEqual(['Ada acknowledged it, Bob resolved it']);
  });
});

describe('a call by name', () => {
  it('pings those whom the configuration names, and nobody whom words name', async () => {
    const { discord, platform, at } = await withCard();
    const mentions = [
      { platform: 'discord', to: 'person' as const, id: '111111111111111111' },
      { platform: 'discord', to: 'role' as const, id: '222222222222222222' },
    ];
    const hostile = say('@everyone <@333333333333333333> <@&444444444444444444> look');
    await platform.post(at, hostile, { key: 'call', attemptedAt: null, isLoud: true, mentions }, soon());
    expect(discord.posts().at(-1)?.pings).toEqual(['<@111111111111111111>', '<@&222222222222222222>']);
  });
});
