import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../bot.ts';
import { runNow } from '../commands.ts';
import { operatedSite } from './operated-site.ts';
import { openSite, type Site } from './site.ts';
import type { Side } from './world.ts';

const keys = ['a'.repeat(48), 'b'.repeat(48)] as const;
const password = 'correct horse $(battery) "staple"';
const sides: readonly Side[] = ['application', 'monitoring'];

let site: Site;
const on: Site['on'] = (...given) => site.on(...given);
const curl: Site['curl'] = (...given) => site.curl(...given);

beforeAll(async () => {
  site = await openSite({
    '/smartcloudops/prod/shared/API_KEY': keys[0],
    '/smartcloudops/prod/monitoring/GRAFANA_ADMIN_PASSWORD': password,
    '/smartcloudops/prod/bot/DISCORD_CHANNEL': "not one of the machine's variables, and harmless",
    // Neither can be reached from here: the bot goes on trying, and does the rest of its work.
    '/smartcloudops/prod/bot/SLACK_BOT_TOKEN': 'xoxb-1',
    '/smartcloudops/prod/bot/SLACK_APP_TOKEN': 'xapp-1',
    '/smartcloudops/prod/bot/DISCORD_TOKEN': 'of Discord',
    '/smartcloudops/prod/bot/OPENAI_API_KEY': 'sk-1',
    '/smartcloudops/prod/bot/GEMINI_API_KEY': 'of the third page',
  });
  await Promise.all([site.boot('monitoring'), site.boot('application')]);
}, 900_000);

afterAll(() => site.stop());

describe.each(sides)('the machine "%s"', (side) => {
  it('is told something that cloud-init accepts and that AWS has room for', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'told-')), 'user-data');
    writeFileSync(file, site.told.userData[side]);
    expect(runNow('cloud-init', ['schema', '--config-file', file])).toContain('Valid cloud-config');
    expect(gzipSync(site.told.userData[side]).length).toBeLessThan(16 * 1_024);
  });

  it('sets itself up, and nothing of it fails', () => {
    expect(on(side, 'cloud-init', 'status')).toContain('status: done');
    expect(on(side, 'systemctl', 'list-timers', '--no-legend')).toContain('smartcloudops-secrets.timer');
    expect(on(side, 'systemctl', 'list-units', '--failed', '--plain', '--no-legend').trim()).toBe('');
  });

  it('has its data on the volume that survives it, where nothing can be run', () => {
    expect(on(side, 'findmnt', '--noheadings', '--output=OPTIONS', '--types=xfs')).toMatch(/nosuid,nodev,noexec/);
  });

  it('tells of itself', () => {
    expect(curl(side, 'http://127.0.0.1:9100/metrics')).toContain('node_cpu_seconds_total');
  });
});

describe('the bot on its machine', () => {
  it('is well, and shows what it knows only to who has the key', async () => {
    await until(
      'the bot is well',
      20_000,
      () => curl('application', 'http://127.0.0.1:5000/healthz').includes('"ok"') || undefined,
    );
    expect(site.codeFor('')).toBe('401');
    expect(site.codeFor(keys[0])).toBe('200');
  });

  it('runs as its own user, on the Node of the release', () => {
    const pid = site.mainOf('application', 'smartcloudops.service');
    expect(on('application', 'stat', '--format=%U', `/proc/${pid}`).trim()).toBe('smartcloudops');
    expect(on('application', 'readlink', `/proc/${pid}/exe`).trim()).toBe(
      `/opt/smartcloudops/archives/${site.told.settings.release.sha256}/bin/node`,
    );
  });

  it('has no secret in its environment, and can not write outside its data', () => {
    const pid = site.mainOf('application', 'smartcloudops.service');
    const environment = on('application', 'cat', `/proc/${pid}/environ`);
    expect(environment).toContain('GEMINI_API_KEY_FILE=/run/credentials/smartcloudops.service/secrets_GEMINI_API_KEY');
    for (const secret of [keys[0], 'of the third page', 'sk-1']) expect(environment).not.toContain(secret);
    const inside = ['nsenter', `--target=${pid}`, '--mount', '--root', '--'];
    expect(() => on('application', ...inside, 'touch', '/opt/smartcloudops/x')).toThrow(/Read-only/);
    expect(() => on('application', ...inside, 'touch', '/etc/x')).toThrow(/Read-only/);
  });
});

describe('Prometheus on its machine', () => {
  const targets = (): string =>
    curl('monitoring', 'http://127.0.0.1:9090/api/v1/query', '--get', '--data-urlencode', 'query=sort_desc(up)');

  it('reads both machines, itself, Alertmanager and the bot', async () => {
    await until('five targets are up', 60_000, () => (targets().match(/"1"\]/g)?.length === 5 ? true : undefined));
    for (const instance of [
      'application:9100',
      'monitoring:9100',
      'monitoring:9090',
      'monitoring:9093',
      '10.0.1.10:5000',
    ])
      expect(targets()).toContain(`"instance":"${instance}"`);
  });

  it('is read by the bot', async () => {
    await until(
      'the bot reads it',
      60_000,
      () =>
        /"reachable":true,[^}]*"simulated":false/.test(
          curl('application', 'http://127.0.0.1:5000/status', '--header', `Authorization: Bearer ${keys[0]}`),
        ) || undefined,
    );
  });
});

describe('Alertmanager on its machine', () => {
  it('is told by Prometheus, and reached from this machine only', async () => {
    await until(
      'Prometheus knows it',
      60_000,
      () =>
        curl('monitoring', 'http://127.0.0.1:9090/api/v1/alertmanagers').includes(
          '"activeAlertmanagers":[{"url":"http://127.0.0.1:9093/api/v2/alerts"}]',
        ) || undefined,
    );
    expect(curl('monitoring', 'http://127.0.0.1:9093/-/healthy')).toMatch(/^OK/);
    expect(() => curl('application', 'http://10.0.2.10:9093/-/healthy')).toThrow(/ended with 7\n/);
  });
});

describe('what stands in for Grafana', () => {
  it('is given the password by file, the address and what is provisioned', () => {
    const found: unknown = JSON.parse(curl('monitoring', 'http://127.0.0.1:3000/'));
    expect(found).toEqual({
      command: 'server',
      password: createHash('sha256').update(password).digest('hex'),
      rootUrl: 'http://localhost:3000/',
      provisioned: [
        '/etc/smartcloudops/grafana/dashboards/smartcloudops.yaml',
        '/etc/smartcloudops/grafana/datasources/prometheus.yaml',
      ],
    });
  });
});

operatedSite(() => site, keys);

describe('people', () => {
  it('are mailed by way of the one topic what is wrong, and where it is said what to do', async () => {
    on('application', 'systemctl', 'stop', 'node-exporter.service');
    const find = () => site.world.published().find(({ subject }) => subject === 'FIRING: HostDown of application:9100');
    const { topic, message } = await until('they are told', 300_000, find);
    expect(topic).toBe('arn:aws:sns:eu-central-1:123456789012:smartcloudops-prod-alerts');
    expect(message.trim().split('\n')).toEqual([
      'FIRING (critical): application:9100 does not answer',
      'node_exporter on application:9100 could not be read for a minute.',
      'What to do: https://git.example.com/you/smartcloudops-ai/docs/operations.md#hostdown',
      expect.stringMatching(/^Since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/),
    ]);
  });
});
