import { describe, expect, it } from 'vitest';
import type { Standing } from '../../../src/core/person.ts';
import { type BotOptions, startBot } from './start-bot.ts';

const minute = 60_000;

/** A bot whose roles are given to these groups, and what it learns of where somebody stands. */
async function standings(groups: readonly string[], options: BotOptions = {}) {
  const bot = await startBot({ ...options, given: { groups } });
  const { slack, conversation } = bot;
  return {
    ...bot,
    asked: () => slack.calls('usergroups.users.list').map(({ args }) => args.usergroup),
    async speak(who: Parameters<typeof slack.command>[1] = {}): Promise<Standing | undefined> {
      const before = conversation.heard.length;
      slack.command('/ops status', who);
      await slack.waitFor(() => conversation.heard.length > before);
      return conversation.heard[before]?.standing;
    },
  };
}

describe('who speaks in Slack', () => {
  it('stands in their groups and in the channel, whether they type a command or mention the bot', async () => {
    const { slack, conversation, speak } = await standings(['S1', 'S2']);
    slack.setGroup('S1', [slack.person.id, 'U9']);
    slack.setGroup('S2', ['U9']);
    const standing = { groups: ['S1'], channels: [slack.channels.ops], unsure: null };
    expect(await speak()).toEqual(standing);
    slack.mention('status');
    await slack.waitFor(() => conversation.heard.length === 2);
    expect(conversation.heard[1]?.standing).toEqual(standing);
  });

  it('stands in no channel in a direct message', async () => {
    const { slack, conversation, speak } = await standings([]);
    expect(await speak({ channel: slack.channels.direct })).toMatchObject({ channels: [] });
    slack.direct('status');
    await slack.waitFor(() => conversation.heard.length === 2);
    expect(conversation.heard[1]?.standing).toEqual({ groups: [], channels: [], unsure: null });
  });

  it.each([
    ['another bot', { bot_id: 'B9' }],
    ['a webhook', { subtype: 'bot_message', bot_id: 'B9' }],
    ['a webhook that hides it', { subtype: 'bot_message' }],
  ])('is not heard when it is %s', async (_, fields) => {
    const { slack, conversation, speak } = await standings([]);
    const said = { channel: slack.channels.ops, user: 'U9', text: `<@${slack.bot}> ai switch openai`, ts: '1.000001' };
    slack.event('app_mention', { ...said, ...fields });
    await speak();
    expect(conversation.heard.map(({ person }) => person.id)).toEqual([slack.person.id]);
  });
});

describe('a user group', () => {
  it('is not asked about when it has no role', async () => {
    const { asked, speak } = await standings([]);
    await speak();
    expect(asked()).toEqual([]);
  });

  it('is asked about once in half a minute, however many speak, and then anew', async () => {
    let now = 0;
    const { slack, conversation, asked, speak } = await standings(['S1'], { now: () => now });
    slack.setGroup('S1', ['U1']);
    for (const user of ['U1', 'U2', 'U1']) slack.command('/ops status', { user });
    await slack.waitFor(() => conversation.heard.length === 3);
    expect(asked()).toEqual(['S1']);
    slack.setGroup('S1', []);
    now = 29_999;
    expect(await speak({ user: 'U1' })).toMatchObject({ groups: ['S1'] });
    now = 30_000;
    expect(await speak({ user: 'U1' })).toMatchObject({ groups: [] });
    expect(asked()).toEqual(['S1', 'S1']);
  });

  it('is asked about anew when the clock was set back', async () => {
    let now = 60 * minute;
    const { slack, asked, speak } = await standings(['S1'], { now: () => now });
    slack.setGroup('S1', ['U1']);
    await speak();
    now = 0;
    await speak();
    expect(asked()).toHaveLength(2);
  });

  it.each([
    ['the app has no right to ask', /lacks the scope usergroups:read/],
    ['Slack knows no such group', /Slack answered no_such_subteam/],
    ['Slack is in trouble', /Slack answered 500/],
    ['Slack asks to wait', /Slack asks to wait 3 s/],
  ])('has nobody in it when %s, and says so', async (trouble, words) => {
    const { slack, speak, log } = await standings(['S1', 'S2']);
    slack.setGroup('S2', ['U1']);
    if (trouble !== 'Slack knows no such group') slack.setGroup('S1', ['U1']);
    if (trouble === 'the app has no right to ask') slack.withoutScope('usergroups:read');
    if (trouble === 'Slack is in trouble') slack.fail(500, 2, 'usergroups.users.list');
    if (trouble === 'Slack asks to wait') slack.rateLimit(3, 2, 'usergroups.users.list');
    const standing = await speak({ user: 'U1' });
    expect(standing?.unsure).toMatch(words);
    expect(
      log.lines
        .filter(({ level }) => level === 'warn')
        .map(({ facts }) => facts)
        .join(),
    ).toMatch(words);
    expect(standing?.groups).toEqual(trouble === 'Slack knows no such group' ? ['S2'] : []);
  });

  it('is believed no longer than it is fresh, also when Slack can not be asked', async () => {
    let now = 0;
    const { slack, asked, speak } = await standings(['S1'], { now: () => now });
    slack.setGroup('S1', ['U1']);
    expect(await speak({ user: 'U1' })).toMatchObject({ groups: ['S1'], unsure: null });
    now = 30_000;
    slack.fail(503, 1, 'usergroups.users.list');
    expect(await speak({ user: 'U1' })).toMatchObject({ groups: [], unsure: expect.stringContaining('503') });
    // Slack is left alone for a moment, and what was not known stays so.
    now = 34_999;
    expect(await speak({ user: 'U1' })).toMatchObject({ groups: [], unsure: expect.stringContaining('503') });
    now = 35_000;
    expect(await speak({ user: 'U1' })).toMatchObject({ groups: ['S1'], unsure: null });
    expect(asked()).toHaveLength(3);
  });
});
