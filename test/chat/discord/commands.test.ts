import { describe, expect, it } from 'vitest';
import type { Show } from '../../../src/core/chat.ts';
import { say } from '../../../src/core/reply.ts';
import { wordsOf } from '../../emulators/discord.ts';
import { startBot } from './start-bot.ts';

describe('a command', () => {
  it('reaches the conversation with its words, values and who asks', async () => {
    const { discord, conversation } = await startBot();
    const { id } = discord.slash(['ai', 'switch'], { provider: 'auto' });
    const [event] = await discord.waitFor(() => conversation.heard.length > 0 && conversation.heard);
    expect(event).toEqual({
      id,
      person: { platform: 'discord', id: discord.person.id, name: 'Ada' },
      standing: { groups: expect.any(Array), channels: [discord.channels.ops], unsure: null },
      at: { platform: 'discord', channel: discord.channels.ops, thread: null },
      via: 'slash',
      request: { kind: 'command', path: ['ai', 'switch'], values: { provider: 'auto' } },
    });
  });

  it('is acknowledged at once, however long its answer takes', async () => {
    const { promise: thought, resolve: think } = Promise.withResolvers<void>();
    const { discord } = await startBot({
      answers: { handle: (_event, show) => thought.then(() => show(say('at last'))) },
    });
    discord.slash(['help']);
    const [callback] = await discord.waitFor(() => discord.callbacks().length > 0 && discord.callbacks());
    expect(callback).toMatchObject({ type: 5 });
    expect(callback?.ms).toBeLessThan(1_500);
    expect(discord.messages().map(wordsOf)).toEqual(['']);
    think();
    await discord.waitFor(() => discord.messages().some((message) => wordsOf(message) === 'at last'));
    expect(discord.messages()).toHaveLength(1);
  });

  it('is answered in one message that later words replace', async () => {
    const handle = async (_event: unknown, show: Show): Promise<void> => {
      await show(say('one moment'));
      await show(say('here it is'));
    };
    const { discord } = await startBot({ answers: { handle } });
    discord.slash(['help']);
    const message = await discord.waitFor(() => discord.messages().find((one) => wordsOf(one) === 'here it is'));
    expect(message.history).toHaveLength(3);
    expect(discord.messages()).toEqual([message]);
  });

  it('is answered to one person when the answer is for one person', async () => {
    const { discord } = await startBot({ answers: { handle: (_event, show) => show(say('psst', { onlyYou: true })) } });
    discord.slash(['help']);
    const message = await discord.waitFor(() => discord.messages().find((one) => wordsOf(one) === 'psst'));
    expect(message.onlyFor).toBe(discord.person.id);
    expect(discord.messages()).toEqual([message]);
  });

  it('keeps private what was private, and takes back what turns out to be', async () => {
    const said = [
      [say('first, to all'), say('then to you', { onlyYou: true }), say('and on')],
      [say('first to you', { onlyYou: true }), say('and on')],
    ];
    const { discord } = await startBot({
      answers: {
        async handle(_event, show) {
          for (const reply of said.shift() ?? []) await show(reply);
        },
      },
    });
    for (const round of [1, 2]) {
      discord.slash(['help']);
      const ends = (): boolean => discord.messages().filter((one) => wordsOf(one) === 'and on').length === round;
      await discord.waitFor(ends);
    }
    expect(discord.messages().map((message) => message.onlyFor)).toEqual([discord.person.id, discord.person.id]);
  });

  it('is answered in the channel when Discord takes no answer any more', async () => {
    let late = 0;
    const { discord } = await startBot({
      now: () => Date.now() + late,
      answers: {
        async handle(_event, show) {
          late = 15 * 60_000;
          await show(say('better late'));
          await show(say('for you', { onlyYou: true }));
        },
      },
    });
    discord.slash(['help']);
    const post = await discord.waitFor(() => discord.posts().find((one) => one.history.length === 2));
    expect(post.history.map((body) => JSON.stringify(body))).toEqual([
      expect.stringContaining('better late'),
      expect.stringContaining('meant for one person'),
    ]);
    expect(JSON.stringify(post.history)).not.toContain('for you"');
  });

  it('is answered once when it comes twice', async () => {
    const { discord, conversation } = await startBot();
    const { id } = discord.slash(['help']);
    discord.redeliver(id);
    const other = discord.slash(['query'], { promql: 'up' });
    await discord.waitFor(() => conversation.heard.some((event) => event.id === other.id));
    expect(conversation.heard.filter((event) => event.id === id)).toHaveLength(1);
  });

  it('is not run when Discord says that nobody waits for it', async () => {
    const { discord, conversation, log } = await startBot();
    discord.fail(404);
    discord.slash(['help']);
    await discord.waitFor(() => log.lines.some((line) => line.message === 'a command was not answered'));
    expect(conversation.heard).toEqual([]);
  });

  it('is answered although nobody knows whether the acknowledgement was heard', async () => {
    const { discord } = await startBot();
    discord.loseAnswers(1);
    discord.slash(['help']);
    await discord.waitFor(() => discord.messages().some((message) => wordsOf(message) === 'you asked command'));
  });

  it.each([
    ['a short rate limit', (discord: Awaited<ReturnType<typeof startBot>>['discord']) => discord.rateLimit(1)],
    ['a passing failure', (discord: Awaited<ReturnType<typeof startBot>>['discord']) => discord.fail(502)],
  ])('is answered behind %s', async (_what, spoil) => {
    const { discord } = await startBot({
      answers: {
        async handle(_event, show) {
          spoil(discord);
          await show(say('in the end'));
        },
      },
    });
    discord.slash(['help']);
    await discord.waitFor(() => discord.messages().some((message) => wordsOf(message) === 'in the end'));
  });

  it('that breaks the conversation is logged, and the next one is answered', async () => {
    let round = 0;
    const { discord, log } = await startBot({
      answers: {
        async handle(_event, show) {
          round += 1;
          if (round === 1) throw new Error('it broke');
          await show(say('still here'));
        },
      },
    });
    discord.slash(['help']);
    await discord.waitFor(() => log.lines.some((line) => line.facts.includes('it broke')));
    discord.slash(['help']);
    await discord.waitFor(() => discord.messages().some((message) => wordsOf(message) === 'still here'));
  });

  it('is told to end when the bot stops', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const { discord, platform, conversation } = await startBot({
      answers: {
        handle: (_event, _show, signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(end()), { once: true });
          }),
      },
    });
    discord.slash(['help']);
    await discord.waitFor(() => conversation.heard.length === 1);
    await platform.stop();
    await ended;
    expect(discord.connections()).toBe(0);
  });
});

describe('what is being typed', () => {
  const typed = { path: ['query'] as const, option: 'promql', text: 'cp' };
  const choicesOf = (callback: { readonly data: Readonly<Record<string, unknown>> } | undefined): unknown =>
    callback?.data.choices;

  it('is completed', async () => {
    const asked: unknown[] = [];
    const { discord } = await startBot({
      answers: {
        async complete(...request) {
          asked.push(request.slice(0, 3));
          return ['cpu', 'x'.repeat(101), ' ', ...Array.from({ length: 40 }, (_one, at) => `cpu${at}`)];
        },
      },
    });
    discord.autocomplete(typed.path, typed.option, typed.text);
    const [callback] = await discord.waitFor(() => discord.callbacks().length > 0 && discord.callbacks());
    expect(asked).toEqual([[['query'], 'promql', 'cp']]);
    expect(callback?.type).toBe(8);
    expect(choicesOf(callback)).toHaveLength(25);
    expect(choicesOf(callback)).toMatchObject([
      { name: 'cpu', value: 'cpu' },
      { value: 'cpu0' },
      {},
      ...Array(22).fill({}),
    ]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no idea'))],
    ['hangs', () => new Promise<never>(() => {})],
  ])('gets no suggestions, in time, when the search for them %s', async (_what, complete) => {
    const { discord } = await startBot({ answers: { complete } });
    discord.autocomplete(typed.path, typed.option, typed.text);
    const [callback] = await discord.waitFor(() => discord.callbacks().length > 0 && discord.callbacks());
    expect(choicesOf(callback)).toEqual([]);
    expect(callback?.ms).toBeLessThan(3_000);
  });
});

describe('the list of commands', () => {
  it('is registered once and left alone while it is the same', async () => {
    const { discord, platform } = await startBot();
    await platform.stop();
    const { conversation } = await startBot({ discord });
    const { id } = discord.slash(['help']);
    await discord.waitFor(() => conversation.heard.some((event) => event.id === id));
    const registrations = discord.requests().filter((request) => request.path.endsWith('/commands'));
    expect(registrations.map((request) => request.method)).toEqual(['GET', 'PUT', 'GET']);
  });
});
