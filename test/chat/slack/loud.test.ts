import { describe, expect, it } from 'vitest';
import { say } from '../../../src/core/reply.ts';
import { startBot } from './start-bot.ts';

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

async function withCard() {
  const bot = await startBot();
  const at = { platform: 'slack', channel: bot.slack.channels.ops, thread: null };
  const card = await bot.platform.post(at, say('fire'), { key: 'card', attemptedAt: null, isLoud: true }, soon());
  const under = { ...at, thread: card.message };
  const tell = (text: string, isLoud: boolean) =>
    bot.platform.post(under, say(text), { key: text, attemptedAt: null, isLoud }, soon());
  const sent = () => bot.slack.calls('chat.postMessage').map(({ args }) => args);
  return { ...bot, at, tell, sent };
}

describe('what is said under a card', () => {
  it('is shown in the channel too when it should reach people', async () => {
    const { tell, sent } = await withCard();
    await tell('Ada acknowledged', false);
    await tell('it got critical', true);
    expect(sent().map((args) => args.reply_broadcast)).toEqual([undefined, 'false', 'true']);
  });
});

describe('a post that may have arrived before', () => {
  it('is found, and brought to what is true now', async () => {
    const { platform, at, slack } = await withCard();
    const again = { key: 'card', attemptedAt: Date.now(), isLoud: true };
    await platform.post(at, say('fire, and it got critical'), again, soon());
    expect(slack.messages().map(({ text }) => text)).toEqual(['fire, and it got critical']);
  });
});

describe('a call by name', () => {
  it('names whom the configuration names, and nobody whom words name', async () => {
    const { platform, at, slack } = await withCard();
    const mentions = [
      { platform: 'slack', to: 'person' as const, id: 'U012AB3CD' },
      { platform: 'slack', to: 'group' as const, id: 'S012AB3CD' },
    ];
    const hostile = say('<!channel> <@U0OTHER> <!subteam^S0OTHER> look');
    await platform.post(at, hostile, { key: 'call', attemptedAt: null, isLoud: true, mentions }, soon());
    const { blocks, text } = slack.messages().at(-1) ?? expect.fail();
    const elements = JSON.stringify(blocks).match(/"type":"(user|usergroup|broadcast)"[^}]*/g);
    expect(elements).toEqual(['"type":"user","user_id":"U012AB3CD"', '"type":"usergroup","usergroup_id":"S012AB3CD"']);
    expect(text).not.toMatch(/<[!@]/);
  });

  it('leaves room for the rest of a message as long as Slack takes', async () => {
    const { platform, at, slack } = await withCard();
    const mentions = [{ platform: 'slack', to: 'person' as const, id: 'U012AB3CD' }];
    const long = {
      ...say('long'),
      blocks: Array.from({ length: 80 }, (_, part) => ({ kind: 'text' as const, text: `part ${part}` })),
    };
    await platform.post(at, long, { key: 'long', attemptedAt: null, isLoud: true, mentions }, soon());
    expect(slack.messages().at(-1)?.blocks).toHaveLength(50);
  });
});
