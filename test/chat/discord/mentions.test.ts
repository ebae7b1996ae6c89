import { describe, expect, it } from 'vitest';
import { say } from '../../../src/core/reply.ts';
import { wordsOf } from '../../emulators/discord.ts';
import { startBot } from './start-bot.ts';

describe('a mention', () => {
  it('reaches the conversation in plain words', async () => {
    const { discord, conversation } = await startBot();
    const { ops } = discord.channels;
    const bob = { id: '223456789012345678', name: 'Bob' };
    const id = discord.mention(`ask <@${bob.id}> and <@&${discord.role}> in <#${ops}>`, {}, [bob]);
    const [event] = await discord.waitFor(() => conversation.heard.length > 0 && conversation.heard);
    expect(event).toEqual({
      id,
      person: { platform: 'discord', id: discord.person.id, name: 'Ada' },
      standing: { groups: expect.any(Array), channels: [ops], unsure: null },
      at: { platform: 'discord', channel: ops, thread: id },
      via: 'mention',
      request: { kind: 'mention', text: 'ask @Bob and @on-call in #ops' },
    });
  });

  it.each(['ops', 'thread'] as const)(
    'is answered where it was said (%s), as a reply that later words replace',
    async (place) => {
      const { discord } = await startBot({
        answers: {
          async handle(_event, show) {
            await show(say('one moment'));
            await show(say('all is well'));
          },
        },
      });
      const channel = discord.channels[place];
      const id = discord.mention('how are you?', { channel });
      const answer = await discord.waitFor(() =>
        discord.messages(channel).find((one) => wordsOf(one) === 'all is well'),
      );
      expect(answer).toMatchObject({ replyTo: id, channel });
      expect(answer.history).toHaveLength(2);
      expect(discord.messages(channel)).toHaveLength(1);
      expect(discord.typing()).toContain(channel);
    },
  );

  it('is answered once when it comes twice', async () => {
    const { discord, conversation } = await startBot();
    const id = discord.mention('hello');
    discord.redeliver(id);
    const last = discord.mention('and again');
    await discord.waitFor(() => conversation.heard.some((event) => event.id === last));
    expect(conversation.heard.map((event) => event.id)).toEqual([id, last]);
  });

  it('is answered although its message was deleted meanwhile', async () => {
    const { discord } = await startBot({
      answers: {
        async handle(event, show) {
          discord.deleteMessage(event.id);
          await show(say('to whom it may concern'));
        },
      },
    });
    discord.mention('never mind');
    const answer = await discord.waitFor(() => discord.messages().find((one) => one.embeds.length > 0));
    expect(answer.replyTo).toBeNull();
  });

  it('is what it listens to, and nothing else that is said', async () => {
    const { discord, conversation } = await startBot();
    discord.say('we should ask ops-bot');
    discord.say('<@123456789012345678> look at this');
    const last = discord.mention('hello');
    await discord.waitFor(() => conversation.heard.some((event) => event.id === last));
    expect(conversation.heard).toHaveLength(1);
  });
});
