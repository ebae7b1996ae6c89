import { describe, expect, it } from 'vitest';
import { type Reply, say } from '../../../src/core/reply.ts';
import { buttonsOf, type EmulatedMessage, wordsOf } from '../../emulators/discord.ts';
import { acknowledge, cardWith, formOf, silence } from '../buttons.ts';
import { startBot } from './start-bot.ts';

type Answers = NonNullable<Parameters<typeof startBot>[0]>['answers'];

const signal = new AbortController().signal;
const secretly = (text: string): Reply => say(text, { onlyYou: true });
const seen = ({ onlyFor, replyTo, ...message }: EmulatedMessage) => [
  wordsOf(message as EmulatedMessage),
  onlyFor,
  replyTo,
];
const eve = { id: '123456789012345678', name: 'Eve' };

/** A bot that has posted a card; gives the card as people see it, and what else it says. */
async function startWithCard(answers: Answers = {}, reply: Reply = cardWith(acknowledge, silence)) {
  const bot = await startBot({ answers: { formOf, ...answers } });
  const { discord, platform } = bot;
  const to = { platform: 'discord', channel: discord.channels.ops, thread: null };
  const { message } = await platform.post(to, reply, { key: 'card', attemptedAt: null, isLoud: false }, signal);
  const card = await discord.waitFor(() => discord.messages().find(({ id }) => id === message));
  const others = () => discord.messages().filter(({ id }) => id !== message);
  return { ...bot, card, others };
}

describe('a click', () => {
  it('reaches the conversation with what the button does, who clicked and on which card', async () => {
    const { discord, conversation, card } = await startWithCard();
    const { id } = discord.press(card, 'Acknowledge', { user: eve });
    await discord.waitFor(() => conversation.heard.length > 0);
    expect(conversation.heard).toEqual([
      {
        id,
        person: { platform: 'discord', id: eve.id, name: 'Eve' },
        at: { platform: 'discord', channel: discord.channels.ops, thread: card.id },
        via: 'button',
        standing: expect.anything(),
        request: { kind: 'command', path: ['ack'], values: { incident: '7' } },
      },
    ]);
  });

  it('is acknowledged at once and for who clicked alone, however long its answer takes', async () => {
    const { promise: thought, resolve: think } = Promise.withResolvers<void>();
    const { discord, card, others } = await startWithCard({
      handle: (_event, show) => thought.then(() => show(secretly('at last'))),
    });
    discord.press(card, 'Acknowledge');
    const [callback] = await discord.waitFor(() => discord.callbacks().length > 0 && discord.callbacks());
    expect(callback).toMatchObject({ type: 5, data: { flags: 64 } });
    expect(callback?.ms).toBeLessThan(1_500);
    expect(others().map(seen)).toEqual([['', discord.person.id, null]]);
    think();
    await discord.waitFor(() => others().some((one) => wordsOf(one) === 'at last'));
    expect(others().map(seen)).toEqual([['at last', discord.person.id, null]]);
    expect(buttonsOf(card)).toEqual(['Acknowledge', 'Silence …']);
  });

  it('that comes again is done once', async () => {
    const { discord, conversation, card, others } = await startWithCard();
    const { id } = discord.press(card, 'Acknowledge');
    discord.redeliver(id);
    const last = discord.press(card, 'Acknowledge');
    await discord.waitFor(() => conversation.heard.some((event) => event.id === last.id));
    await discord.waitFor(() => others().length === 2 && others().every((one) => wordsOf(one) !== ''));
    expect(conversation.heard.map((event) => event.id)).toEqual([id, last.id]);
  });

  it('opens a form for what is to be written, and what is sent is done once', async () => {
    const { discord, conversation, card, others } = await startWithCard();
    const click = discord.press(card, 'Silence …');
    await discord.waitFor(() => click.callback);
    expect(click.callback).toMatchObject({ type: 9, data: { title: 'Silence …' } });
    expect(click.callback?.ms).toBeLessThan(1_500);
    const form = discord.submit(click, { for: 'till morning', reason: 'disk @everyone swap' });
    discord.redeliver(form.id);
    await discord.waitFor(() => others().some((one) => wordsOf(one) === 'you asked command'));
    expect(conversation.heard).toEqual([
      {
        id: form.id,
        person: { platform: 'discord', id: discord.person.id, name: 'Ada' },
        at: { platform: 'discord', channel: discord.channels.ops, thread: card.id },
        via: 'button',
        standing: expect.anything(),
        request: {
          kind: 'command',
          path: ['silence', 'add'],
          values: { incident: '7', for: 'till morning', reason: 'disk @everyone swap' },
        },
      },
    ]);
  });

  it('leaves out of a form what nobody wrote', async () => {
    const { discord, conversation, card } = await startWithCard();
    const click = discord.press(card, 'Silence …');
    await discord.waitFor(() => click.callback);
    discord.submit(click, { for: '1h' });
    await discord.waitFor(() => conversation.heard.length > 0);
    expect(conversation.heard[0]?.request).toMatchObject({ values: { incident: '7', for: '1h' } });
  });

  it.each([
    ['a webhook', { id: '223456789012345678', name: 'Hook' }],
    ['another application', { id: '323456789012345678', name: 'Other bot' }],
  ])('on a button of %s is ignored', async (_what, author) => {
    const { discord, conversation, card } = await startWithCard();
    const forged = discord.press(discord.forge(card, author), 'Acknowledge');
    const real = discord.press(card, 'Acknowledge');
    await discord.waitFor(() => conversation.heard.length > 0);
    expect(conversation.heard.map(({ id }) => id)).toEqual([real.id]);
    expect(forged.callback).toBeNull();
  });
});

describe('what a click is told', () => {
  it('is for who clicked alone, or answers the card for everybody', async () => {
    const { discord, card, others } = await startWithCard({
      handle: (event, show) => show(event.person.id === eve.id ? secretly('psst') : say('hear')),
    });
    discord.press(card, 'Acknowledge', { user: eve });
    await discord.waitFor(() => others().some((one) => wordsOf(one) === 'psst'));
    discord.press(card, 'Acknowledge');
    await discord.waitFor(() => others().length === 2 && others().some((one) => wordsOf(one) === 'hear'));
    expect(others().map(seen)).toEqual([
      ['psst', eve.id, null],
      ['hear', null, card.id],
    ]);
  });

  it('stays private once it was, and turns private without taking back what all have seen', async () => {
    const said = [
      [secretly('one'), say('two')],
      [say('three'), say('four'), secretly('five'), secretly('six')],
    ];
    const { discord, card, others } = await startWithCard({
      async handle(_event, show) {
        for (const reply of said.shift() ?? []) await show(reply);
      },
    });
    for (const last of ['two', 'six']) {
      discord.press(card, 'Acknowledge', { user: eve });
      await discord.waitFor(() => others().some((one) => wordsOf(one) === last));
    }
    expect(others().map(seen)).toEqual([
      ['two', eve.id, null],
      ['four', null, card.id],
      ['six', eve.id, null],
    ]);
  });

  it('comes to who clicked when the channel takes no message', async () => {
    const { discord, card, others } = await startWithCard();
    discord.closeChannel(card.channel, 50013);
    discord.press(card, 'Acknowledge');
    await discord.waitFor(() => others().some((one) => wordsOf(one) === 'you asked command'));
    expect(others().map(seen)).toEqual([['you asked command', discord.person.id, null]]);
  });

  it('is nothing when nothing was said', async () => {
    const { discord, card, others } = await startWithCard({ handle: async () => {} });
    const click = discord.press(card, 'Acknowledge');
    await discord.waitFor(() => click.original?.deleted);
    expect(others()).toEqual([]);
  });

  it('in public after fifteen minutes is still said, in private no more, but that it would have been', async () => {
    let late = 0;
    const { discord, card, others } = await startBotLate(() => late);
    discord.press(card, 'Acknowledge');
    late = 15 * 60_000;
    await discord.waitFor(() => others().some((one) => /meant for one person/.test(wordsOf(one))));
    expect(
      others()
        .filter(({ onlyFor }) => onlyFor === null)
        .map(seen),
    ).toEqual([[expect.stringContaining('meant for one person'), null, card.id]]);
  });

  it.each(['nothing', 'ACK?incident=7', 'a b c?x=1'])('is the truth when its action is "%s"', async (custom_id) => {
    const { discord, card, conversation, others } = await startWithCard();
    card.components = JSON.parse(JSON.stringify(card.components).replaceAll('ack?incident=7', custom_id));
    discord.press(card, 'Acknowledge');
    await discord.waitFor(() => others().some((one) => wordsOf(one) !== ''));
    expect(others().map(seen)).toEqual([
      [expect.stringContaining('I can not tell any more what this button does'), discord.person.id, null],
    ]);
    expect(conversation.heard).toEqual([]);
  });

  async function startBotLate(lateMs: () => number) {
    const bot = await startBot({
      now: () => Date.now() + lateMs(),
      answers: {
        async handle(_event, show) {
          await expect.poll(lateMs).toBeGreaterThan(0);
          await show(secretly('for you'));
        },
      },
    });
    const to = { platform: 'discord', channel: bot.discord.channels.ops, thread: null };
    const { message } = await bot.platform.post(
      to,
      cardWith(acknowledge),
      { key: 'card', attemptedAt: null, isLoud: false },
      signal,
    );
    const card = await bot.discord.waitFor(() => bot.discord.messages().find(({ id }) => id === message));
    return { ...bot, card, others: () => bot.discord.messages().filter(({ id }) => id !== message) };
  }
});

describe('a button of Discord', () => {
  it('is gone from a card that is edited to one without, and back when it has some again', async () => {
    const { discord, platform, card } = await startWithCard();
    const ref = { platform: 'discord', channel: card.channel, message: card.id };
    await platform.edit(ref, cardWith(), signal);
    expect(card.history.at(-1)).toMatchObject({ components: [] });
    expect(buttonsOf(card)).toEqual([]);
    await platform.edit(ref, cardWith(acknowledge), signal);
    expect(buttonsOf(card)).toEqual(['Acknowledge']);
    expect(() => discord.press(card, 'Silence …')).toThrow(/no such button/);
  });

  it('can be clicked on an answer that one person alone sees', async () => {
    const { discord, conversation } = await startBot({
      answers: {
        handle: (event, show) =>
          show(event.via === 'slash' ? { ...cardWith(acknowledge), onlyYou: true } : say('done')),
      },
    });
    discord.slash(['help']);
    const card = await discord.waitFor(() => discord.messages().find((one) => buttonsOf(one).length > 0));
    discord.press(card, 'Acknowledge');
    await discord.waitFor(() => discord.messages().some((one) => wordsOf(one) === 'done'));
    expect(conversation.heard[1]?.at).toEqual({ platform: 'discord', channel: discord.channels.ops, thread: null });
  });

  const base = { id: '523456789012345678', token: 't', application_id: '1', version: 1, channel_id: '1', user: null };
  it.each<readonly [string, object]>([
    ['an empty click', { type: 3 }],
    ['a click without a message', { ...base, type: 3, data: { component_type: 2, custom_id: 'ack?x=1' } }],
    ['a click on a message of nobody', { ...base, type: 3, message: { id: '1' }, data: { component_type: 2 } }],
    ['a click on another world', { ...base, type: 3, message: 'x', data: null }],
    ['a click on a component of tomorrow', { ...base, type: 3, message: {}, data: { component_type: 99 } }],
    ['an empty form', { type: 5 }],
    ['a form without fields', { ...base, type: 5, data: { custom_id: 'ack?x=1' } }],
    ['a form of another world', { ...base, type: 5, message: { id: 7 }, data: { custom_id: 3, components: [null] } }],
    ['an interaction of tomorrow', { ...base, type: 77 }],
  ])('is not harmed by %s', async (_what, d) => {
    const { discord, conversation, card } = await startWithCard();
    discord.sendRaw({ op: 0, t: 'INTERACTION_CREATE', s: 1_000, d });
    const { id } = discord.press(card, 'Acknowledge');
    await discord.waitFor(() => conversation.heard.length > 0);
    expect(conversation.heard.map((event) => event.id)).toEqual([id]);
  });
});
