import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/reply.ts';
import { wordsOf } from '../../emulators/discord.ts';
import { startBot } from './start-bot.ts';

type Bot = Awaited<ReturnType<typeof startBot>>;

const roomy = { bucket: { limit: 1_000, windowMs: 1_000 } };
const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const to = ({ discord }: Bot, thread: string | null = null, channel = discord.channels.ops) => ({
  platform: 'discord',
  channel,
  thread,
});

async function failureOf(work: Promise<unknown>): Promise<UpstreamError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UpstreamError);
  return error as UpstreamError;
}

describe('a post', () => {
  it('stands in the channel and can be edited', async () => {
    const bot = await startBot();
    const ref = await bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt: null, isLoud: false }, soon());
    expect(bot.discord.messages().map((message) => message.id)).toEqual([ref.message]);
    await bot.platform.edit(ref, say('it is out'), soon());
    expect(bot.discord.messages().map(wordsOf)).toEqual(['it is out']);
  });

  it('works before and without a connection to the gateway', async () => {
    const bot = await startBot();
    await bot.platform.stop();
    await bot.platform.post(to(bot), say('still'), { key: 'a', attemptedAt: null, isLoud: false }, soon());
    expect(bot.discord.posts()).toHaveLength(1);
  });

  it('is one message when its answer is lost and it is tried again', async () => {
    const bot = await startBot();
    const attemptedAt = Date.now();
    bot.discord.loseAnswers(1);
    const error = await failureOf(
      bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt: null, isLoud: false }, soon()),
    );
    expect(error.retryable).toBe(true);
    const ref = await bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt, isLoud: false }, soon());
    expect(bot.discord.posts().map((message) => message.id)).toEqual([ref.message]);
  });

  it('is found again long after Discord forgot the nonce, behind much that others said', async () => {
    const bot = await startBot(roomy);
    const attemptedAt = Date.now();
    for (let count = 0; count < 150; count += 1) bot.discord.say(`chatter ${count}`);
    bot.discord.loseAnswers(1);
    await failureOf(bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt: null, isLoud: false }, soon()));
    for (let count = 0; count < 150; count += 1) bot.discord.say(`chatter ${count}`);
    bot.discord.forgetNonces();
    const ref = await bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt, isLoud: false }, soon());
    expect(bot.discord.posts().map((message) => message.id)).toEqual([ref.message]);
  });

  it('is posted when the earlier try never arrived, whatever looks like it', async () => {
    const bot = await startBot();
    const attemptedAt = Date.now();
    const options = { key: 'a', attemptedAt: null, isLoud: false };
    const other = await bot.platform.post(to(bot), say('fire'), { key: 'b', attemptedAt: null, isLoud: false }, soon());
    bot.discord.fail(500);
    await failureOf(bot.platform.post(to(bot), say('fire'), options, soon()));
    const ref = await bot.platform.post(to(bot), say('fire'), { ...options, attemptedAt }, soon());
    expect(ref.message).not.toBe(other.message);
    expect(bot.discord.posts()).toHaveLength(2);
  });

  it('waits a moment for its turn when the channel had enough for now', async () => {
    const bot = await startBot({ bucket: { limit: 2, windowMs: 700 } });
    for (const key of ['a', 'b', 'c'])
      await bot.platform.post(to(bot), say(key), { key, attemptedAt: null, isLoud: false }, soon());
    expect(bot.discord.posts()).toHaveLength(3);
    expect(bot.discord.requests().filter((request) => request.status === 429)).toEqual([]);
  });
});

describe('a post that fails', () => {
  it.each<readonly [string, (bot: Bot) => void, boolean, RegExp]>([
    ['a refused token', ({ discord }) => discord.revokeToken(), false, /DISCORD_TOKEN.*Reset Token/],
    [
      'a channel it can not see',
      ({ discord }) => discord.closeChannel(discord.channels.ops, 50001),
      false,
      /View Channel/,
    ],
    [
      'a channel it may not write in',
      ({ discord }) => discord.closeChannel(discord.channels.ops, 50013),
      false,
      /Send Messages/,
    ],
    ['a failure of Discord', ({ discord }) => discord.fail(503), true, /503/],
    ['a lost answer', ({ discord }) => discord.loseAnswers(1), true, /could not be reached/],
  ])('says of %s what to do', async (_what, spoil, retryable, words) => {
    const bot = await startBot();
    spoil(bot);
    const error = await failureOf(
      bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt: null, isLoud: false }, soon()),
    );
    expect(error).toMatchObject({ service: 'discord', retryable });
    expect(error.message).toMatch(words);
    expect(`${error.message}${error.stack}`).not.toContain(bot.discord.token);
  });

  it.each([
    ['that nobody knows', '123456789012345678', /Copy Channel ID/],
    ['that is a name and no id', 'general', /not snowflake/],
  ])('says of a channel %s what to do', async (_what, channel, words) => {
    const bot = await startBot();
    const error = await failureOf(
      bot.platform.post(to(bot, null, channel), say('fire'), { key: 'a', attemptedAt: null, isLoud: false }, soon()),
    );
    expect(error.retryable).toBe(false);
    expect(error.message).toMatch(words);
  });

  it('says how long Discord asks to wait, at once', async () => {
    const bot = await startBot();
    bot.discord.rateLimit(30);
    const startedAt = performance.now();
    const error = await failureOf(
      bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt: null, isLoud: false }, soon()),
    );
    expect(error.retryable).toBe(true);
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(30_000);
    expect(error.retryAfterMs).toBeLessThan(31_000);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('fails the same way the second time: a refused token is not forgotten', async () => {
    const bot = await startBot();
    bot.discord.revokeToken();
    for (const key of ['a', 'b']) {
      const error = await failureOf(
        bot.platform.post(to(bot), say('fire'), { key, attemptedAt: null, isLoud: false }, soon()),
      );
      expect(error.message).toMatch(/DISCORD_TOKEN/);
    }
    bot.discord.restoreToken();
    await bot.platform.post(to(bot), say('fire'), { key: 'c', attemptedAt: null, isLoud: false }, soon());
  });

  it('ends when its caller has waited enough', async () => {
    const bot = await startBot();
    bot.discord.slow(5_000);
    const startedAt = performance.now();
    const error = await failureOf(
      bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt: null, isLoud: false }, AbortSignal.timeout(100)),
    );
    bot.discord.slow(0);
    expect(error.retryable).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('can not be reached when Discord is not there', async () => {
    const bot = await startBot();
    await bot.platform.stop();
    await bot.discord.stop();
    const error = await failureOf(
      bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt: null, isLoud: false }, soon()),
    );
    expect(error).toMatchObject({ retryable: true });
    expect(error.message).toMatch(/could not be reached.*ECONNREFUSED/);
  });

  it('of an edit says when the message is gone', async () => {
    const bot = await startBot();
    const ref = await bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt: null, isLoud: false }, soon());
    bot.discord.deleteMessage(ref.message);
    const error = await failureOf(bot.platform.edit(ref, say('out'), soon()));
    expect(error.retryable).toBe(false);
    expect(error.message).toMatch(/gone/);
  });
});
