import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { temporaryDir } from '../bot.ts';
import { runNow } from '../commands.ts';
import { type Program, sumOf } from './archives.ts';
import { buildHcl } from './hcl.ts';
import { breaks, copyOf, runsOf, testedModules } from './modules.ts';
import { decide } from './told.ts';

let hcl = '';

beforeAll(() => {
  hcl = buildHcl();
});

describe('the modules that need no provider', () => {
  it.each(testedModules)('%s passes every run of its tests', (module) => {
    const said = runNow(hcl, ['test', `terraform/modules/${module}`]);
    expect(said).toContain(`${runsOf(module).length} passed, 0 failed`);
  });

  it.each(breaks)('%s with another %s fails its tests (%s → %s: %s)', (module, file, find, put, fails) => {
    expect(() => runNow(hcl, ['test', copyOf(module, [file, find, put])])).toThrow(`fail ${fails}`);
  });
});

const release = { version: '0.1.0-7645f22', sha256: '9'.repeat(64) };
const sum = (name: Program): string => sumOf(name, 'amd64');
const sums = {
  prometheus: sum('prometheus'),
  alertmanager: sum('alertmanager'),
  node_exporter: sum('node_exporter'),
  grafana: sum('grafana'),
};

describe('the configuration that Alertmanager is given', () => {
  it('is one that amtool accepts', () => {
    const file = join(temporaryDir(), 'alertmanager.yml');
    writeFileSync(file, decide(hcl, release, sums, {}).alertmanager);
    expect(runNow('amtool', ['check-config', file])).toContain('SUCCESS');
  });

  it('is one with a webhook too, but for the file of the URL, which Alertmanager reads from 0.26 on', () => {
    const { alertmanager } = decide(hcl, release, sums, {}, { webhook: true });
    const file = join(temporaryDir(), 'alertmanager.yml');
    const url = /"url_file": "\/run\/credentials\/alertmanager\.service\/secrets_ALERTS_WEBHOOK_URL"/;
    expect(alertmanager).toMatch(url);
    writeFileSync(file, alertmanager.replace(url, '"url": "https://example.com/"'));
    expect(runNow('amtool', ['check-config', file])).toContain('SUCCESS');
  });
});

describe('the environment that the bot is given', () => {
  const given = { SLACK_CHANNEL: 'C012AB3CD', ADMINS: 'slack:U012AB3CD' };

  it('is one that the bot takes, with models and backups in one bucket and logs in the other', () => {
    const settings = decide(hcl, release, sums, given);
    const secrets = { API_KEY: 'k'.repeat(48), SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
    const config = loadConfig({ ...settings.bot_environment, ...secrets });
    const anyBucket = { region: 'eu-central-1', prefix: 'bot/', encrypt: true, endpoint: null, credentials: null };
    expect(config.s3).toMatchObject({ ...anyBucket, bucket: settings.buckets.models });
    expect(config.logs.s3).toMatchObject({ ...anyBucket, bucket: settings.buckets.logs });
    expect(config.backup).toMatchObject({ cron: '40 2 * * *', folder: null });
    expect(config.prometheus?.url).toBe('http://10.0.2.10:9090');
    expect(config.http).toMatchObject({ host: '0.0.0.0', port: 5_000 });
    expect(config.dataDir).toBe('/var/lib/smartcloudops');
    expect(config.slack?.channel).toBe('C012AB3CD');
    expect(config.warnings).toEqual([]);
  });

  it('leaves no room for a bucket that the roles do not know', () => {
    const elsewhere = { LOGS_BUCKET: 'somewhere-else' };
    expect(() => decide(hcl, release, sums, elsewhere)).toThrow(/bot_environment/);
  });
});
