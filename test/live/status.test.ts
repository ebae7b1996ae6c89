import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDiscordEmulator } from '../emulators/discord.ts';
import { startNumbers } from '../emulators/prometheus.ts';
import { startSlackEmulator } from '../emulators/slack.ts';
import { type Bot, startBot, until } from './bot.ts';

type Status = {
  readonly status: string;
  readonly problems: readonly string[];
  readonly prometheus: { readonly reachable: boolean; readonly reason: string | null };
  readonly platforms: readonly { readonly name: string; readonly state: string; readonly reason: string | null }[];
  readonly ai_status: { readonly current_provider: string; readonly available_providers: readonly string[] };
};

/** Takes every connection and says nothing. */
async function startSilence(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, server };
}

describe('GET /status while everything behind it fails', () => {
  let bot: Bot;
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    const [silence, slack, numbers, discord] = [
      await startSilence(),
      await startSlackEmulator(),
      await startNumbers(['web-1'], () => 1),
      await startDiscordEmulator(),
    ];
    numbers.mode = 'hang';
    ends.push(
      () => silence.server.close(),
      () => slack.stop(),
      () => numbers.stop(),
      () => discord.stop(),
    );
    bot = await startBot({
      env: {
        PROMETHEUS_URL: numbers.url,
        PROMETHEUS_TIMEOUT_SECONDS: '3',
        POLL_CRON: '* * * * * *',
        GEMINI_API_KEY: 'a-key-for-tests',
        GEMINI_BASE_URL: silence.url,
        AI_TIMEOUT_SECONDS: '5',
        SLACK_BOT_TOKEN: 'xoxb-refused',
        SLACK_APP_TOKEN: 'xapp-refused',
        SLACK_CHANNEL: slack.channels.ops,
        SLACK_API_URL: slack.url,
        DISCORD_TOKEN: 'refused',
        DISCORD_API_URL: discord.url,
        DISCORD_CHANNEL_ID: discord.channels.ops,
      },
    });
    ends.unshift(() => bot.stop());
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });

  const status = async (): Promise<Status> => (await bot.get('/status')).json() as Promise<Status>;

  it('answers at once while a question hangs in a provider', async () => {
    const question = bot.post('/query', { query: 'what is wrong?' });
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const before = performance.now();
      await status();
      times.push(performance.now() - before);
    }
    expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(250);
    const answer = (await (await question).json()) as { provider: string; passed_over: { provider: string }[] };
    expect(answer.provider).toBe('fallback');
    expect(answer.passed_over.map((passed) => passed.provider)).toEqual(['gemini']);
  });

  it('tells the truth of each', async () => {
    const report = await until('the truth is known', 30_000, async () => {
      const now = await status();
      const names = now.platforms.filter((one) => one.state === 'disconnected').map((one) => one.name);
      return !now.prometheus.reachable && now.prometheus.reason?.includes('within 3 s') && names.length === 2
        ? now
        : undefined;
    });
    expect(report.status).toBe('failing');
    expect(report.problems.join('\n')).toMatch(
      /Prometheus has not been readable[\s\S]*slack is not connected[\s\S]*discord is not connected/,
    );
    expect(report.ai_status.available_providers).toEqual(['gemini', 'fallback']);
    expect(JSON.stringify(report)).not.toMatch(/xoxb-refused|a-key-for-tests/);
  });

  it('comes from a process that is still up', async () => {
    expect((await bot.get('/healthz')).status).toBe(200);
    expect(await (await bot.get('/metrics')).text()).toContain('smartcloudops_ticks_total{outcome="failed"}');
    const lines = bot.logged().trim().split('\n');
    expect(lines.filter((line) => !line.startsWith('{"at":'))).toEqual([]);
    expect(lines.join('\n')).toContain('a planned run did not begin in its time');
    expect(bot.logged()).not.toMatch(/xoxb-refused|xapp-refused|a-key-for-tests/);
  });
});
