import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSlackEmulator } from '../../emulators/slack.ts';
import { type BotOptions, isUp, signingSecret, startBot, textOf } from './start-bot.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

function startOverHttp(options: BotOptions = {}) {
  return startBot({ ...options, given: { mode: 'http', appToken: null, ...options.given } });
}

const mention = (id: string): string =>
  JSON.stringify({
    type: 'event_callback',
    event_id: id,
    team_id: 'T1',
    event: { type: 'app_mention', channel: 'C1', user: 'U1', text: 'hello', ts: `17.${id}` },
  });

describe('a bot that listens over HTTP', () => {
  it('is connected when it listens and its token is good', async () => {
    const { platform, slack } = await startOverHttp({ now: () => 1_234 });
    expect(platform.connection()).toEqual({ kind: 'connected', since: 1_234 });
    expect(slack.calls().map((call) => call.method)).toEqual(['auth.test']);
  });

  it('acknowledges commands and events at once, with nothing, while the conversation hangs', async () => {
    const { slack, conversation } = await startOverHttp({
      handle: (_event, _show, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    });
    slack.command('/ops status');
    slack.mention('hello');
    await slack.waitFor(() => slack.httpAcks().length === 2);
    for (const ack of slack.httpAcks()) expect(ack).toMatchObject({ status: 200, body: '' });
    expect(Math.max(...slack.acks().map((ack) => ack.ms))).toBeLessThan(1_000);
    await slack.waitFor(() => conversation.heard.length === 2);
  });

  it('answers commands, mentions and direct messages', async () => {
    const { slack, conversation } = await startOverHttp();
    slack.command('/ops query up &gt; 1');
    slack.mention('why?');
    slack.direct('and why here?');
    await slack.waitFor(() => slack.messages().length === 2 && slack.messages(slack.channels.direct).length === 1);
    expect(conversation.heard.map(textOf).sort()).toEqual(['and why here?', 'query up > 1', 'why?']);
  });

  it('answers what comes again once', async () => {
    const { slack, conversation } = await startOverHttp();
    const { id } = slack.mention('hello');
    await slack.waitFor(() => slack.messages().length === 1);
    // Slack signs a second try anew.
    const body = mention(id);
    const response = await slack.sendHttp(body, json, { at: Date.now() + 1_000 });
    expect(response.status).toBe(200);
    slack.mention('last');
    await slack.waitFor(() => slack.messages().length === 2);
    expect(conversation.heard.map(textOf)).toEqual(['hello', 'last']);
  });

  it('tells Slack that the address is right', async () => {
    const { slack } = await startOverHttp();
    const body = JSON.stringify({ type: 'url_verification', challenge: 'the-challenge', token: 'old' });
    expect(await (await slack.sendHttp(body, json, {})).text()).toBe('the-challenge');
    expect((await slack.sendHttp('ssl_check=1&token=old', form, {})).status).toBe(200);
  });

  it('listens before the token is good, so that the address can be checked, and says that it is not', async () => {
    const bot = await startOverHttp({ given: { botToken: 'xoxb-old' } });
    expect(bot.platform.connection()).toMatchObject({ because: expect.stringMatching(/SLACK_BOT_TOKEN/) });
    const body = JSON.stringify({ type: 'url_verification', challenge: 'x' });
    expect((await bot.slack.sendHttp(body, json, {})).status).toBe(200);
  });

  it('comes by itself after Slack was out of order', async () => {
    const slack = await startSlackEmulator();
    slack.fail(503, 1, 'auth.test');
    const bot = await startOverHttp({ slack });
    expect(isUp(bot)).toBe(false);
    await slack.waitFor(() => isUp(bot));
  });

  it('says that it has no signing secret, and starts all the same', async () => {
    const { platform } = await startOverHttp({ given: { signingSecret: null } });
    expect(platform.connection()).toMatchObject({ because: expect.stringMatching(/SLACK_SIGNING_SECRET is missing/) });
  });

  it('says that its port is taken, starts all the same and comes when it is free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    const { port } = other.address() as AddressInfo;
    onTestFinished(() => void other.close());
    const bot = await startOverHttp({ given: { port } });
    expect(bot.platform.connection()).toMatchObject({ because: expect.stringMatching(/SLACK_PORT \d+ .*EADDRINUSE/) });
    await new Promise((resolve) => other.close(resolve));
    await bot.slack.waitFor(() => isUp(bot));
  });

  it('listens no more when it is stopped', async () => {
    const { slack, platform } = await startOverHttp();
    await platform.stop();
    await expect(slack.sendHttp(mention('1'), json, {})).rejects.toThrow();
  });
});

describe('a call is refused', () => {
  it.each([
    ['with a wrong secret', 0, { secret: 'somebody else’s' }],
    ['with a signature that is cut', 0, { signature: 'v0=abc' }],
    ['with an empty signature', 0, { signature: '' }],
    ['with a signature of another version', 0, { signature: `v1=${'0'.repeat(64)}` }],
    ['that is older than five minutes', -301, {}],
    ['that comes from the future', 301, {}],
    ['that comes from tomorrow', 86_400, {}],
    ['of no time', Number.NaN, {}],
  ])('%s', async (_what, secondsOff, signing) => {
    const now = 1_767_600_000_000;
    const { slack, conversation, log } = await startOverHttp({ now: () => now });
    const response = await slack.sendHttp(mention('1'), json, { at: now + secondsOff * 1_000, ...signing });
    expect(response.status).toBe(401);
    expect(await response.text()).toBe('');
    expect(conversation.heard).toEqual([]);
    expect(log.lines.some(({ message }) => message.startsWith('a call was refused'))).toBe(true);
  });

  it('that is not signed at all', async () => {
    const { slack, conversation, log } = await startOverHttp();
    const listening = log.lines.find(({ message }) => message === 'listening for Slack')?.given;
    const url = `http://127.0.0.1:${listening?.port}/slack/events`;
    expect((await fetch(url, { method: 'POST', body: mention('1') })).status).toBe(401);
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(`${url}/else`, { method: 'POST' })).status).toBe(404);
    expect(slack.messages()).toEqual([]);
    expect(conversation.heard).toEqual([]);
  });

  it('that came before, to the letter', async () => {
    const { slack, conversation } = await startOverHttp();
    const signing = { at: Date.now() };
    expect((await slack.sendHttp(mention('1'), json, signing)).status).toBe(200);
    expect((await slack.sendHttp(mention('1'), json, signing)).status).toBe(401);
    expect(conversation.heard).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{', json, 400],
    ['a form whose payload is no JSON', 'payload=%7B', form, 400],
    ['nothing', '', json, 400],
    ['a number', '7', json, 200],
    ['an empty form', '', form, 200],
    ['an event without an event', '{"type":"event_callback"}', json, 200],
    ['too much', JSON.stringify({ text: 'x'.repeat(1_000_001) }), json, 413],
  ])('or outlived: %s', async (_what, body, type, status) => {
    const bot = await startOverHttp();
    expect((await bot.slack.sendHttp(body, type, {})).status).toBe(status);
    bot.slack.mention('still there?');
    await bot.slack.waitFor(() => bot.slack.messages().length === 1);
  });

  it('of the next second is taken: clocks differ', async () => {
    const now = 1_767_600_000_000;
    const { slack } = await startOverHttp({ now: () => now });
    const [late, early] = [{ at: now - 299_000 }, { at: now + 299_000, secret: signingSecret }];
    expect((await slack.sendHttp(mention('1'), json, late)).status).toBe(200);
    expect((await slack.sendHttp(mention('2'), json, early)).status).toBe(200);
  });
});
