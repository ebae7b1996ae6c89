import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
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

describe('the environment that the bot is given', () => {
  const sum = (name: Program): string => sumOf(name, 'amd64');
  const sums = {
    prometheus: sum('prometheus'),
    alertmanager: sum('alertmanager'),
    node_exporter: sum('node_exporter'),
    grafana: sum('grafana'),
  };
  const given = { SLACK_CHANNEL: 'C012AB3CD', ADMINS: 'slack:U012AB3CD' };

  it('is one that the bot takes, with models and backups in one bucket and logs in the other', () => {
    const settings = decide(hcl, { version: '0.1.0-7645f22', sha256: '9'.repeat(64) }, sums, given);
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
    expect(() => decide(hcl, { version: '0.1.0-7645f22', sha256: '9'.repeat(64) }, sums, elsewhere)).toThrow(
      /bot_environment/,
    );
  });
});
