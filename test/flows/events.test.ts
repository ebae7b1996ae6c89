import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/detection/random.ts';
import { startBot as startDiscordBot } from '../chat/discord/start-bot.ts';
import { startBot as startSlackBot } from '../chat/slack/start-bot.ts';

const events = 10_000;

/** How often each comes again: not at all, or up to three times, by chance that is always the same. */
function* agains(): Generator<number> {
  const random = createRandom(5);
  for (let at = 0; at < events; at += 1) yield random.below(4);
}

describe('ten thousand events that come one to four times', () => {
  it('are handled once each in Slack', async () => {
    const { slack, conversation } = await startSlackBot({ handle: async () => {} });
    let sent = 0;
    for (const again of agains()) {
      const { id } = slack.command('/ops status');
      for (let time = 0; time < again; time += 1) slack.redeliver(id);
      sent += 1 + again;
      if (sent % 97 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await slack.waitFor(() => conversation.heard.length >= events, 60_000);
    await slack.waitFor(() => slack.acks().length >= sent, 60_000);
    console.log(
      `${sent} envelopes of ${events} commands: ${conversation.heard.length} handled, ${slack.acks().length} acknowledged`,
    );
    expect(new Set(conversation.heard.map(({ id }) => id)).size).toBe(events);
    expect(conversation.heard).toHaveLength(events);
  }, 120_000);

  it('are handled once each in Discord', async () => {
    const { discord, conversation } = await startDiscordBot({ answers: { handle: async () => {} } });
    let sent = 0;
    for (const again of agains()) {
      const id = discord.mention('status');
      for (let time = 0; time < again; time += 1) discord.redeliver(id);
      sent += 1 + again;
      if (sent % 97 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await discord.waitFor(() => conversation.heard.length >= events, 60_000);
    console.log(`${sent} gateway events of ${events} mentions: ${conversation.heard.length} handled`);
    expect(conversation.heard).toHaveLength(events);
  }, 120_000);
});
