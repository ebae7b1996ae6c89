import { expect, it } from 'vitest';
import { startBot } from '../chat/slack/start-bot.ts';

/** `REFRESHES=500` is what the table shows. */
const refreshes = Number(process.env.REFRESHES ?? 40);
const everyMs = 100;

it(`loses no command of one every ${everyMs} ms while Slack refreshes connections all the time`, async () => {
  const { slack, platform, conversation, log } = await startBot({ handle: async () => {} });
  const before = slack.socket.hellos();
  let sent = 0;
  const typing = setInterval(() => {
    slack.command('/ops status');
    sent += 1;
  }, everyMs);
  for (let refresh = 1; refresh <= refreshes; refresh += 1) {
    slack.socket.refreshOldest(everyMs);
    await slack.waitFor(() => slack.socket.hellos() >= before + refresh, 10_000);
    expect(platform.connection().kind).toBe('connected');
  }
  clearInterval(typing);
  await slack.waitFor(() => conversation.heard.length === sent, 10_000);
  const late = slack.acks().filter(({ ms }) => ms > 1_000).length;
  console.log(
    `${refreshes} refreshes, ${sent} commands: ${sent - conversation.heard.length} lost, ${late} acknowledged late, ` +
      `${slack.socket.kept()} came while no connection was there`,
  );
  expect([slack.socket.kept(), late]).toEqual([0, 0]);
  expect(new Set(slack.acks().map(({ id }) => id)).size).toBe(sent);
  expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
}, 300_000);
