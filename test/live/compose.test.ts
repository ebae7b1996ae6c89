import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDir, until } from './bot.ts';
import { run } from './commands.ts';
import { copyOfStack, objectionsTo, type Stack, upIn, upRun } from './compose.ts';
import { type Host, openHost } from './stack.ts';

type Targets = { data: { activeTargets: { labels: { job: string }; health: string; lastError: string }[] } };
type Rules = { data: { groups: { name: string; rules: { name: string; health: string; state?: string }[] }[] } };
type Alerts = { data: { alerts: { labels: Record<string, string>; annotations: { runbook: string } }[] } };
type Status = {
  readonly status: string;
  readonly prometheus: { readonly reachable: boolean; readonly simulated: boolean };
};

describe('the stack', () => {
  let folder: string;
  let stack: Stack;

  beforeAll(async () => {
    folder = copyOfStack();
    stack = await upIn(folder);
  });

  it('makes the secrets that are missing, and leaves alone what is there', async () => {
    const read = () =>
      readdirSync(join(folder, 'secrets')).map((name) => [name, readFileSync(join(folder, 'secrets', name), 'utf8')]);
    const before = Object.fromEntries(read());
    expect(Object.keys(before).toSorted()).toEqual(Object.keys(stack.secrets).toSorted());
    expect(before).toMatchObject({ api_key: expect.stringMatching(/^[0-9a-f]{48}$/), slack_bot_token: '' });
    expect(before.grafana_password).not.toBe(before.api_key);
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    await upIn(folder);
    expect(Object.fromEntries(read())).toEqual(before);
  });

  it('gives the bot what .env has: secrets as files, all else as it is', async () => {
    const other = copyOfStack();
    const lines = [
      '# mine',
      'TRAIN_CRON="5 4 * * *"',
      'SLACK_BOT_TOKEN="xoxb-1" # of the app',
      "DISCORD_TOKEN='of $HOME'",
    ];
    writeFileSync(join(other, '.env'), [...lines, 'API_KEY=a-key-of-mine-0123456789', ''].join('\n'));
    const { services } = await upIn(other);
    const read = (name: string): string => readFileSync(join(other, 'secrets', name), 'utf8');
    expect(services.bot?.environment).toMatchObject({ TRAIN_CRON: '5 4 * * *', POLL_CRON: '' });
    expect([read('slack_bot_token'), read('discord_token')]).toEqual(['xoxb-1', 'of $HOME']);
    expect(read('api_key')).toBe('a-key-of-mine-0123456789');
    expect(JSON.stringify(services)).not.toMatch(/xoxb-1|of \$|a-key-of-mine/);
  });

  it('keeps a secret that is there when .env has another, and says so without telling either', async () => {
    const other = copyOfStack();
    writeFileSync(join(other, '.env'), 'SLACK_BOT_TOKEN=xoxb-1\n');
    await upIn(other);
    writeFileSync(join(other, '.env'), 'SLACK_BOT_TOKEN=xoxb-2\n');
    const { err } = await upRun(other);
    expect(err).toBe('secrets/slack_bot_token is not what .env has as SLACK_BOT_TOKEN: the file is used\n');
    expect(readFileSync(join(other, 'secrets/slack_bot_token'), 'utf8')).toBe('xoxb-1');
  });

  it('is one that nobody has to object to', () => {
    expect(Object.keys(stack.services).toSorted()).toEqual([
      'alertmanager',
      'bot',
      'grafana',
      'node-exporter',
      'prometheus',
    ]);
    expect(objectionsTo(stack)).toEqual([]);
  });

  it('keeps what the bot knows in a volume', () => {
    expect(stack.services.bot?.volumes).toEqual(['bot-data:/data:rw']);
  });

  it.each<[string, (one: Stack['services'][string]) => Partial<Stack['services'][string]>]>([
    ['can write to its root', () => ({ read_only: false })],
    ['has capabilities', () => ({ cap_drop: [] })],
    ['may gain privileges', () => ({ security_opt: [] })],
    ['has no limits', () => ({ mem_limit: undefined })],
    ['has no health check', () => ({ healthcheck: undefined })],
    ['has no health check', () => ({ healthcheck: { test: ['CMD', 'true'] } })],
    ['listens to everybody on the machine', () => ({ network_mode: 'host', command: ['--web.listen-address=:9100'] })],
    ['runs as somebody else than its image says', () => ({ user: 'root' })],
    ["holds what is the machine's", () => ({ volumes: ['/var/run/docker.sock:/var/run/docker.sock:rw'] })],
    ['has no pinned version', ({ image }) => ({ image: image.replace(/:.*/, ':latest') })],
    ['is open to others', () => ({ ports: ['3000:3000'] })],
    ['has a secret in its environment', () => ({ environment: { GF_SECURITY_ADMIN_PASSWORD: 'hush' } })],
  ])('is objected to when a service %s', (words, change) => {
    const grafana = stack.services.grafana;
    if (grafana === undefined) throw new Error('there is no Grafana');
    const broken = { ...stack, services: { ...stack.services, grafana: { ...grafana, ...change(grafana) } } };
    expect(objectionsTo(broken)).toEqual([`grafana ${words}`]);
  });

  it('has a script that shellcheck has nothing to say of', async () => {
    expect(await run('shellcheck', ['manifests/compose/up.sh'])).toBe('');
  });
});

describe('the programs of the stack under its very files, on this machine', () => {
  let host: Host;
  let folder: string;
  let key = '';

  const at = (service: string, port: number): string => `http://${host.address(service)}:${port}`;
  const ask = async <T>(url: string): Promise<T> =>
    (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).json() as Promise<T>;

  beforeAll(async () => {
    folder = copyOfStack();
    const { services } = await upIn(folder);
    key = readFileSync(join(folder, 'secrets/api_key'), 'utf8');
    host = openHost(folder);
    const data = temporaryDir();
    /** The command of compose.yaml with what is different outside a container. */
    const commandOf = (service: string, changes: Readonly<Record<string, string>>): readonly string[] => {
      const given = (services[service]?.command ?? []).map((word) => word.replaceAll('$$', '$'));
      const kept = given.filter((word) => changes[word.split('=')[0] ?? ''] === undefined);
      return [...kept, ...Object.entries(changes).map(([option, value]) => `${option}=${value}`)];
    };
    const listen = (service: string, port: number) => ({ '--web.listen-address': `${host.address(service)}:${port}` });
    host.start(
      'prometheus-node-exporter',
      commandOf('node-exporter', { ...listen('node-exporter', 9100), '--path.rootfs': '/' }),
    );
    host.start(
      'prometheus-alertmanager',
      commandOf('alertmanager', {
        ...listen('alertmanager', 9093),
        '--config.file': '/etc/prometheus/alertmanager.yml',
        '--storage.path': join(data, 'alertmanager'),
      }),
    );
    host.start(
      'prometheus',
      commandOf('prometheus', {
        ...listen('prometheus', 9090),
        '--storage.tsdb.path': join(data, 'prometheus'),
        '--web.user-assets': '/mnt/docs',
        // What Debian's, which is older, has to be told.
        '--enable-feature': 'expand-external-labels',
      }),
      services.prometheus?.environment,
    );
    host.start(process.execPath, [join(import.meta.dirname, '../../src/main.ts')], {
      ...services.bot?.environment,
      HOST: host.address('bot'),
      DATA_DIR: data,
    });
    await until('the bot is up', 60_000, async () => (await fetch(`${at('bot', 5000)}/healthz`)).ok || undefined);
  });
  afterAll(() => host.stop());

  it('Prometheus reads every one of them, the bot with its key', async () => {
    await until('all are read', 90_000, async () => {
      const { data } = await ask<Targets>(`${at('prometheus', 9090)}/api/v1/targets`);
      const health = Object.fromEntries(data.activeTargets.map(({ labels, health: is }) => [labels.job, is]));
      expect(health).toEqual({
        node: 'up',
        prometheus: 'up',
        alertmanager: 'up',
        smartcloudops: 'up',
        grafana: 'down',
      });
      return true;
    });
  });

  it("the bot's built-in watch finds this machine with all its metrics", async () => {
    const always = ['cpu', 'memory', 'network_io', 'response_time'].map((metric) => `docker-host ${metric}`);
    const metrics = await until('the host is there', 150_000, async () => {
      const text = await (
        await fetch(`${at('bot', 5000)}/metrics`, { headers: { authorization: `Bearer ${key}` } })
      ).text();
      const found = [...text.matchAll(/^smartcloudops_metric_value\{watch="hosts",entity="(.+)",metric="(.+)"\}/gm)];
      const named = found.map(([, entity, metric]) => `${entity} ${metric}`);
      return always.every((name) => named.includes(name)) ? named : undefined;
    });
    expect(new Set(metrics.map((line) => line.split(' ')[0]))).toEqual(new Set(['docker-host']));
    const status = await ask<Status>(`${at('bot', 5000)}/status`);
    expect(status.prometheus).toMatchObject({ reachable: true, simulated: false });
  });

  it('evaluates its rules without an error, and finds nothing wrong with a bot that is well', async () => {
    const groups = await until('every rule was evaluated', 60_000, async () => {
      const { data } = await ask<Rules>(`${at('prometheus', 9090)}/api/v1/rules`);
      return data.groups.every(({ rules }) => rules.every(({ health }) => health !== 'unknown'))
        ? data.groups
        : undefined;
    });
    const rules = groups.flatMap((group) => group.rules);
    expect(groups.map(({ name }) => name).toSorted()).toEqual(['hosts', 'smartcloudops', 'smartcloudops-kept']);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules.filter(({ name, state }) => name.startsWith('SmartCloudOps') && state === 'firing')).toEqual([]);
  });

  it('leads from an alert to what it means and what to do', async () => {
    // It has just begun: that there is no model yet is on its way to be told.
    const { annotations, labels } = await until('an alert is on its way', 60_000, async () => {
      const { data } = await ask<Alerts>(`${at('prometheus', 9090)}/api/v1/alerts`);
      return data.alerts.find((one) => one.labels.alertname === 'SmartCloudOpsModelMissing');
    });
    expect(labels).not.toHaveProperty('runbooks');
    expect(annotations.runbook).toBe('http://127.0.0.1:9090/user/operations.md#smartcloudopsmodelmissing');
    const page = await fetch(annotations.runbook.replace('http://127.0.0.1:9090', at('prometheus', 9090)));
    expect(page.headers.get('content-type')).toMatch(/^text\//);
    expect(await page.text()).toContain('\n### SmartCloudOpsModelMissing\n');
  });

  it('no secret is in what they wrote', () => {
    expect(host.written()).toContain('ready: ');
    expect(host.written()).not.toContain(key);
  });
});
