import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Bot, startBot, temporaryDir, until } from './bot.ts';
import { freePort } from './machine.ts';
import { cardsIn, gatherPeople, type People } from './people.ts';

const platforms = ['slack', 'discord'] as const;
const apiKey = 'a-key-for-alertmanager';
const silences = z.array(
  z.object({
    comment: z.string(),
    matchers: z.array(z.object({ name: z.string(), value: z.string() })),
    status: z.object({ state: z.string() }),
  }),
);
const alerts = z.array(z.object({ status: z.object({ silencedBy: z.array(z.string()) }) }));

/** A rule that fires while a metric, which a test sets, is over a limit: Prometheus reads it, and Alertmanager tells the bot. */
describe('Prometheus, Alertmanager and the bot', () => {
  const processes: ChildProcess[] = [];
  let people: People;
  let bot: Bot;
  let prometheus = '';
  let alertmanager = '';
  let folder = '';

  const run = (program: string, options: readonly string[]): void => {
    processes.push(spawn(program, options, { stdio: 'ignore' }));
  };
  const readyAt = (url: string) =>
    until(`${url} is ready`, 30_000, async () => (await fetch(`${url}/-/ready`)).ok || undefined);

  /** Whether the rule fires: it looks at what its own file says. */
  function writeRule(expression: string): void {
    writeFileSync(
      join(folder, 'rules.yml'),
      JSON.stringify({
        groups: [
          {
            name: 'test',
            interval: '1s',
            rules: [
              {
                alert: 'DiskFull',
                expr: expression,
                labels: { severity: 'critical', instance: 'web-7:9100' },
                annotations: { summary: 'the disk of web-7 is full', runbook_url: 'https://wiki.example/disk' },
              },
            ],
          },
        ],
      }),
    );
  }

  beforeAll(async () => {
    folder = temporaryDir();
    mkdirSync(join(folder, 'data'));
    people = await gatherPeople();
    const [port, alertmanagerPort] = [await freePort(), await freePort()];
    prometheus = `http://127.0.0.1:${port}`;
    alertmanager = `http://127.0.0.1:${alertmanagerPort}`;
    bot = await startBot({
      dataDir: folder,
      env: {
        ...people.env,
        API_KEY: apiKey,
        HOST: '127.0.0.1',
        RESPONDERS: `slack:${people.slack.person.id}`,
        PROMETHEUS_URL: prometheus,
        ALERTMANAGER_URL: alertmanager,
        POLL_CRON: '* * * * * *',
      },
    });
    writeFileSync(join(folder, 'key'), apiKey);
    writeFileSync(
      join(folder, 'alertmanager.yml'),
      JSON.stringify({
        route: {
          receiver: 'bot',
          group_by: ['alertname'],
          group_wait: '0s',
          group_interval: '1s',
          repeat_interval: '1h',
        },
        receivers: [
          {
            name: 'bot',
            webhook_configs: [
              {
                url: `${bot.url.replace('localhost', '127.0.0.1')}/webhooks/alertmanager`,
                http_config: { authorization: { credentials_file: join(folder, 'key') } },
              },
            ],
          },
        ],
      }),
    );
    run('prometheus-alertmanager', [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
      '--cluster.listen-address=',
    ]);
    writeRule('vector(0) > 1');
    writeFileSync(
      join(folder, 'prometheus.yml'),
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [join(folder, 'rules.yml')],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }] },
        scrape_configs: [{ job_name: 'prometheus', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
      }),
    );
    run('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
      // What fires while a reload has it look for Alertmanager anew is lost until it is sent again.
      '--rules.alert.resend-delay=1s',
    ]);
    await Promise.all([readyAt(alertmanager), readyAt(prometheus)]);
    fire = async (isFiring) => {
      writeRule(isFiring ? 'vector(2) > 1' : 'vector(0) > 1');
      const answer = await fetch(`${prometheus}/-/reload`, { method: 'POST' });
      if (!answer.ok) throw new Error(`Prometheus did not take the rule: ${await answer.text()}`);
    };
  });
  let fire: (isFiring: boolean) => Promise<void> = async () => {};

  afterAll(async () => {
    await bot.stop();
    for (const child of processes) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    await people.stop();
  });

  // Four programs and two platforms: what they know is worth more than the failure.
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      const fired = await (await fetch(`${prometheus}/api/v1/alerts`)).text();
      const known = await (await fetch(`${alertmanager}/api/v2/alerts`)).text();
      console.log(fired, known, bot.logged().split('\n').slice(-30).join('\n'));
    });
  });

  const cardOf = (platform: (typeof platforms)[number], words: RegExp) =>
    cardsIn(people.channels[platform]()).find((one) => words.test(one.words));

  it('makes a card of a rule that fires, on both platforms', async () => {
    const startedAt = performance.now();
    await fire(true);
    for (const platform of platforms) {
      const card = await until(`the alert is in ${platform}`, 60_000, () =>
        cardOf(platform, /Critical: DiskFull on web-7/),
      );
      expect(card.words).toContain('the disk of web-7 is full');
    }
    console.log(`rule to card on both platforms: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  });

  it('keeps a silence from chat in Alertmanager, which holds the alert back, until somebody ends it', async () => {
    const card = people.slack.messages().find(({ text }) => /DiskFull/.test(text));
    if (card === undefined) expect.fail('there is no card');
    people.slack.press(card, 'Silence 1 h');
    const [first] = await until('the silence is in Alertmanager', 30_000, async () => {
      const all = silences.parse(await (await fetch(`${alertmanager}/api/v2/silences`)).json());
      return all.length > 0 ? all : undefined;
    });
    expect(first?.comment).toMatch(/^ada in slack \(silence \w+ by \w+\)$/);
    await until('the alert is silenced there', 30_000, async () => {
      const known = alerts.parse(await (await fetch(`${alertmanager}/api/v2/alerts`)).json());
      return known.some(({ status }) => status.silencedBy.length > 0) || undefined;
    });
    const id = /silence (\w+) by/.exec(first?.comment ?? '')?.[1];
    people.slack.command(`/ops silence end ${id}`);
    await until('no silence is on in Alertmanager', 30_000, async () => {
      const all = silences.parse(await (await fetch(`${alertmanager}/api/v2/silences`)).json());
      return all.every(({ status }) => status.state === 'expired') || undefined;
    });
  });

  it('says that it is over when the rule is calm', async () => {
    await fire(false);
    for (const platform of platforms)
      await until(`${platform} says that it is over`, 60_000, () => cardOf(platform, /Resolved: DiskFull on web-7/));
  });

  it('made one card of it on each platform', () => {
    for (const platform of platforms)
      expect(cardsIn(people.channels[platform]()).filter(({ words }) => /DiskFull/.test(words))).toHaveLength(1);
  });
});
