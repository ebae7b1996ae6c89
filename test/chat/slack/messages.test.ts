import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/reply.ts';
import { wordsOf } from '../../emulators/slack.ts';
import { type Bot, startBot } from './start-bot.ts';

const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const to = ({ slack }: Bot, thread: string | null = null, channel = slack.channels.ops) => ({
  platform: 'slack',
  channel,
  thread,
});
const first = { key: 'a', attemptedAt: null, isLoud: false };

async function failureOf(work: Promise<unknown>): Promise<UpstreamError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UpstreamError);
  return error as UpstreamError;
}

describe('a post', () => {
  it('stands in the channel, shows no previews, and can be edited', async () => {
    const bot = await startBot();
    const ref = await bot.platform.post(to(bot), say('fire'), first, soon());
    expect(ref).toEqual({ platform: 'slack', channel: bot.slack.channels.ops, message: bot.slack.messages()[0]?.ts });
    expect(bot.slack.calls('chat.postMessage')[0]?.args).toMatchObject({
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
    await bot.platform.edit(ref, say('it is out'), soon());
    expect(bot.slack.messages().map(wordsOf)).toEqual(['it is out']);
  });

  it('stands in the thread it belongs to', async () => {
    const bot = await startBot();
    const card = await bot.platform.post(to(bot), say('fire'), first, soon());
    await bot.platform.post(to(bot, card.message), say('it is out'), { ...first, key: 'b' }, soon());
    expect(bot.slack.messages().map((message) => message.thread)).toEqual([null, card.message]);
  });

  it('carries its key where people do not see it', async () => {
    const bot = await startBot();
    await bot.platform.post(to(bot), say('fire'), { key: 'incident 7#card', attemptedAt: null, isLoud: false }, soon());
    const [message] = bot.slack.messages();
    expect(message?.metadata).toEqual({
      event_type: 'smartcloudops_notice',
      event_payload: { key: 'incident 7#card' },
    });
    expect(JSON.stringify([message?.text, message?.blocks])).not.toContain('incident 7');
  });

  it('works before and without a connection', async () => {
    const bot = await startBot();
    await bot.platform.stop();
    await bot.platform.post(to(bot), say('still'), first, soon());
    expect(bot.slack.messages()).toHaveLength(1);
  });

  it('is one message when its answer is lost and it is tried again', async () => {
    const bot = await startBot();
    const attemptedAt = Date.now();
    bot.slack.loseAnswers();
    const error = await failureOf(bot.platform.post(to(bot), say('fire'), first, soon()));
    expect(error.retryable).toBe(true);
    const ref = await bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt, isLoud: false }, soon());
    expect(bot.slack.messages().map((message) => message.ts)).toEqual([ref.message]);
    expect(bot.slack.calls('conversations.history')[0]?.args).toMatchObject({
      oldest: ((attemptedAt - 60_000) / 1_000).toFixed(6),
      include_all_metadata: 'true',
    });
  });

  it('is one message in a thread too', async () => {
    const bot = await startBot();
    const attemptedAt = Date.now();
    const card = await bot.platform.post(
      to(bot),
      say('fire'),
      { key: 'card', attemptedAt: null, isLoud: false },
      soon(),
    );
    bot.slack.loseAnswers();
    await failureOf(bot.platform.post(to(bot, card.message), say('news'), first, soon()));
    await bot.platform.post(to(bot, card.message), say('news'), { key: 'a', attemptedAt, isLoud: false }, soon());
    expect(bot.slack.messages().map(wordsOf)).toEqual(['fire', 'news']);
  });

  it('is found again after it was edited, behind much that others said', async () => {
    const bot = await startBot();
    const attemptedAt = Date.now();
    const ref = await bot.platform.post(to(bot), say('fire'), first, soon());
    await bot.platform.edit(ref, say('it is out'), soon());
    for (let count = 0; count < 450; count += 1) bot.slack.say(`chatter ${count}`);
    expect(await bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt, isLoud: false }, soon())).toEqual(
      ref,
    );
    expect(bot.slack.calls('conversations.history')).toHaveLength(3);
    expect(bot.slack.messages()).toHaveLength(1);
  });

  it('is posted when the earlier try never arrived, whatever looks like it', async () => {
    const bot = await startBot();
    const attemptedAt = Date.now();
    await bot.platform.post(to(bot), say('fire'), { key: 'b', attemptedAt: null, isLoud: false }, soon());
    bot.slack.fail(500);
    await failureOf(bot.platform.post(to(bot), say('fire'), first, soon()));
    await bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt, isLoud: false }, soon());
    expect(bot.slack.messages()).toHaveLength(2);
  });

  it('waits when it can not be seen for now whether it arrived', async () => {
    const bot = await startBot();
    bot.slack.fail(503, 1, 'conversations.history');
    const again = { key: 'a', attemptedAt: Date.now(), isLoud: false };
    expect((await failureOf(bot.platform.post(to(bot), say('fire'), again, soon()))).retryable).toBe(true);
    expect(bot.slack.messages()).toEqual([]);
  });

  it('is rather told twice than never when the app may not read the channel', async () => {
    const bot = await startBot();
    bot.slack.withoutScope('channels:history');
    await bot.platform.post(to(bot), say('fire'), { key: 'a', attemptedAt: Date.now(), isLoud: false }, soon());
    expect(bot.slack.messages()).toHaveLength(1);
    expect(bot.log.lines.find(({ level }) => level === 'warn')?.facts).toMatch(/channels:history/);
  });
});

describe('a post that fails', () => {
  it.each<readonly [string, (bot: Bot) => void, boolean, RegExp]>([
    [
      'a refused token',
      ({ slack }) => slack.refuseToken('bot', 'invalid_auth'),
      false,
      /SLACK_BOT_TOKEN.*OAuth & Perm/,
    ],
    ['a revoked token', ({ slack }) => slack.refuseToken('bot', 'token_revoked'), false, /SLACK_BOT_TOKEN/],
    ['a channel the bot is not in', ({ slack }) => slack.sayNo('not_in_channel'), false, /\/invite/],
    ['an unknown channel', ({ slack }) => slack.sayNo('channel_not_found'), false, /\/invite.*ID of the channel/],
    ['an archived channel', ({ slack }) => slack.archive(slack.channels.ops), false, /archived/],
    [
      'a missing scope',
      ({ slack }) => slack.withoutScope('chat:write'),
      false,
      /scope chat:write.*install the app again/,
    ],
    [
      'blocks that Slack does not take',
      ({ slack }) => slack.sayNo('invalid_blocks'),
      false,
      /invalid_blocks to a message/,
    ],
    ['a failure that passes', ({ slack }) => slack.sayNo('internal_error'), true, /internal_error/],
    ['a broken Slack', ({ slack }) => slack.fail(503), true, /503/],
    ['a page that is not Slack', ({ slack }) => slack.fail(200), true, /SLACK_API_URL/],
    ['a lost answer', ({ slack }) => slack.loseAnswers(), true, /could not be reached/],
  ])('says of %s what to do', async (_what, spoil, retryable, words) => {
    const bot = await startBot();
    spoil(bot);
    const error = await failureOf(bot.platform.post(to(bot), say('fire'), first, soon()));
    expect(error).toMatchObject({ service: 'slack', retryable, retryAfterMs: null });
    expect(error.message).toMatch(words);
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain(bot.slack.botToken);
  });

  it('says how long Slack asks to wait, at once, and tries nothing behind the back', async () => {
    const bot = await startBot();
    bot.slack.rateLimit(30);
    const startedAt = performance.now();
    const error = await failureOf(bot.platform.post(to(bot), say('fire'), first, soon()));
    expect(error).toMatchObject({ retryable: true, retryAfterMs: 30_000 });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(bot.slack.calls('chat.postMessage')).toHaveLength(1);
  });

  it('is told to wait its turn: a message a second and channel', async () => {
    const bot = await startBot({ oneASecond: true });
    await bot.platform.post(to(bot), say('one'), first, soon());
    const error = await failureOf(bot.platform.post(to(bot), say('two'), { ...first, key: 'b' }, soon()));
    expect(error).toMatchObject({ retryable: true, retryAfterMs: 1_000 });
    await bot.platform.post(to(bot, null, bot.slack.channels.random), say('two'), { ...first, key: 'b' }, soon());
  });

  it('ends when its caller has waited long enough', async () => {
    const bot = await startBot();
    bot.slack.hang();
    const startedAt = performance.now();
    const error = await failureOf(bot.platform.post(to(bot), say('fire'), first, AbortSignal.timeout(100)));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(error.retryable).toBe(true);
    expect(error.message).toMatch(/did not answer a message in time/);
  });

  it('says that Slack can not be reached', async () => {
    const bot = await startBot();
    await bot.platform.stop();
    await bot.slack.stop();
    const error = await failureOf(bot.platform.post(to(bot), say('fire'), first, soon()));
    expect(error.retryable).toBe(true);
    expect(error.message).toMatch(/could not be reached.*ECONNREFUSED/);
  });
});

describe('an edit that fails', () => {
  it('says that the message is gone', async () => {
    const bot = await startBot();
    const ref = await bot.platform.post(to(bot), say('fire'), first, soon());
    bot.slack.deleteMessage(ref.message);
    const error = await failureOf(bot.platform.edit(ref, say('out'), soon()));
    expect(error).toMatchObject({ retryable: false, message: expect.stringMatching(/gone/) });
  });

  it('says that the message is not ours', async () => {
    const bot = await startBot();
    const message = bot.slack.say('mine');
    const ref = { platform: 'slack', channel: bot.slack.channels.ops, message };
    const error = await failureOf(bot.platform.edit(ref, say('yours'), soon()));
    expect(error).toMatchObject({ retryable: false, message: expect.stringMatching(/not written by this bot/) });
  });
});
