import { describe, expect, it } from 'vitest';
import { type Reply, say } from '../../../src/core/reply.ts';
import { buttonsOf, type EmulatedMessage, wordsOf } from '../../emulators/slack.ts';
import { acknowledge, cardWith, formOf, silence } from '../buttons.ts';
import { type Bot, type BotOptions, startBot, untilQuiet } from './start-bot.ts';

const signal = new AbortController().signal;
const secretly = (text: string): Reply => say(text, { onlyYou: true });
const seen = ({ onlyFor, thread, ...message }: EmulatedMessage) => [wordsOf(message), onlyFor, thread];

/** A bot that has posted a card; gives the card as people see it. */
async function startWithCard(options: BotOptions = {}, reply: Reply = cardWith(acknowledge, silence)) {
  const bot = await startBot({ formOf, ...options });
  return { ...bot, card: await post(bot, reply) };
}

async function post({ platform, slack }: Bot, reply: Reply, thread: string | null = null): Promise<EmulatedMessage> {
  const to = { platform: 'slack', channel: slack.channels.ops, thread };
  const { message } = await platform.post(
    to,
    reply,
    { key: crypto.randomUUID(), attemptedAt: null, isLoud: false },
    signal,
  );
  return slack.waitFor(() => slack.messages().find((one) => one.ts === message));
}

describe.each(['socket', 'http'] as const)('a click, over %s,', (mode) => {
  const start = (options: BotOptions = {}) => startWithCard({ ...options, given: { mode } });

  it('reaches the conversation with what the button does, who clicked and on which card', async () => {
    const { slack, conversation, card } = await start();
    const { id } = slack.press(card, 'Acknowledge', { user: 'U0EVE', name: 'eve' });
    await slack.waitFor(() => conversation.heard.length > 0);
    expect(conversation.heard).toEqual([
      {
        id,
        person: { platform: 'slack', id: 'U0EVE', name: 'eve' },
        at: { platform: 'slack', channel: slack.channels.ops, thread: card.ts },
        via: 'button',
        standing: expect.anything(),
        request: { kind: 'command', path: ['ack'], values: { incident: '7' } },
      },
    ]);
  });

  it('is acknowledged at once, while the conversation hangs', async () => {
    const { slack, conversation, card } = await start({
      handle: (_event, _show, ending) => new Promise((resolve) => ending.addEventListener('abort', () => resolve())),
    });
    slack.press(card, 'Acknowledge');
    await slack.waitFor(() => slack.acks().length === 1);
    expect(slack.acks()[0]?.ms).toBeLessThan(1_000);
    await slack.waitFor(() => conversation.heard.length === 1);
  });

  it('that comes again is done once', async () => {
    const bot = await start();
    const { id } = bot.slack.press(bot.card, 'Acknowledge');
    bot.slack.redeliver(id);
    await bot.slack.waitFor(() => bot.slack.acks().length === 2);
    await untilQuiet(bot);
    expect(bot.conversation.heard.filter((event) => event.id === id)).toHaveLength(1);
  });

  it('opens a form for what is to be written, and what is sent is done once', async () => {
    const bot = await start();
    const { slack, conversation, card } = bot;
    const click = slack.press(card, 'Silence …');
    await slack.waitFor(() => click.modal);
    expect(click.modal?.view).toMatchObject({ title: { text: 'Silence …' }, submit: { text: 'Do it' } });
    expect(conversation.heard).toEqual([]);
    const id = slack.submit(click, { for: 'till morning', reason: 'disk <!channel> swap' });
    slack.redeliver(id);
    await untilQuiet(bot);
    expect(conversation.heard.slice(0, -1)).toEqual([
      {
        id,
        person: { platform: 'slack', id: slack.person.id, name: 'ada' },
        at: { platform: 'slack', channel: slack.channels.ops, thread: card.ts },
        via: 'button',
        standing: expect.anything(),
        request: {
          kind: 'command',
          path: ['silence', 'add'],
          values: { incident: '7', for: 'till morning', reason: 'disk <!channel> swap' },
        },
      },
    ]);
    expect(slack.acks().every(({ ms }) => ms < 1_000)).toBe(true);
  });
});

describe('what a click is told', () => {
  it('is for who clicked alone, or in the thread of the card for everybody, and the card stays', async () => {
    const { slack, card } = await startWithCard({
      handle: (event, show) => show(event.person.id === 'U0EVE' ? secretly('psst') : say('hear')),
    });
    const before = wordsOf(card);
    slack.press(card, 'Acknowledge', { user: 'U0EVE' });
    await slack.waitFor(() => slack.messages().length === 2);
    slack.press(card, 'Acknowledge');
    await slack.waitFor(() => slack.messages().length === 3);
    expect(slack.messages().slice(1).map(seen)).toEqual([
      ['psst', 'U0EVE', null],
      ['hear', null, card.ts],
    ]);
    expect(wordsOf(card)).toBe(before);
    expect(buttonsOf(card)).toEqual(['Acknowledge', 'Silence …']);
  });

  it('stays in the thread that the message with the button is in', async () => {
    const bot = await startWithCard({ handle: (_event, show) => show(secretly('psst')) });
    const news = await post(bot, cardWith(acknowledge), bot.card.ts);
    bot.slack.press(news, 'Acknowledge');
    await bot.slack.waitFor(() => bot.slack.messages().length === 3);
    expect(bot.slack.messages().slice(2).map(seen)).toEqual([['psst', bot.slack.person.id, bot.card.ts]]);
    expect(bot.conversation.heard[0]?.at.thread).toBe(bot.card.ts);
  });

  it('comes also to a button that one person alone sees, where the bot can not post', async () => {
    const { slack } = await startBot({
      handle: (event, show) => show(event.via === 'slash' ? { ...cardWith(acknowledge), onlyYou: true } : say('done')),
    });
    slack.command('/ops alerts', { channel: slack.channels.secret });
    const here = () => slack.messages(slack.channels.secret);
    const [card] = await slack.waitFor(() => here().length === 1 && here());
    if (card !== undefined) slack.press(card, 'Acknowledge');
    await slack.waitFor(() => here().length === 2);
    expect(here().slice(1).map(seen)).toEqual([['done', null, null]]);
  });

  it('that many replies lead to is one message of the thread', async () => {
    const { slack, card } = await startWithCard({
      handle: async (_event, show) => {
        for (let count = 1; count <= 7; count += 1) await show(say(`at ${count}`), { more: true });
        await show(say('done'));
      },
    });
    slack.press(card, 'Acknowledge');
    await slack.waitFor(() => slack.messages().some((one) => wordsOf(one) === 'done'));
    expect(slack.messages().slice(1).map(seen)).toEqual([['done', null, card.ts]]);
  });

  it('privately on the way to more is left out, for it could not be replaced', async () => {
    const { slack, card } = await startWithCard({
      handle: async (_event, show) => {
        await show(secretly('a moment'), { more: true });
        await show(secretly('done'));
      },
    });
    slack.press(card, 'Acknowledge');
    await slack.waitFor(() => slack.messages().length === 2);
    expect(slack.messages().slice(1).map(seen)).toEqual([['done', slack.person.id, null]]);
  });

  it('goes on when the address takes no more, privately when it was meant so', async () => {
    const { slack, card } = await startWithCard({
      handle: async (event, show) => {
        const whisper = event.person.id === 'U0EVE';
        for (let count = 1; count <= 6; count += 1) await show(whisper ? secretly(`${count}`) : say(`${count}`));
      },
    });
    slack.press(card, 'Acknowledge', { user: 'U0EVE' });
    await slack.waitFor(() => slack.messages().length === 7);
    slack.press(card, 'Acknowledge');
    await slack.waitFor(() => slack.messages().length === 13);
    expect(slack.calls('chat.postEphemeral')).toHaveLength(1);
    expect(slack.messages().slice(1, 7).map(seen)).toEqual(
      ['1', '2', '3', '4', '5', '6'].map((text) => [text, 'U0EVE', null]),
    );
    expect(slack.messages().slice(7).map(seen)).toEqual(
      ['1', '2', '3', '4', '5', '6'].map((text) => [text, null, card.ts]),
    );
  });

  it('is the truth when the form can not be opened', async () => {
    const { slack, card, conversation } = await startWithCard();
    slack.sayNo('expired_trigger_id', {}, 'views.open');
    slack.press(card, 'Silence …');
    await slack.waitFor(() => slack.messages().length === 2);
    expect(slack.messages().slice(1).map(seen)).toEqual([
      [expect.stringMatching(/Nothing was done.*three seconds.*Click again/), slack.person.id, null],
    ]);
    expect(conversation.heard).toEqual([]);
  });

  it.each(['', 'ack', 'ACK?incident=7', 'x'.repeat(400)])('is the truth when its action is "%s"', async (value) => {
    const { slack, card, conversation } = await startWithCard();
    card.blocks = JSON.parse(
      JSON.stringify(card.blocks).replaceAll('"value":"ack?incident=7"', JSON.stringify({ value }).slice(1, -1)),
    );
    slack.press(card, 'Acknowledge');
    await slack.waitFor(() => slack.messages().length === 2);
    expect(slack.messages().slice(1).map(seen)).toEqual([
      [expect.stringContaining('I can not tell any more what this button does'), slack.person.id, null],
    ]);
    expect(conversation.heard).toEqual([]);
  });
});

describe('a button of Slack', () => {
  it.each<readonly [string, object]>([
    ['an empty click', { type: 'block_actions' }],
    ['a click without actions', { type: 'block_actions', trigger_id: '1', actions: [], user: { id: 'U1' } }],
    ['a click of another world', { type: 'block_actions', trigger_id: {}, actions: 'x', container: null }],
    ['an empty form', { type: 'view_submission' }],
    ['a form of another world', { type: 'view_submission', user: { id: 'U1' }, view: { id: 'V1', state: [] } }],
    [
      'a form whose place is lost',
      {
        type: 'view_submission',
        user: { id: 'U1' },
        view: { id: 'V1', private_metadata: 'x', state: { values: {} } },
      },
    ],
  ])('is not harmed by %s', async (_what, payload) => {
    const bot = await startBot();
    bot.slack.deliver('odd', 'interactive', payload as Record<string, unknown>);
    await untilQuiet(bot);
    expect(bot.conversation.heard).toHaveLength(1);
  });

  it('is gone from a card that is edited to one without, and back when it has some again', async () => {
    const { platform, slack, card } = await startWithCard();
    const ref = { platform: 'slack', channel: card.channel, message: card.ts };
    await platform.edit(ref, cardWith(), signal);
    expect(buttonsOf(card)).toEqual([]);
    expect(JSON.stringify(card.blocks)).not.toContain('actions');
    await platform.edit(ref, cardWith(acknowledge), signal);
    expect(buttonsOf(card)).toEqual(['Acknowledge']);
    expect(() => slack.press(card, 'Silence …')).toThrow(/no such button/);
  });
});
