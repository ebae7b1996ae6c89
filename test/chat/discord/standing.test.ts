import { describe, expect, it } from 'vitest';
import { startBot } from './start-bot.ts';

const bob = { id: '223456789012345678', name: 'Bob' };

describe('who speaks in Discord', () => {
  it.each(['a command', 'a mention'])('stands in the roles that come with %s, as they are then', async (how) => {
    const { discord, conversation } = await startBot();
    const speak = (roles: readonly string[]) =>
      how === 'a command' ? discord.slash(['help'], {}, { roles }) : discord.mention('help', { roles });
    for (const roles of [[discord.role], []]) {
      const before = conversation.heard.length;
      speak(roles);
      await discord.waitFor(() => conversation.heard.length > before);
    }
    const [first, second] = conversation.heard.map(({ standing }) => standing);
    expect(first).toMatchObject({ channels: [discord.channels.ops], unsure: null });
    expect(first?.groups).toContain(discord.role);
    expect(second?.groups).not.toContain(discord.role);
  });

  it.each(['a command', 'a mention'])('stands in a thread and in its channel with %s', async (how) => {
    const { discord, conversation } = await startBot();
    const { thread: channel, ops } = discord.channels;
    if (how === 'a command') discord.slash(['help'], {}, { channel });
    else discord.mention('help', { channel });
    await discord.waitFor(() => conversation.heard.length === 1);
    expect(conversation.heard[0]?.standing.channels).toEqual([channel, ops]);
  });

  it('stands nowhere in a direct message', async () => {
    const { discord, conversation } = await startBot();
    discord.slash(['help'], {}, { channel: discord.channels.direct, roles: [discord.role] });
    await discord.waitFor(() => conversation.heard.length === 1);
    expect(conversation.heard[0]?.standing).toEqual({ groups: [], channels: [], unsure: null });
  });

  it.each([
    ['another bot', { bot: true }],
    ['a webhook', { webhook: '323456789012345678' }],
  ])('is not heard when it is %s, whatever its roles', async (_, author) => {
    const { discord, conversation } = await startBot();
    discord.say(`<@${discord.bot}> help`, { user: bob }, { ...author, roles: [discord.role] });
    const last = discord.mention('help');
    await discord.waitFor(() => conversation.heard.some(({ id }) => id === last));
    expect(conversation.heard).toHaveLength(1);
  });
});
