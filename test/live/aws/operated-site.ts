import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { until } from '../bot.ts';
import { type Program, sumOf, versions } from './archives.ts';
import type { Site } from './site.ts';
import type { Side } from './world.ts';

const sides: readonly Side[] = ['application', 'monitoring'];

/** What an operator does to a site that is up: changes the key from the first to the second, runs the scripts, replaces a machine. */
export function operatedSite(site: () => Site, keys: readonly [string, string]): void {
  const on: Site['on'] = (...given) => site().on(...given);
  const curl: Site['curl'] = (...given) => site().curl(...given);
  // What its timer does every five minutes.
  const lookForSecrets = (side: Side): string => on(side, 'systemctl', 'start', 'smartcloudops-secrets.service');
  const mainOfBot = (): string => site().mainOf('application', 'smartcloudops.service');
  const isGood = (key: string): Promise<true> =>
    until('the key is good', 30_000, () => site().codeFor(key) === '200' || undefined);
  const tool = (...words: readonly string[]): string => on('application', '/opt/smartcloudops/bin/tool.sh', ...words);
  const asked = (key: string): readonly string[] => ['--header', `Authorization: Bearer ${key}`];

  describe('a secret', () => {
    it('that did not change restarts nobody', () => {
      const before = mainOfBot();
      lookForSecrets('application');
      expect(mainOfBot()).toBe(before);
    });

    it('that changed is in use after the next look, on both machines', async () => {
      site().world.putParameter('/smartcloudops/prod/shared/API_KEY', keys[1]);
      for (const side of sides) lookForSecrets(side);
      await isGood(keys[1]);
      expect(site().codeFor(keys[0])).toBe('401');
      expect(
        on(
          'monitoring',
          'sh',
          '-c',
          'nsenter --target="$(systemctl show --property=MainPID --value prometheus)" --mount cat /run/credentials/prometheus.service/secrets_API_KEY',
        ),
      ).toBe(keys[1]);
    });

    const change = (token: string): void => {
      site().world.putParameter('/smartcloudops/prod/bot/SLACK_BOT_TOKEN', token);
      lookForSecrets('application');
    };
    const systemctl = (verb: string): string => on('application', 'systemctl', verb, 'smartcloudops.service');
    const state = (): string =>
      on('application', 'systemctl', 'show', '--property=ActiveState,ExecMainStatus', 'smartcloudops.service');

    it('that is wrong ends the bot, and the right one starts it again', async () => {
      change('of something else');
      await until('it has given up', 30_000, () => state().includes('ActiveState=failed') || undefined);
      expect(state()).toContain('ExecMainStatus=78');
      change('xoxb-2');
      await isGood(keys[1]);
    });

    it('that changed starts no bot that was stopped by hand', async () => {
      systemctl('stop');
      change('xoxb-3');
      expect(state()).toContain('ActiveState=inactive');
      systemctl('start');
      await isGood(keys[1]);
    });

    it('that changed starts no bot that had given up and was stopped to be restored', async () => {
      change('of something else');
      await until('it has given up', 30_000, () => state().includes('ActiveState=failed') || undefined);
      systemctl('stop');
      systemctl('reset-failed');
      change('xoxb-4');
      expect(state()).toContain('ActiveState=inactive');
      systemctl('start');
      await isGood(keys[1]);
    });
  });

  describe('an archive', () => {
    it('with another checksum is not unpacked', () => {
      const { url } = site().told.settings.programs.node_exporter;
      const wrong = 'f'.repeat(64);
      expect(() => on('application', '/opt/smartcloudops/bin/install.sh', 'programs/other', url, wrong)).toThrow(
        /is not what was asked for/,
      );
      expect(() => on('application', 'ls', `/opt/smartcloudops/archives/${wrong}`)).toThrow(/No such file/);
    });
  });

  describe('the scripts of who operates it', () => {
    const script = (name: string): string => readFileSync(`terraform/${name}`, 'utf8');

    it('pin what the makers publish', () => {
      on('application', 'bash', '-c', script('pin-programs.sh'));
      const pinned: unknown = JSON.parse(on('application', 'cat', '/programs.auto.tfvars.json'));
      const program = (name: Program): unknown => ({
        version: versions[name],
        sha256: { arm64: sumOf(name, 'arm64'), x86_64: sumOf(name, 'amd64') },
      });
      const names = ['alertmanager', 'grafana', 'node_exporter', 'prometheus'] as const;
      expect(pinned).toEqual({ programs: Object.fromEntries(names.map((name) => [name, program(name)])) });
    });

    it('pin nothing when a version is not published', () => {
      on('application', 'rm', '/programs.auto.tfvars.json');
      expect(() => on('application', 'bash', '-c', script('pin-programs.sh'), 'pin', 'grafana=99.0.0')).toThrow();
      expect(() => on('application', 'ls', '/programs.auto.tfvars.json')).toThrow(/No such file/);
    });

    it('put a secret that was given, to the letter, and one that nobody has seen', () => {
      const put = 'export AWS_REGION=eu-central-1; printf "%s" "$2" | bash -c "$1" put-secret "${@:3}"';
      const given = `xapp-1 "of" $HOME & 'more'`;
      const [app, api] = ['/smartcloudops/prod/cache/AUTH_TOKEN', '/smartcloudops/prod/cache/OTHER_KEY'];
      on('application', 'bash', '-c', put, 'put', script('put-secret.sh'), given, app);
      on('application', 'bash', '-c', put, 'put', script('put-secret.sh'), '', api, '--generate');
      expect(site().world.parameter(app)).toBe(given);
      expect(site().world.parameter(api)).toMatch(/^[0-9a-f]{48}$/);
    });
  });

  describe('a machine with a database', () => {
    it('gives the bot the password that RDS keeps now, as a URL, and the tools too', async () => {
      const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds-1';
      site().world.putSecret(arn, JSON.stringify({ username: 'smartcloudops', password: 'p@ss:w/rd?#' }));
      const machine = [
        'SECRET_PATHS=/smartcloudops/prod/shared',
        'SECRET_READERS=emergency.service',
        `DATABASE_SECRET_ARN=${arn}`,
      ];
      const database = ['DATABASE_ADDRESS=db.example.com', 'AWS_REGION=eu-central-1'];
      on('application', 'env', ...machine, ...database, '/opt/smartcloudops/bin/fetch-secrets.sh');
      expect(on('application', 'cat', '/run/smartcloudops/secrets/DATABASE_URL')).toBe(
        'postgres://smartcloudops:p%40ss%3Aw%2Frd%3F%23@db.example.com:5432/smartcloudops?sslmode=verify-full&sslrootcert=%2Fetc%2Fsmartcloudops%2Frds-ca.pem',
      );
      expect(() => tool('backup')).toThrow(/There is nothing to back up here: the database is PostgreSQL/);
      const before = mainOfBot();
      lookForSecrets('application');
      await until('the bot begins anew without', 30_000, () => mainOfBot() !== before || undefined);
      await isGood(keys[1]);
    });
  });

  describe('what a role does not allow', () => {
    it('is refused: the monitoring machine has no business in the bucket of the models', () => {
      const { models } = site().told.settings.buckets;
      const read = ['aws', 's3', 'cp', `s3://${models}/bot/models/any`, '-', '--region=eu-central-1'];
      expect(() => on('monitoring', ...read)).toThrow(/403|Forbidden|AccessDenied/);
    });
  });

  describe('a machine that is replaced', () => {
    const say = (path: string, ...more: readonly string[]): string =>
      curl('application', `http://127.0.0.1:5000${path}`, ...asked(keys[1]), ...more);
    const data = '/var/lib/smartcloudops';

    it('has a backup made in S3, and its data brought back from there', async () => {
      say('/ai/switch', '--json', '{"provider":"fallback"}');
      expect(tool('backup')).toMatch(/^Backup \S+: \d+ rows/);
      on('application', 'systemctl', 'stop', 'smartcloudops.service');
      const result = on('application', 'systemctl', 'show', '--property=Result', '--value', 'smartcloudops.service');
      expect(result.trim()).toBe('success');
      expect(() => tool('restore')).toThrow(/smartcloudops\.db/);
      on('application', 'sh', '-c', `mkdir ${data}/before && mv ${data}/smartcloudops.db* ${data}/before`);
      expect(tool('restore')).toMatch(/^Restored \S+/);
    });

    it('has left its last lines in the bucket of the logs, and asked S3 for nothing that its role does not allow', () => {
      const requests = decodeURIComponent(site().world.requests());
      const { logs, models } = site().told.settings.buckets;
      expect(requests).toMatch(new RegExp(`PUT ${logs}\\.s3\\.\\S+/bot/logs/date=\\S+\\.jsonl\\.gz`));
      expect(requests).toMatch(new RegExp(`PUT ${models}\\.s3\\.\\S+/bot/backups/`));
      const refused = requests.split('\n').filter((line) => line.includes('refused: '));
      expect(refused.filter((line) => !line.includes('/bot/models/any'))).toEqual([]);
      expect(refused).not.toEqual([]);
    });

    it('gives its data to the next one', async () => {
      await site().boot('application');
      await until('the next bot remembers', 30_000, () => say('/status').includes('"choice":"fallback"') || undefined);
    });
  });
}
