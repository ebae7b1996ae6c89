import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeConfig } from '../../src/config/describe.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Environment } from '../../src/config/values.ts';
import { exampleEnvironment, secretFilesLine, variables, variablesTable } from '../../src/config/variables.ts';
import { ConfigError } from '../../src/core/errors.ts';

const slack = { SLACK_BOT_TOKEN: 'xoxb-secret-1', SLACK_APP_TOKEN: 'xapp-secret-2' };

function problemsOf(env: Environment): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('an empty environment', () => {
  const config = loadConfig({});

  it('is a whole configuration with everything off', () => {
    expect(config).toMatchObject({ slack: null, discord: null, prometheus: null, s3: null, databaseUrl: null });
    expect(config.ai).toEqual({ choice: 'auto', deadlineMs: 15_000, gemini: null, openai: null });
    expect(config.http).toEqual({ host: '127.0.0.1', port: 5000, apiKey: null });
    expect(config.watches.map((watch) => watch.name)).toEqual(['hosts']);
  });

  it('says what is off, a line each', () => {
    const lines = describeConfig(config);
    for (const part of ['SIMULATED', 'slack is off', 'discord is off', 'gemini is off', 'openai is off'])
      expect(lines.filter((line) => line.includes(part))).toHaveLength(1);
  });

  it('is the same when every variable is empty', () => {
    expect(loadConfig(Object.fromEntries(variables.map(({ name }) => [name, ' '])))).toEqual(config);
  });
});

describe('a bad value', () => {
  it.each([
    [{ PORT: 'http' }, /^PORT is no number/],
    [{ PORT: '70000' }, /^PORT is over 65535/],
    [{ POLL_CRON: 'often' }, /^POLL_CRON is no cron expression/],
    [
      { POLL_CRON: '*/2 * * * *' },
      /^POLL_CRON leaves 2 min between two looks.* step of 15 s: look at least every 1 min/,
    ],
    [
      { POLL_CRON: '*/5 * * * *', PROMETHEUS_URL: 'http://prom:9090' },
      /^POLL_CRON leaves 5 min between two looks.* hosts has a step of 30 s: look at least every 2 min/,
    ],
    [{ POLL_CRON: '* 8-17 * * *' }, /^POLL_CRON leaves 14 h 1 min/],
    [{ AI_PROVIDER: 'claude' }, /^AI_PROVIDER is one of auto, gemini, openai, fallback/],
    [{ AI_PROVIDER: 'gemini' }, /GEMINI_API_KEY is not set/],
    [{ AI_PROVIDER: 'openai' }, /neither OPENAI_API_KEY nor OPENAI_BASE_URL/],
    [{ PROMETHEUS_URL: 'localhost:9090' }, /^PROMETHEUS_URL is no URL/],
    [{ PROMETHEUS_URL: 'file:///etc/passwd' }, /^PROMETHEUS_URL is no URL/],
    [{ ADMINS: 'alice' }, /^ADMINS lists people \(slack:U012AB3CD, .* groups .* channels .* with commas between/],
    [{ RESPONDERS: 'slack:D012AB3CD' }, /^RESPONDERS lists people/],
    [{ RESPONDERS: 'discord:user:123456789012345678' }, /^RESPONDERS lists people/],
    [{ RESPONDERS: 'slack:U012AB3CD discord:123456789012345678' }, /^RESPONDERS lists people/],
    [{ API_KEY: 'short' }, /^API_KEY has fewer than 16 characters/],
    [{ API_KEY: 'a key of three words' }, /^API_KEY has a space/],
    [{ PROMETHEUS_URL: 'http://me:hush%hush@prom' }, /^PROMETHEUS_URL has a login that can not be read/],
    [{ DATABASE_URL: 'postgres://me:hush%hush@db/x' }, /^DATABASE_URL has a login that can not be read/],
    [{ GEMINI_API_KEY: 'hush', AI_TIMEOUT_SECONDS: '51' }, /^AI_TIMEOUT_SECONDS is over 50/],
    [{ GEMINI_API_KEY: 'hush', OPENAI_API_KEY: 'hush', AI_TIMEOUT_SECONDS: '26' }, /^AI_TIMEOUT_SECONDS is over 25/],
    [{ HOST: '0.0.0.0' }, /^HOST 0\.0\.0\.0 can be reached by others/],
    [{ DATABASE_URL: 'mysql://a:hush-hush@b/c' }, /^DATABASE_URL is no postgres/],
    [{ WATCHES_FILE: '/nowhere/watches.yaml' }, /^WATCHES_FILE names a file that is not there/],
    [{ ...slack, SLACK_BOT_TOKEN: 'xapp-secret-2' }, /^SLACK_BOT_TOKEN does not begin with xoxb-/],
    [{ SLACK_BOT_TOKEN: 'xoxb-secret-1' }, /^SLACK_APP_TOKEN is missing/],
    [{ SLACK_BOT_TOKEN: 'xoxb-secret-1', SLACK_MODE: 'http' }, /^SLACK_SIGNING_SECRET is missing/],
    [{ SLACK_CHANNEL: 'C012AB3CD' }, /^SLACK_BOT_TOKEN is missing/],
    [{ ...slack, SLACK_CHANNEL: '#ops' }, /^SLACK_CHANNEL is no channel ID/],
    [{ DISCORD_CHANNEL_ID: '123456789012345678' }, /^DISCORD_TOKEN is missing/],
    [{ S3_BUCKET: 'b', S3_ACCESS_KEY_ID: 'a' }, /^S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together/],
    [{ S3_ENDPOINT: 'http://minio:9000' }, /^S3_BUCKET is missing/],
    [{ LOGS_KEEP_DAYS: '0' }, /^LOGS_KEEP_DAYS is under 1/],
    [{ LOGS_KEEP_MB: 'much' }, /^LOGS_KEEP_MB is no number/],
    [
      { BACKUP_CRON: 'nightly' },
      /^BACKUP_CRON is no cron expression \(five fields, or six with seconds first\) or off/,
    ],
    [{ BACKUP_KEEP: '0' }, /^BACKUP_KEEP is under 1/],
  ])('%o is one problem in words', (env, words) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
    expect(problems[0]).not.toContain('hush');
  });

  it('is told together with every other', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    const file = join(folder, 'watches.yaml');
    writeFileSync(file, 'watches: []\n');
    const problems = problemsOf({ PORT: 'x', SLACK_BOT_TOKEN: 'xoxb-secret-1', WATCHES_FILE: file, LOG_LEVEL: 'loud' });
    expect(problems.map((problem) => problem.split(' ')[0]).toSorted()).toEqual(
      ['LOG_LEVEL', 'PORT', 'SLACK_APP_TOKEN', `${file}:1:`].toSorted(),
    );
  });

  it('is an address for alerts on a platform that is off', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'watches.yaml');
    const metric = '{ name: cpu, query: cpu }';
    const alerts = '[console, slack:C012AB3CD, discord:123456789012345678]';
    writeFileSync(file, `watches: [{ name: api, entity: host, alerts: ${alerts}, metrics: [${metric}] }]\n`);
    expect(problemsOf({ WATCHES_FILE: file, ...slack })).toEqual([
      'DISCORD_TOKEN is missing, but the watch api sends its alerts to discord:123456789012345678.',
    ]);
  });

  it('never tells a secret', () => {
    const env = Object.fromEntries(variables.filter(({ secret }) => secret).map(({ name }) => [name, 'hush-hush']));
    const problems = problemsOf({ ...env, PORT: 'x' });
    expect(problems.length).toBeGreaterThan(2);
    expect(problems.join('\n')).not.toContain('hush');
  });
});

describe('a good value', () => {
  it('takes a login out of the URL of Prometheus and keeps its password secret', () => {
    const config = loadConfig({ PROMETHEUS_URL: 'https://me:p%40ssword@prom.example/base/' });
    expect(config.prometheus).toEqual({
      url: 'https://prom.example/base',
      headers: { authorization: `Basic ${Buffer.from('me:p@ssword').toString('base64')}` },
    });
    expect(config.secrets).toEqual(expect.arrayContaining(['p%40ssword', 'p@ssword']));
    expect(describeConfig(config).join()).not.toContain('ssword');
  });

  it.each([
    ['*/15 * * * * *', 15_000],
    ['* * * * *', 60_000],
    ['*/2 * * * 1-5', 120_000],
  ])('POLL_CRON %s leaves at most %i ms between two looks', (POLL_CRON, pollPauseMs) => {
    expect(loadConfig({ POLL_CRON, PROMETHEUS_URL: 'http://prom:9090' })).toMatchObject({
      pollCron: POLL_CRON,
      pollPauseMs,
    });
  });

  it('listens to everybody only with a key', () => {
    expect(loadConfig({ API_KEY: '0123456789abcdef' }).http.host).toBe('0.0.0.0');
  });

  it('needs no key for a compatible server', () => {
    expect(loadConfig({ OPENAI_BASE_URL: 'http://localhost:11434/v1/' }).ai.openai?.baseUrl).toBe(
      'http://localhost:11434/v1',
    );
  });

  it('ships logs to a bucket of their own, on the same server as the models or without any', () => {
    const shared = { S3_ENDPOINT: 'http://minio:9000', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'hush-hush' };
    const { s3, logs } = loadConfig({ ...shared, LOGS_BUCKET: 'logs' });
    expect(s3).toBeNull();
    expect(logs.s3).toMatchObject({ bucket: 'logs', endpoint: 'http://minio:9000', credentials: { accessKeyId: 'a' } });
    const both = loadConfig({ ...shared, S3_BUCKET: 'models', LOGS_BUCKET: 'logs' });
    expect({ ...both.s3, bucket: 'logs' }).toEqual(both.logs.s3);
  });

  it.each([
    [{}, '40 2 * * *', /^backups are kept in \.\/data, on the same disk as what they are of$/],
    [{ BACKUP_DIR: '/mnt/backup' }, '40 2 * * *', /^backups are kept in \/mnt\/backup$/],
    [{ S3_BUCKET: 'b' }, '40 2 * * *', /^backups are kept in the bucket b$/],
    [{ S3_BUCKET: 'b', BACKUP_DIR: '/mnt/backup' }, '40 2 * * *', /^backups are kept in \/mnt\/backup$/],
    [{ BACKUP_CRON: 'off' }, null, /^backups are off/],
    [{ DATABASE_URL: 'postgres://h/d' }, '40 2 * * *', /^backups of the models \(PostgreSQL has its own\) are kept in/],
    [{ DATABASE_URL: 'postgres://h/d', S3_BUCKET: 'b' }, null, /^backups are those of PostgreSQL and of the bucket$/],
  ])('%o backs up what has no backup of its own, and says where', (env, cron, words) => {
    const config = loadConfig(env);
    expect(config.backup.cron).toBe(cron);
    expect(describeConfig(config).filter((line) => words.test(line))).toHaveLength(1);
  });

  it('gives roles to people, groups and channels', () => {
    const number = '123456789012345678';
    const ADMINS = `slack:U012AB3CD, slack:S012AB3CD,slack:C012AB3CD , discord:${number}`;
    const RESPONDERS = `discord:role:${number},discord:channel:${number},slack:G012AB3CD,slack:W012AB3CD,console:local,http:api,`;
    expect(
      loadConfig({ ADMINS, RESPONDERS }).grants.map(({ role, platform, to, id }) => [role, platform, to, id].join(' ')),
    ).toEqual([
      'admin slack person U012AB3CD',
      'admin slack group S012AB3CD',
      'admin slack channel C012AB3CD',
      `admin discord person ${number}`,
      `responder discord group ${number}`,
      `responder discord channel ${number}`,
      'responder slack channel G012AB3CD',
      'responder slack person W012AB3CD',
      'responder console person local',
      'responder http person api',
    ]);
  });

  it('lets Slack be asked about its groups that have a role, once each', () => {
    const given = { ADMINS: 'slack:S012AB3CD,slack:U012AB3CD', RESPONDERS: 'slack:S012AB3CD,slack:S022AB3CD' };
    expect(loadConfig({ ...slack, ...given }).slack?.groups).toEqual(['S012AB3CD', 'S022AB3CD']);
  });

  it('warns of what is probably meant otherwise', () => {
    const { warnings } = loadConfig({ ...slack, SLACK_CHANEL: 'C012AB3CD' });
    expect(warnings.join('\n')).toMatch(
      /SLACK_CHANNEL is not set[\s\S]*ADMINS is not set[\s\S]*did you mean SLACK_CHANNEL/,
    );
  });

  it('names every secret', () => {
    const config = loadConfig({ ...slack, DISCORD_TOKEN: 'hush-discord', GEMINI_API_KEY: 'hush-gemini' });
    expect(config.secrets).toEqual(
      expect.arrayContaining(['xoxb-secret-1', 'xapp-secret-2', 'hush-discord', 'hush-gemini']),
    );
  });
});

describe('the list of variables', () => {
  it('stands in the README', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(`${variablesTable()}\n\n${secretFilesLine()}`);
  });

  it('stands in .env.example', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(exampleEnvironment());
  });

  it.each(variables.filter(({ byDefault }) => byDefault !== ''))(
    '$name has the default that it tells',
    ({ name, byDefault }) => {
      expect(loadConfig({ [name]: byDefault })).toEqual(loadConfig({}));
    },
  );
});
