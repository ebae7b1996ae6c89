import { describe, expect, it } from 'vitest';
import { say } from '../../../src/core/reply.ts';
import { wordsOf } from '../../emulators/slack.ts';
import { type Bot, startBot, textOf, untilQuiet } from './start-bot.ts';

describe('a mention', () => {
  it('is a question without the name of the bot, and is answered in a thread under it', async () => {
    const { slack, conversation } = await startBot();
    const { ts, id } = slack.mention('what is wrong with &lt;web-1&gt;?');
    await slack.waitFor(() => slack.messages().length === 1);
    expect(conversation.heard).toEqual([
      {
        id,
        person: { platform: 'slack', id: slack.person.id, name: slack.person.id },
        standing: { groups: [], channels: [slack.channels.ops], unsure: null },
        at: { platform: 'slack', channel: slack.channels.ops, thread: ts },
        via: 'mention',
        request: { kind: 'mention', text: 'what is wrong with <web-1>?' },
      },
    ]);
    expect(slack.messages()).toMatchObject([{ thread: ts, onlyFor: null }]);
  });

  it('in a thread is answered in that thread', async () => {
    const { slack, conversation } = await startBot();
    const thread = slack.say('look at this');
    slack.mention('and this?', { thread });
    await slack.waitFor(() => slack.messages().length === 1);
    expect(conversation.heard[0]?.at.thread).toBe(thread);
    expect(slack.messages()[0]?.thread).toBe(thread);
  });

  it('has one answer: later ones edit the first', async () => {
    const { slack } = await startBot({
      handle: async (_event, show) => {
        for (const text of ['one', 'two', 'three']) await show(say(text));
      },
    });
    slack.mention('count');
    await slack.waitFor(() => slack.calls('chat.update').length === 2);
    expect(slack.messages().map(wordsOf)).toEqual(['three']);
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
  });

  it('has one answer also when Slack loses its word about the first', async () => {
    const { slack } = await startBot();
    slack.loseAnswers(1, 'chat.postMessage');
    slack.mention('hello');
    await slack.waitFor(() => slack.calls('conversations.replies').length === 1);
    expect(slack.messages()).toHaveLength(1);
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
  });

  it('is answered a moment later when the channel had enough for now', async () => {
    const { slack } = await startBot();
    slack.rateLimit(1, 1, 'chat.postMessage');
    slack.mention('hello');
    await slack.waitFor(() => slack.messages().length === 1);
  });

  it('names the person as Slack shows them, when it says so', async () => {
    const bot = await startBot();
    speak(bot, 'app_mention', { user_profile: { display_name: '', real_name: 'Ada Lovelace' } });
    await bot.slack.waitFor(() => bot.conversation.heard.length > 0);
    expect(bot.conversation.heard[0]?.person).toMatchObject({ id: bot.slack.person.id, name: 'Ada Lovelace' });
  });
});

describe('a direct message', () => {
  it('is a question, and is answered in a thread under it', async () => {
    const { slack, conversation } = await startBot();
    const { ts } = slack.direct('what is wrong?');
    await slack.waitFor(() => slack.messages(slack.channels.direct).length === 1);
    expect(conversation.heard.map(textOf)).toEqual(['what is wrong?']);
    expect(slack.messages(slack.channels.direct)[0]).toMatchObject({ thread: ts });
  });

  it('may hold a file', async () => {
    const bot = await startBot();
    speak(bot, 'message', { subtype: 'file_share', channel_type: 'im' });
    await bot.slack.waitFor(() => bot.conversation.heard.length === 1);
  });
});

function speak({ slack }: Bot, type: string, fields: Readonly<Record<string, unknown>>): string {
  const said = { channel: slack.channels.ops, user: slack.person.id, text: 'hello', ts: '1700000000.000100' };
  return slack.event(type, { ...said, ...fields });
}

describe('not a question is', () => {
  it.each<readonly [string, string, (bot: Bot) => Readonly<Record<string, unknown>>]>([
    ['what another bot says', 'app_mention', () => ({ bot_id: 'B999' })],
    [
      'what a bot says in a direct message',
      'message',
      () => ({ channel_type: 'im', subtype: 'bot_message', bot_id: 'B9' }),
    ],
    ['what the bot says itself', 'message', ({ slack }) => ({ channel_type: 'im', user: slack.bot })],
    ['what Slack says', 'message', () => ({ channel_type: 'im', user: 'USLACKBOT' })],
    ['an edit that names the bot', 'app_mention', () => ({ edited: { user: 'U1', ts: '1.2' } })],
    ['an edit', 'message', () => ({ channel_type: 'im', subtype: 'message_changed', message: { text: 'x' } })],
    ['a deletion', 'message', () => ({ channel_type: 'im', subtype: 'message_deleted' })],
    ['somebody who joins', 'message', () => ({ channel_type: 'im', subtype: 'channel_join' })],
    ['what people say to each other', 'message', () => ({ channel_type: 'channel' })],
    ['what nobody says', 'app_mention', () => ({ user: undefined })],
    ['another kind of event', 'reaction_added', () => ({})],
  ])('%s', async (_what, type, fields) => {
    const bot = await startBot();
    const id = speak(bot, type, fields(bot));
    await untilQuiet(bot);
    expect(bot.conversation.heard.map((event) => event.id)).not.toContain(id);
    expect(bot.conversation.heard).toHaveLength(1);
  });
});

describe('an event that comes again', () => {
  it('is acknowledged and not answered again', async () => {
    const bot = await startBot();
    const { id } = bot.slack.mention('hello');
    await bot.slack.waitFor(() => bot.slack.messages().length === 1);
    bot.slack.redeliver(id);
    await bot.slack.waitFor(() => bot.slack.acks().length === 2);
    await untilQuiet(bot);
    expect(bot.conversation.heard.filter((event) => event.id === id)).toHaveLength(1);
  });

  it('under another name is not answered again either', async () => {
    const bot = await startBot();
    speak(bot, 'app_mention', {});
    speak(bot, 'app_mention', {});
    await untilQuiet(bot);
    expect(bot.conversation.heard).toHaveLength(2);
  });
});
