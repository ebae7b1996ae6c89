import { cpSync, globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { runNow } from '../commands.ts';
import { sumOf } from './archives.ts';
import { buildHcl } from './hcl.ts';
import { decide } from './told.ts';

/** Modules that need no provider: "terraform test" runs them without an account, and so does HashiCorp's HCL alone. */
const modules = ['settings', 'cloud-config'] as const;

let hcl = '';

beforeAll(() => {
  hcl = buildHcl();
});

/** A copy of a module in which one text is another. */
function brokenCopy(module: string, file: string, find: string, put: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'module-'));
  cpSync(`terraform/modules/${module}`, copy, { recursive: true });
  const text = readFileSync(join(copy, file), 'utf8');
  if (!text.includes(find)) throw new Error(`${file} does not say: ${find}`);
  writeFileSync(
    join(copy, file),
    text.replace(find, () => put),
  );
  return copy;
}

describe('the modules that need no provider', () => {
  it.each(modules)('%s passes every run of its tests', (module) => {
    const runs = globSync(`terraform/modules/${module}/tests/*.tftest.hcl`)
      .map((file) => readFileSync(file, 'utf8').match(/^run "/gm)?.length ?? 0)
      .reduce((sum, count) => sum + count, 0);
    expect(runNow(hcl, ['test', `terraform/modules/${module}`])).toContain(`${runs} passed, 0 failed`);
  });

  it.each([
    [
      'settings',
      'main.tf',
      'cidrsubnet(local.cidr, 8, 2)',
      'cidrsubnet(local.cidr, 8, 3)',
      'the_network_is_two_subnets',
    ],
    ['settings', 'main.tf', 't4g.micro', 't4g.xlarge', 'nothing_said_is_the_free_tier_on_arm'],
    ['settings', 'variables.tf', '/(2[4-9]|3[0-2])$', '/[0-9]+$', 'ssh_from_the_world'],
    ['settings', 'bot.tf', '"SLACK_BOT_TOKEN", ', '', 'a_secret_among_the_variables'],
    ['settings', 'monitoring.tf', '* 0.8', '* 1', 'prometheus_leaves_room_on_its_volume'],
    ['cloud-config', 'main.tf', '"0755"', '"0644"', 'a_script_arrives_as_it_is_and_can_be_run'],
    ['cloud-config', 'main.tf', "${name}='${value}'", '${name}=${value}', 'an_environment_can_be_read'],
  ])('%s with another %s fails its tests (%s)', (module, file, find, put, fails) => {
    expect(() => runNow(hcl, ['test', brokenCopy(module, file, find, put)])).toThrow(`fail ${fails}`);
  });
});

describe('the environment that the bot is given', () => {
  const sum = (name: 'prometheus' | 'node_exporter' | 'grafana'): string => sumOf(name, 'amd64');
  const sums = { prometheus: sum('prometheus'), node_exporter: sum('node_exporter'), grafana: sum('grafana') };
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
