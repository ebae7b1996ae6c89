import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNumbers } from '../emulators/prometheus.ts';
import { startSlackEmulator, wordsOf } from '../emulators/slack.ts';
import { until } from './bot.ts';
import { buildImage, makeBase, noShell, openWorkshop } from './image.ts';
import { freePort } from './machine.ts';

const image = 'localhost/smartcloudops-ai:test';
const version = /^ARG NODE=(\S+)$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1];
const base = `docker.io/library/node:${version}-slim`;
const key = 'a-key-for-tests-0123456789';

type Status = {
  readonly status: string;
  readonly problems: readonly string[];
  readonly notices_owed: { count: number };
};
type Incident = { readonly id: string; readonly state: string };

/** Runs in the container without a shell: who it is, and where it may write. */
const look = `
const { readFileSync, writeFileSync } = require('node:fs');
const mayWrite = (folder) => { try { writeFileSync(folder + '/try', ''); return 'yes'; } catch (error) { return error.code; } };
console.log(JSON.stringify({
  user: process.getuid(),
  first: readFileSync('/proc/1/cmdline', 'utf8').split('\\0').filter(Boolean),
  capabilities: /CapEff:\\s*(\\w+)/.exec(readFileSync('/proc/1/status', 'utf8'))[1],
  write: Object.fromEntries(['/', '/app', '/app/src', '/home/node', '/tmp', '/var/tmp', '/data'].map((at) => [at, mayWrite(at)])),
}));`;

describe('the image', () => {
  const workshop = openWorkshop();
  const { podman } = workshop;
  const slackOptions = { botToken: 'xoxb-image', appToken: 'xapp-image' };
  let slack: Awaited<ReturnType<typeof startSlackEmulator>>;
  let numbers: Awaited<ReturnType<typeof startNumbers>>;
  let url = '';
  let brokenFrom = Number.POSITIVE_INFINITY;

  const headers = { authorization: `Bearer ${key}` };
  const ask = async <T>(path: string): Promise<T> => (await fetch(`${url}${path}`, { headers })).json() as Promise<T>;
  const openIncidents = async () => (await ask<Incident[]>('/incidents')).filter(({ state }) => state !== 'resolved');

  async function start(name: string): Promise<void> {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const env = {
      PORT: String(port),
      HOST: '127.0.0.1',
      API_KEY: key,
      PROMETHEUS_URL: numbers.url,
      WATCHES_FILE: '/watches.yaml',
      POLL_CRON: '* * * * * *',
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
      SLACK_CHANNEL: slack.channels.ops,
    };
    await podman([
      ...['run', '--detach', '--name', name, '--network', 'host', '--volume', 'data:/data'],
      ...['--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
      // What this machine allows may be less than what podman asks for by itself.
      ...['--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096', '--memory', '512m'],
      ...noShell(workshop),
      ...['--volume', `${import.meta.dirname}/image.watches.yaml:/watches.yaml:ro`],
      ...Object.entries(env).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
      image,
    ]);
  }

  async function stop(name: string): Promise<{ readonly code: string; readonly tookMs: number }> {
    const before = performance.now();
    await podman(['stop', '--time', '10', name]);
    const tookMs = performance.now() - before;
    return { code: (await podman(['inspect', '--format', '{{.State.ExitCode}}', name])).trim(), tookMs };
  }

  beforeAll(async () => {
    await makeBase(workshop, base);
    await buildImage(workshop, image);
    slack = await startSlackEmulator(slackOptions);
    numbers = await startNumbers(['web-1'], (_metric, _host, at) =>
      at >= brokenFrom ? 95 : 10 + Math.sin(at / 7_000),
    );
    await start('first');
  }, 400_000);
  afterAll(async () => {
    await workshop.clear();
    await numbers.stop();
    await slack.stop();
  });

  it('says what it is, and carries nothing that it does not need', async () => {
    const [{ Config: config, Healthcheck: check, Size: size }] = JSON.parse(await podman(['image', 'inspect', image]));
    const [{ Size: baseSize }] = JSON.parse(await podman(['image', 'inspect', base]));
    console.log(`the image adds ${((size - baseSize) / 1e6).toFixed(0)} MB to its base`);
    expect(config).toMatchObject({
      User: 'node',
      Cmd: ['node', 'src/main.ts'],
      Volumes: { '/data': {} },
      StopSignal: 'SIGTERM',
      Labels: { 'org.opencontainers.image.version': '1.2.3', 'org.opencontainers.image.revision': 'abc' },
    });
    expect(check.Test).toEqual(['CMD', 'node', '-e', expect.stringContaining('/healthz')]);
    const files = await podman(['exec', 'first', 'node', '-p', "require('node:fs').readdirSync('/app').join()"]);
    expect(files.trim()).toBe('LICENSE,node_modules,package.json,src');
  });

  it('is well, as node, on a root that nobody can write to, and without a shell', async () => {
    await until('everything is well', 60_000, async () =>
      (await ask<Status>('/status')).status === 'ok' ? true : undefined,
    );
    expect(JSON.parse(await podman(['exec', 'first', 'node', '-e', look]))).toEqual({
      user: 1000,
      first: ['node', 'src/main.ts'],
      capabilities: '0000000000000000',
      write: {
        '/': 'EROFS',
        '/app': 'EROFS',
        '/app/src': 'EROFS',
        '/home/node': 'EROFS',
        '/tmp': 'EROFS',
        '/var/tmp': 'EROFS',
        '/data': 'yes',
      },
    });
    await expect(podman(['exec', 'first', 'sh', '-c', 'true'])).rejects.toThrow();
    await podman(['healthcheck', 'run', 'first']);
  });

  it('has a health check that passes on the bot, and fails on what is not there and on what says that it is stuck', async () => {
    const [{ Healthcheck: check }] = JSON.parse(await podman(['image', 'inspect', image]));
    const [, ...command]: readonly string[] = check.Test;
    const checked = (...env: readonly string[]) => podman(['exec', ...env, 'first', ...command]);
    const [nobody, port] = [await freePort(), await freePort()];
    const stuck = createServer((_, answer) => answer.writeHead(503).end()).listen(port, '127.0.0.1');
    await once(stuck, 'listening');

    expect(await checked()).toBe('');
    await expect(checked('--env', `PORT=${nobody}`)).rejects.toThrow('ended with 1\n');
    await expect(checked('--env', `PORT=${port}`)).rejects.toThrow('ended with 1\n');
    stuck.close();
  });

  it('ends on SIGTERM within ten seconds with 0 while Slack and Prometheus hang, and loses nothing', async () => {
    slack.hang(50);
    brokenFrom = Date.now();
    const [incident] = await until('an incident is open', 60_000, async () => {
      const open = await openIncidents();
      return open.length > 0 && (await ask<Status>('/status')).notices_owed.count > 0 ? open : undefined;
    });
    numbers.mode = 'hang';
    const { code, tookMs } = await stop('first');
    console.log(`from SIGTERM to the end with everything hanging: ${(tookMs / 1_000).toFixed(1)} s`);
    expect(code).toBe('0');
    expect(tookMs).toBeLessThan(10_000);
    expect(slack.messages()).toEqual([]);

    numbers.mode = 'up';
    slack.calm();
    await start('second');
    const cards = () =>
      slack.messages().filter((one) => one.thread === null && wordsOf(one).includes(incident?.id ?? '?'));
    await until('Slack is told after all', 60_000, () => (cards().length > 0 ? true : undefined));
    expect((await openIncidents()).map(({ id }) => id)).toContain(incident?.id);
    await until(
      'nothing is owed',
      30_000,
      async () => (await ask<Status>('/status')).notices_owed.count === 0 || undefined,
    );
    expect(cards()).toHaveLength(1);
    expect((await stop('second')).code).toBe('0');
  });
});
