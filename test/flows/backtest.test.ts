import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConsolePlatform } from '../../src/chat/console/platform.ts';
import { silentLog } from '../../src/core/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { wordsOf as discordWords } from '../emulators/discord.ts';
import { wordsOf as slackWords } from '../emulators/slack.ts';
import { backtesting, conversationOf, discordOf, realPainter, slackOf } from './backtest-house.ts';

const bar = /[█░]{20} \d+ %/;
const measured = /Backtest of hosts: \d+ of 12 injected faults caught/;

/** A worker that says how far it is, many times, and never ends. */
const endless = pathToFileURL(join(mkdtempSync(join(tmpdir(), 'worker-')), 'worker.mjs'));
writeFileSync(
  endless,
  `import { parentPort } from 'node:worker_threads';
   let part = 0;
   setInterval(() => {
     part = Math.min(0.9, part + 0.05);
     parentPort.postMessage({ kind: 'progress', progress: { part, doing: 'web-1, fold 1 of 4' } });
   }, 20);`,
);

const wordOf = { filled: 'caught', hatched: 'missed', hollow: 'false alert' } as const;
/** What the picture of the answer says to those who don't see it. */
const inWords = /made-up faults? caught · web-[12], .*Marked as [a-z ]+ (caught|missed): .*alerts from here \(1\)/;
const isPng = (bytes: Uint8Array | null | undefined): boolean =>
  Buffer.from(bytes ?? [])
    .subarray(1, 4)
    .toString('latin1') === 'PNG';

describe('"backtest 2" in Slack', () => {
  it('is one message of the channel that shows a bar and becomes the answer', async () => {
    const slack = await slackOf(await backtesting());
    slack.command('/ops backtest 2');
    await slack.waitFor(() => slack.messages().some((one) => bar.test(slackWords(one))), 30_000);
    await slack.waitFor(() => slack.messages().some((one) => measured.test(slackWords(one))), 60_000);
    expect(slack.messages()).toHaveLength(1);
    expect(slack.calls('response_url')).toEqual([]);
    expect(slack.calls('chat.update').length).toBeGreaterThan(2);
    // Nothing draws here: words stand in for the picture.
    expect(slack.files().size).toBe(0);
    expect(slack.messages().map(slackWords).join()).toMatch(inWords);
  }, 120_000);

  it('has a picture of what was judged when it is answered, and only then', async () => {
    const slack = await slackOf(await backtesting(), realPainter());
    slack.command('/ops backtest 2');
    const images = () => slack.messages().flatMap(({ blocks }) => blocks.filter(({ type }) => type === 'image'));
    await slack.waitFor(() => slack.messages().some((one) => bar.test(slackWords(one))), 30_000);
    expect(images()).toEqual([]);
    await slack.waitFor(() => images().length > 0, 60_000);
    expect(slack.messages().map(slackWords).join()).toMatch(measured);
    expect(images()).toEqual([expect.objectContaining({ alt_text: expect.stringMatching(inWords) })]);
    expect([...slack.files().values()].map(({ bytes }) => isPng(bytes))).toEqual([true]);
  }, 120_000);

  it('in a channel that the bot is not in shows what the address of the command takes, and the answer', async () => {
    const slack = await slackOf(await backtesting());
    slack.command('/ops backtest 2', { channel: slack.channels.secret });
    const here = () => slack.messages(slack.channels.secret);
    await slack.waitFor(() => here().some((one) => measured.test(slackWords(one))), 60_000);
    expect(here()).toHaveLength(1);
    expect(slack.calls('response_url').map((call) => call.status)).toEqual([200, 200, 200, 200]);
  }, 120_000);

  it('is cancelled by a mention, told to whoever asks meanwhile, and says so in its own message', async () => {
    const slack = await slackOf(await backtesting({ workerUrl: endless }));
    slack.mention('backtest 2');
    await slack.waitFor(() => slack.messages().some((one) => bar.test(slackWords(one))), 30_000);
    slack.command('/ops backtest');
    await slack.waitFor(() => slack.messages().some((one) => /There is one at a time/.test(slackWords(one))));
    slack.mention('backtest cancel');
    await slack.waitFor(() => slack.messages().some((one) => /was cancelled by/.test(slackWords(one))));
    await slack.waitFor(() => slack.messages().some((one) => /that .+ began is cancelled/.test(slackWords(one))));
    expect(slack.messages().filter((one) => bar.test(slackWords(one)))).toEqual([]);
  }, 60_000);
});

describe('"backtest 2" in Discord', () => {
  it('is deferred, and its one message shows a bar and becomes the answer', async () => {
    const discord = await discordOf(await backtesting());
    discord.slash(['backtest'], { days: '2' });
    await discord.waitFor(() => discord.messages().some((one) => bar.test(discordWords(one))), 30_000);
    await discord.waitFor(() => discord.messages().some((one) => measured.test(discordWords(one))), 60_000);
    expect(discord.messages()).toHaveLength(1);
  }, 120_000);

  it('has a picture of what was judged when it is answered, and only then', async () => {
    const discord = await discordOf(await backtesting(), realPainter());
    discord.slash(['backtest'], { days: '2' });
    const pictures = () => discord.messages().flatMap((one) => one.pictures);
    await discord.waitFor(() => discord.messages().some((one) => bar.test(discordWords(one))), 30_000);
    expect(pictures()).toEqual([]);
    await discord.waitFor(() => discord.messages().some((one) => measured.test(discordWords(one))), 60_000);
    expect(pictures().map(({ alt, bytes }) => [inWords.test(alt), isPng(bytes)])).toEqual([[true, true]]);
  }, 120_000);

  it('is cancelled by the option of the same command', async () => {
    const discord = await discordOf(await backtesting({ workerUrl: endless }));
    discord.slash(['backtest']);
    await discord.waitFor(() => discord.messages().some((one) => bar.test(discordWords(one))), 30_000);
    discord.slash(['backtest'], { action: 'cancel' });
    await discord.waitFor(() => discord.messages().some((one) => /was cancelled by/.test(discordWords(one))));
    await discord.waitFor(() => discord.messages().some((one) => /began is cancelled/.test(discordWords(one))));
  }, 60_000);
});

describe('"backtest 2" in the console', () => {
  it('is one message that shows a bar and becomes the answer', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'console-'));
    const store = await openStore({ databaseUrl: null, dataDir, log: silentLog });
    const platform = createConsolePlatform({
      painter: realPainter(),
      store: store.console,
      now: Date.now,
      log: silentLog,
    });
    onTestFinished(async () => {
      await platform.stop();
      await store.close();
    });
    await platform.start(conversationOf(await backtesting()));
    const shown: string[] = [];
    const done = Promise.withResolvers<void>();
    platform.listen((entry) => {
      shown.push(JSON.stringify(entry));
      if (measured.test(shown.at(-1) ?? '')) done.resolve();
    });
    await platform.ask({ id: 'q1', text: '/ops backtest 2', person: { platform: 'console', id: 'p', name: 'Ada' } });
    await done.promise;
    expect(shown.filter((one) => bar.test(one)).length).toBeGreaterThan(1);
    const [, answer] = await platform.recent(10);
    expect(await platform.recent(10)).toHaveLength(2);
    const place = answer?.reply.blocks.findIndex(({ kind }) => kind === 'chart') ?? -1;
    const block = answer?.reply.blocks[place];
    for (const { label, look } of block?.kind === 'chart' ? block.chart.spans : expect.fail('there is no chart'))
      expect([look, label]).toEqual([look, expect.stringContaining(wordOf[look])]);
    const picture = await platform.picture(answer?.id ?? 0, place, AbortSignal.timeout(30_000));
    expect([isPng(picture?.png), inWords.test(picture?.alt ?? '')]).toEqual([true, true]);
  }, 120_000);
});
