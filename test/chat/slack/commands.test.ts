import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/core/chat.ts';
import { type Reply, say } from '../../../src/core/reply.ts';
import { type EmulatedMessage, wordsOf } from '../../emulators/slack.ts';
import { startBot, untilQuiet } from './start-bot.ts';

const seen = ({ onlyFor, ...message }: EmulatedMessage): readonly [string, string | null] => [
  wordsOf(message),
  onlyFor,
];
const secretly = (text: string): Reply => say(text, { onlyYou: true });

describe('a command', () => {
  it('reaches the conversation as the line that was typed, with who typed it and where', async () => {
    const { slack, conversation } = await startBot();
    const { id } = slack.command('/ops query rate(x[5m]) &gt; 5 &amp;&amp; y', { channel: slack.channels.random });
    await slack.waitFor(() => conversation.heard.length > 0);
    expect(conversation.heard).toEqual([
      {
        id,
        person: { platform: 'slack', id: slack.person.id, name: 'ada' },
        standing: { groups: [], channels: [slack.channels.random], unsure: null },
        at: { platform: 'slack', channel: slack.channels.random, thread: null },
        via: 'slash',
        request: { kind: 'line', text: 'query rate(x[5m]) > 5 && y' },
      },
    ]);
  });

  it('is acknowledged at once, while the conversation hangs', async () => {
    const { slack, conversation } = await startBot({ handle: hangs });
    slack.command('/ops status');
    await slack.waitFor(() => slack.acks().length === 1);
    expect(slack.acks()[0]?.ms).toBeLessThan(1_000);
    await slack.waitFor(() => conversation.heard.length === 1);
    expect(slack.messages()).toEqual([]);
  });

  it('is acknowledged before anything is said or asked', async () => {
    const { slack } = await startBot({
      handle: async (_event, show) => {
        acknowledgedBefore = slack.acks().length;
        await show(say('x'));
      },
    });
    let acknowledgedBefore = -1;
    const sentBefore = slack.calls().length;
    slack.command('/ops status');
    await slack.waitFor(() => slack.messages().length === 1);
    expect(slack.acks()).toHaveLength(1);
    expect(acknowledgedBefore).toBeGreaterThanOrEqual(0);
    expect(
      slack
        .calls()
        .slice(sentBefore)
        .map((call) => call.method),
    ).toEqual(['response_url']);
  });

  it('is answered for everybody, or for the asker alone', async () => {
    const { slack } = await startBot({
      handle: (event, show) =>
        show(event.request.kind === 'line' && event.request.text === 'me' ? secretly('psst') : say('hear')),
    });
    slack.command('/ops all');
    await slack.waitFor(() => slack.messages().length === 1);
    slack.command('/ops me');
    await slack.waitFor(() => slack.messages().length === 2);
    expect(slack.messages().map(seen)).toEqual([
      ['hear', null],
      ['psst', slack.person.id],
    ]);
  });

  it('is answered in a channel that the bot is not in', async () => {
    const { slack } = await startBot();
    slack.command('/ops status', { channel: slack.channels.secret });
    await slack.waitFor(() => slack.messages(slack.channels.secret).length === 1);
  });

  it('has one answer: later ones take the place of the first', async () => {
    const { slack } = await startBot({
      handle: async (_event, show) => {
        for (const text of ['one', 'two', 'three']) await show(say(text));
      },
    });
    slack.command('/ops status');
    await slack.waitFor(() => slack.calls('response_url').length === 3);
    expect(slack.messages().map((message) => wordsOf(message))).toEqual(['three']);
  });

  it('keeps private what follows a private answer, and makes nothing private public', async () => {
    const { slack } = await startBot({
      handle: async (_event, show) => {
        await show(say('working'));
        await show(secretly('the secret'));
        await show(say('the secret, longer'));
      },
    });
    slack.command('/ops status');
    await slack.waitFor(() => slack.calls('response_url').length === 3);
    expect(slack.messages().map(seen)).toEqual([
      ['working', null],
      ['the secret, longer', slack.person.id],
    ]);
  });

  it('goes on in the channel when the five uses of its address are over', async () => {
    const { slack } = await startBot({
      handle: async (_event, show) => {
        for (let count = 1; count <= 7; count += 1) await show(say(`answer ${count}`));
      },
    });
    slack.command('/ops status');
    await slack.waitFor(() => slack.calls('chat.update').length === 1);
    expect(slack.messages().map((message) => wordsOf(message))).toEqual(['answer 5', 'answer 7']);
    expect(slack.calls('response_url').map((call) => call.status)).toEqual([200, 200, 200, 200, 200]);
  });

  it('that many replies lead to is one message of the channel, where it may be edited often', async () => {
    const { slack } = await startBot({
      handle: async (_event, show) => {
        for (let count = 1; count <= 7; count += 1) await show(say(`at ${count}`), { more: true });
        await show(say('done'));
      },
    });
    slack.command('/ops status');
    await slack.waitFor(() => slack.calls('chat.update').length === 7);
    expect(slack.messages().map((message) => wordsOf(message))).toEqual(['done']);
    expect(slack.calls('response_url')).toEqual([]);
  });

  it('that many replies lead to keeps uses of its address for the end, where the bot can not post', async () => {
    const { slack } = await startBot({
      handle: async (_event, show) => {
        for (let count = 1; count <= 7; count += 1) await show(say(`at ${count}`), { more: true });
        await show(say('done'));
      },
    });
    slack.command('/ops status', { channel: slack.channels.secret });
    const here = () => slack.messages(slack.channels.secret).map((message) => wordsOf(message));
    await slack.waitFor(() => here().join() === 'done');
    expect(slack.calls('response_url')).toHaveLength(4);
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
  });

  it('goes on in the channel after 25 minutes, privately when it was meant so', async () => {
    let later = 0;
    const { slack } = await startBot({
      now: () => Date.now() + later,
      handle: async (event, show) => {
        later = 26 * 60_000;
        await show(event.request.kind === 'line' && event.request.text === 'me' ? secretly('psst') : say('hear'));
      },
    });
    slack.command('/ops all');
    await slack.waitFor(() => slack.messages().length === 1);
    later = 0;
    slack.command('/ops me');
    await slack.waitFor(() => slack.messages().length === 2);
    expect(slack.messages().map(seen)).toEqual([
      ['hear', null],
      ['psst', slack.person.id],
    ]);
    expect(slack.calls('response_url')).toEqual([]);
  });

  it('goes on in the channel when Slack takes no more answers at the address', async () => {
    const { slack } = await startBot({
      handle: async (_event, show) => {
        command.isExpired = true;
        await show(say('late'));
      },
    });
    const command = slack.command('/ops status');
    await slack.waitFor(() => slack.messages().length === 1);
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
  });

  it.each(['again in the same words', 'again in a new envelope'])('that comes %s is answered once', async () => {
    const bot = await startBot();
    const { id } = bot.slack.command('/ops status');
    await bot.slack.waitFor(() => bot.slack.messages().length === 1);
    bot.slack.redeliver(id);
    await bot.slack.waitFor(() => bot.slack.acks().length === 2);
    await untilQuiet(bot);
    expect(bot.conversation.heard.filter((event) => event.id === id)).toHaveLength(1);
  });

  it('in an envelope that came before is acknowledged and passed over', async () => {
    const bot = await startBot();
    const [first, second] = ['1', '2'].map((id) => ({
      ...commandBody,
      trigger_id: id,
      channel_id: bot.slack.channels.ops,
    }));
    bot.slack.deliver('1', 'slash_commands', first ?? {}, 'the-envelope');
    bot.slack.deliver('2', 'slash_commands', second ?? {}, 'the-envelope');
    await bot.slack.waitFor(() => bot.slack.acks().length === 2);
    await untilQuiet(bot);
    expect(bot.conversation.heard.map((event) => event.id).slice(0, -1)).toEqual(['1']);
  });

  it('tries again to answer when Slack is out of order for a moment', async () => {
    const { slack } = await startBot();
    slack.fail(503, 1);
    slack.command('/ops status');
    await slack.waitFor(() => slack.messages().length === 1);
    expect(slack.calls('response_url').map((call) => call.status)).toEqual([503, 200]);
  });

  it('that can not be answered is a line in the log, and the next one is answered', async () => {
    const { slack, log } = await startBot();
    slack.fail(403, 1);
    slack.command('/ops status');
    await slack.waitFor(() => log.lines.some((line) => line.message === 'a command was not answered'));
    slack.command('/ops status');
    await slack.waitFor(() => slack.messages().length === 1);
  });

  it('whose conversation breaks is a line in the log, and the next one is answered', async () => {
    let isBroken = true;
    const { slack, log } = await startBot({
      handle: async (_event, show) => {
        if (isBroken) throw new TypeError('a bug');
        await show(say('fine'));
      },
    });
    slack.command('/ops status');
    await slack.waitFor(() => log.lines.some((line) => line.facts.includes('a bug')));
    isBroken = false;
    slack.command('/ops status');
    await slack.waitFor(() => slack.messages().length === 1);
  });

  it('that is being answered when the bot stops is told to end', async () => {
    let signal: AbortSignal | null = null;
    const { slack, platform } = await startBot({
      handle: (_event, _show, given) => {
        signal = given;
        return new Promise((resolve) => given.addEventListener('abort', () => resolve()));
      },
    });
    slack.command('/ops status');
    await slack.waitFor(() => signal);
    await platform.stop();
    expect(signal).toMatchObject({ aborted: true });
  });
});

/** A conversation that gives no answer, and ends when the bot does. */
const hangs: Conversation['handle'] = (_event, _show, signal) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

const commandBody = {
  response_url: 'http://127.0.0.1:1/commands/x',
  user_id: 'U1',
  user_name: 'eve',
  command: '/ops',
  text: 'status',
};
