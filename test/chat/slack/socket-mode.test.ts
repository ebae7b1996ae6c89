import { describe, expect, it } from 'vitest';
import { createSlackPlatform, type SlackOptions } from '../../../src/chat/slack/platform.ts';
import { say } from '../../../src/core/reply.ts';
import { startSlackEmulator } from '../../emulators/slack.ts';
import { memoryDeliveries, noPictures } from '../../small-things.ts';
import { createListener, createRecordingLog, isUp, socketsKept, startBot, untilQuiet } from './start-bot.ts';

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

describe('the connection', () => {
  it('is there when start is done', async () => {
    const { platform, slack } = await startBot({ now: () => 1_234 });
    expect(platform.connection()).toEqual({ kind: 'connected', since: 1_234 });
    expect(slack.socket.connections()).toBe(socketsKept);
  });

  it('is starting before', () => {
    const given = {
      botToken: 'x',
      appToken: 'y',
      signingSecret: null,
      mode: 'socket',
      port: 0,
      apiUrl: null,
      groups: [],
    } as const;
    const platform = createSlackPlatform({
      deliveries: memoryDeliveries(),
      painter: noPictures,
      ...given,
      log: createRecordingLog(),
      now: Date.now,
    });
    expect(platform.connection()).toEqual({ kind: 'starting' });
  });

  it.each<readonly [string, Partial<SlackOptions>, RegExp, readonly string[]]>([
    ['the bot token', { botToken: 'xoxb-old' }, /SLACK_BOT_TOKEN.*\(invalid_auth\)/, ['auth.test']],
    [
      'the app token',
      { appToken: 'xapp-old' },
      /SLACK_APP_TOKEN.*connections:write/,
      ['auth.test', 'apps.connections.open'],
    ],
    ['a missing app token', { appToken: null }, /SLACK_APP_TOKEN is missing/, []],
  ])('says that %s is refused, starts all the same and does not insist', async (_what, given, because, methods) => {
    const { platform, slack, log } = await startBot({ given });
    expect(platform.connection()).toMatchObject({ kind: 'disconnected', because: expect.stringMatching(because) });
    expect(slack.calls().map((call) => call.method)).toEqual(methods);
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(slack.socket.connections()).toBe(0);
  });

  it('says that Slack can not be reached, and starts all the same', async () => {
    const gone = await startSlackEmulator();
    await gone.stop();
    const { botToken, appToken, url: apiUrl } = gone;
    const log = createRecordingLog();
    const options = {
      botToken,
      appToken,
      signingSecret: null,
      mode: 'socket',
      port: 0,
      apiUrl,
      groups: [],
      log,
    } as const;
    const platform = createSlackPlatform({
      deliveries: memoryDeliveries(),
      painter: noPictures,
      ...options,
      now: () => 5,
    });
    await platform.start(createListener());
    expect(platform.connection()).toMatchObject({
      kind: 'disconnected',
      since: 5,
      because: expect.stringMatching(/ECONNREFUSED/),
    });
    await platform.stop();
  });

  it.each(['auth.test', 'apps.connections.open'])('comes by itself after %s was out of order', async (method) => {
    const slack = await startSlackEmulator();
    slack.fail(503, 1, method);
    const bot = await startBot({ slack });
    expect(isUp(bot)).toBe(false);
    await slack.waitFor(() => isUp(bot));
  });

  it('says that Socket Mode is off', async () => {
    const bot = await startBot();
    bot.slack.socket.announce('link_disabled');
    await bot.slack.waitFor(() => !isUp(bot));
    expect(bot.platform.connection()).toMatchObject({ because: expect.stringMatching(/Socket Mode is off/) });
  });

  it('says that it is off when the token is revoked in the middle, and is on again when it is good again', async () => {
    const bot = await startBot();
    const to = { platform: 'slack', channel: bot.slack.channels.ops, thread: null };
    bot.slack.refuseToken('bot', 'token_revoked');
    await bot.platform.post(to, say('x'), { key: 'a', attemptedAt: null, isLoud: false }, soon()).catch(() => {});
    expect(bot.platform.connection()).toMatchObject({
      kind: 'disconnected',
      because: expect.stringMatching(/token_revoked/),
    });
    bot.slack.acceptToken('bot');
    await bot.platform.post(to, say('x'), { key: 'a', attemptedAt: null, isLoud: false }, soon());
    expect(bot.platform.connection().kind).toBe('connected');
  });
});

describe('a connection that ends', () => {
  it.each([
    ['with a word', 1001],
    ['without a word', null],
  ] as const)('%s is replaced, and what came meanwhile is answered', async (_what, code) => {
    const bot = await startBot();
    bot.slack.socket.cut(code);
    await bot.slack.waitFor(() => !isUp(bot));
    expect(bot.platform.connection()).toMatchObject({ because: expect.stringMatching(/Slack/) });
    const { id } = bot.slack.mention('did you hear that?');
    await bot.slack.waitFor(() => bot.conversation.heard.some((event) => event.id === id));
    expect(isUp(bot)).toBe(true);
  });

  it.each(['warning', 'refresh_requested'])('as announced (%s) is replaced before it is over', async (reason) => {
    const bot = await startBot();
    const since = bot.platform.connection();
    bot.slack.socket.announce(reason);
    await bot.slack.waitFor(() => bot.slack.socket.hellos() === 2 * socketsKept);
    expect(bot.slack.socket.connections()).toBe(2 * socketsKept);
    await untilQuiet(bot);
    expect(bot.platform.connection()).toEqual(since);
    expect(bot.log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('as announced is still connected while no other can be had', async () => {
    const bot = await startBot();
    bot.slack.fail(503, 2, 'apps.connections.open');
    bot.slack.socket.announce('warning');
    await bot.slack.waitFor(() => bot.slack.calls('apps.connections.open').length === 2 * socketsKept);
    expect(isUp(bot)).toBe(true);
    await untilQuiet(bot);
    await bot.slack.waitFor(() => bot.slack.socket.hellos() === 2 * socketsKept);
    await bot.slack.waitFor(() => bot.slack.socket.connections() === socketsKept);
    expect(isUp(bot)).toBe(true);
    expect(bot.log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('is replaced while the other one holds, and nobody notices', async () => {
    const bot = await startBot();
    const since = bot.platform.connection();
    bot.slack.socket.cutOldest(null);
    await bot.slack.waitFor(() => bot.slack.socket.connections() === 1);
    await untilQuiet(bot);
    await bot.slack.waitFor(() => bot.slack.socket.connections() === socketsKept);
    expect(bot.platform.connection()).toEqual(since);
    expect(bot.log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('has an end when it is stopped in the middle of coming back', async () => {
    const bot = await startBot();
    bot.slack.socket.cut(1001);
    await bot.slack.waitFor(() => !isUp(bot));
    const startedAt = performance.now();
    await bot.platform.stop();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(bot.platform.connection()).toMatchObject({ kind: 'disconnected', because: 'stopped' });
  });

  it('closes its sockets when it is stopped', async () => {
    const bot = await startBot();
    bot.slack.socket.announce('warning');
    await bot.slack.waitFor(() => bot.slack.socket.hellos() === 2 * socketsKept);
    await bot.platform.stop();
    await bot.slack.waitFor(() => bot.slack.socket.connections() === 0);
  });
});

describe('a silent connection', () => {
  it('is replaced after a minute without a frame', async () => {
    let later = 0;
    const bot = await startBot({ now: () => Date.now() + later });
    await untilQuiet(bot);
    bot.slack.socket.mute(true);
    later = 60_000;
    await bot.slack.waitFor(() => !isUp(bot));
    expect(bot.platform.connection()).toMatchObject({ because: expect.stringMatching(/silent/) });
    bot.slack.socket.mute(false);
    await bot.slack.waitFor(() => isUp(bot), 10_000);
    await untilQuiet(bot);
  });

  it('costs no more than what was said with it: the other one holds, and it is replaced', async () => {
    let later = 0;
    const bot = await startBot({ now: () => Date.now() + later });
    await untilQuiet(bot);
    bot.slack.socket.muteOldest();
    const asked = [1, 2, 3, 4].map(() => bot.slack.command('/ops status').id);
    await bot.slack.waitFor(() => bot.conversation.heard.filter(({ id }) => asked.includes(id)).length === 2);
    expect(isUp(bot)).toBe(true);
    bot.slack.socket.ping();
    later = 60_000;
    await bot.slack.waitFor(() => bot.slack.socket.hellos() > socketsKept);
    await untilQuiet(bot);
    expect(isUp(bot)).toBe(true);
    expect(bot.log.lines.some(({ message }) => /one connection to Slack is over/.test(message))).toBe(true);
  });

  it('is kept when it is pinged, though nobody speaks', async () => {
    let later = 0;
    const heardAt: number[] = [];
    const bot = await startBot({
      now: () => {
        heardAt.push(later);
        return Date.now() + later;
      },
    });
    for (const minutes of [0.9, 1.8]) {
      bot.slack.socket.ping();
      const looks = heardAt.length;
      // The watch has looked, after the ping came and before time moves on.
      await bot.slack.waitFor(() => heardAt.length > looks + 1);
      later = minutes * 60_000;
      const before = heardAt.length;
      await bot.slack.waitFor(() => heardAt.length > before);
    }
    await untilQuiet(bot);
    expect(bot.slack.socket.hellos()).toBe(socketsKept);
  });
});

describe('the process', () => {
  it.each<readonly [string, string]>([
    ['no JSON', 'hello?'],
    ['no object', '[]'],
    ['nothing', 'null'],
    ['a frame of no type', '{}'],
    ['a frame of an unknown type', '{"type":"unheard_of","envelope_id":"e1","payload":{}}'],
    ['an event without an event', '{"type":"events_api","envelope_id":"e2","payload":{}}'],
    [
      'an event that is null',
      '{"type":"events_api","envelope_id":"e3","payload":{"type":"event_callback","event":null}}',
    ],
    [
      'an event of an odd shape',
      '{"type":"events_api","envelope_id":"e4","payload":{"event":{"type":"app_mention","user":7}}}',
    ],
    ['a command without anything', '{"type":"slash_commands","envelope_id":"e5","payload":{"command":"/ops"}}'],
    [
      'a button that nobody made',
      '{"type":"interactive","envelope_id":"e6","payload":{"type":"block_actions","actions":[]}}',
    ],
    ['an envelope without a payload', '{"type":"events_api","envelope_id":"e7"}'],
    ['a payload that is a text', '{"type":"events_api","envelope_id":"e8","payload":"x"}'],
  ])('outlives %s', async (_what, frame) => {
    const bot = await startBot();
    bot.slack.socket.sendRaw(frame);
    await untilQuiet(bot);
    expect(isUp(bot)).toBe(true);
    expect(bot.slack.socket.hellos()).toBe(socketsKept);
    const envelope = /e\d/.exec(frame)?.[0];
    if (envelope !== undefined) expect(bot.slack.acks().map((ack) => ack.id)).toContain(envelope);
  });

  it('never writes a secret into the log', async () => {
    const bot = await startBot();
    bot.slack.fail(500, 9);
    const { responsePath } = bot.slack.command('/ops status');
    await bot.slack.waitFor(() => bot.log.lines.some(({ message }) => message === 'a command was not answered'), 8_000);
    bot.slack.refuseToken('bot', 'invalid_auth');
    bot.slack.sayNo('invalid_auth', { token: bot.slack.botToken }, 'auth.test');
    bot.slack.socket.cut(1001);
    await bot.slack.waitFor(() => !isUp(bot));
    await bot.slack.waitFor(() => bot.slack.calls('auth.test').length === 2);
    const written = JSON.stringify(bot.log.lines);
    for (const secret of [bot.slack.botToken, bot.slack.appToken, responsePath, 'ticket='])
      expect(written).not.toContain(secret);
  });
});
