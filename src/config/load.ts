import { ConfigError } from '../core/errors.ts';
import type { Grant, Role } from '../core/person.ts';
import type { WatchesFile } from '../watches.ts';
import type { Config } from './config.ts';
import { warningsOf } from './describe.ts';
import { longestPauseMs, paceProblems } from './pace.ts';
import { deafAudiences, type ReadWatches, readWatches } from './read-watches.ts';
import { readSecretFiles } from './secret-files.ts';
import { conflictsOf, type Environment, issuesOf, looselyParsed, schema, type Values, valuesOf } from './values.ts';
import { variables } from './variables.ts';

const s3DeadlineMs = 30_000;
const dayMs = 86_400_000;
const megabyte = 1_000_000;

/** Reads the environment, and the files of secrets that it names, once. Throws `ConfigError` with every problem at once; no problem tells a value of a secret. */
export function loadConfig(env: Environment): Config {
  const files = readSecretFiles(env);
  const given = valuesOf({ ...env, ...files.values });
  const parsed = schema.safeParse(given);
  if (!parsed.success || files.problems.length > 0) {
    const loose = looselyParsed({ ...given, ...files.unread });
    const issues = parsed.success ? [] : issuesOf(parsed.error);
    throw new ConfigError([...files.problems, ...issues, ...togetherOf(loose, readWatches(loose))]);
  }
  const values = parsed.data;
  const read = readWatches(values);
  const problems = togetherOf(values, read);
  if (problems.length > 0) throw new ConfigError(problems);
  return configOf(values, read, env);
}

/** What is fine by itself and wrong together. */
function togetherOf(values: Values, read: ReadWatches): readonly string[] {
  return [
    ...conflictsOf(values),
    ...read.problems,
    ...paceProblems(values.POLL_CRON, read.watches),
    ...deafAudiences(values, read),
  ];
}

function configOf(values: Values, { watches, rules }: WatchesFile, env: Environment): Config {
  return {
    slack: slackOf(values),
    discord:
      values.DISCORD_TOKEN === undefined
        ? null
        : {
            token: values.DISCORD_TOKEN,
            apiUrl: values.DISCORD_API_URL ?? null,
            channelId: values.DISCORD_CHANNEL_ID ?? null,
          },
    ai: aiOf(values),
    prometheus: serviceOf(values.PROMETHEUS_URL, values.PROMETHEUS_TOKEN),
    alertmanager: serviceOf(values.ALERTMANAGER_URL, values.ALERTMANAGER_TOKEN),
    heartbeatUrl: values.HEARTBEAT_URL ?? null,
    prometheusTimeoutMs: values.PROMETHEUS_TIMEOUT_SECONDS,
    ...{ watches, rules },
    watchesFile: values.WATCHES_FILE ?? null,
    pollCron: values.POLL_CRON,
    pollPauseMs: longestPauseMs(values.POLL_CRON),
    trainCron: values.TRAIN_CRON,
    timeZone: values.TIME_ZONE,
    ackEndsAfterMs: values.ACK_EXPIRES_AFTER,
    demo: { seed: values.DEMO_SEED, autoFaults: values.DEMO_FAULTS },
    http: {
      host: values.HOST ?? (values.API_KEY === undefined ? '127.0.0.1' : '0.0.0.0'),
      port: values.PORT,
      apiKey: values.API_KEY ?? null,
    },
    grants: grantsOf(values),
    logLevel: values.LOG_LEVEL,
    dataDir: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL ?? null,
    modelVersions: values.MODEL_VERSIONS,
    s3: s3Of(values, values.S3_BUCKET),
    logs: {
      s3: s3Of(values, values.LOGS_BUCKET),
      keepMs: values.LOGS_KEEP_DAYS * dayMs,
      keepBytes: values.LOGS_KEEP_MB * megabyte,
    },
    backup: backupOf(values),
    secrets: secretsOf(values),
    warnings: warningsOf(values, env),
  };
}

function slackOf(values: Values): Config['slack'] {
  if (values.SLACK_BOT_TOKEN === undefined) return null;
  return {
    botToken: values.SLACK_BOT_TOKEN,
    appToken: values.SLACK_APP_TOKEN ?? null,
    signingSecret: values.SLACK_SIGNING_SECRET ?? null,
    mode: values.SLACK_MODE,
    port: values.SLACK_PORT,
    apiUrl: values.SLACK_API_URL ?? null,
    channel: values.SLACK_CHANNEL ?? null,
    groups: groupsOf(grantsOf(values), 'slack'),
  };
}

function aiOf(values: Values): Config['ai'] {
  const { GEMINI_API_KEY: gemini, OPENAI_API_KEY: openai, OPENAI_BASE_URL: openaiUrl } = values;
  return {
    choice: values.AI_PROVIDER,
    deadlineMs: values.AI_TIMEOUT_SECONDS,
    gemini:
      gemini === undefined
        ? null
        : { apiKey: gemini, model: values.GEMINI_MODEL, baseUrl: values.GEMINI_BASE_URL ?? null },
    openai:
      openai === undefined && openaiUrl === undefined
        ? null
        : // A local server wants no key, but the protocol has a place for one.
          { apiKey: openai ?? 'none', model: values.OPENAI_MODEL, baseUrl: openaiUrl ?? null },
  };
}

/** A login in the URL becomes a header: a URL with a login can't be fetched, and must not be seen in a log. */
/** A service with its login, which may stand in its URL. */
function serviceOf(given: string | undefined, token: string | undefined): Config['prometheus'] {
  if (given === undefined) return null;
  const url = new URL(given);
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const basic = login === ':' ? null : `Basic ${Buffer.from(login).toString('base64')}`;
  url.username = '';
  url.password = '';
  const authorization = token === undefined ? basic : `Bearer ${token}`;
  return { url: url.href.replace(/\/+$/, ''), headers: authorization === null ? {} : { authorization } };
}

/** The buckets differ by name only. */
function s3Of(values: Values, bucket: string | undefined): Config['s3'] {
  if (bucket === undefined) return null;
  const checksums = values.S3_CHECKSUMS === 'when-required' ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = values;
  return {
    bucket,
    endpoint: values.S3_ENDPOINT ?? null,
    region: values.S3_REGION,
    prefix: values.S3_PREFIX,
    forcePathStyle: values.S3_ENDPOINT !== undefined,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    encrypt: values.S3_ENCRYPT,
    credentials: accessKeyId === undefined || secretAccessKey === undefined ? null : { accessKeyId, secretAccessKey },
    deadlineMs: s3DeadlineMs,
  };
}

/** PostgreSQL and a bucket have backups of their own; with both there is nothing left to do here. */
function backupOf({ BACKUP_CRON, BACKUP_KEEP, BACKUP_DIR, DATABASE_URL, S3_BUCKET }: Values): Config['backup'] {
  const isElsewhere = DATABASE_URL !== undefined && S3_BUCKET !== undefined;
  return { cron: isElsewhere ? null : BACKUP_CRON, keep: BACKUP_KEEP, folder: BACKUP_DIR ?? null };
}

/** Slack's ids say by their first letter what they name; of Discord's, which are numbers, the word before them does. */
const granteeKinds: Readonly<Record<string, Grant['to']>> = {
  S: 'group',
  C: 'channel',
  G: 'channel',
  role: 'group',
  channel: 'channel',
};

function grantsOf({ ADMINS, RESPONDERS }: Values): readonly Grant[] {
  return [...ADMINS.map((name) => grantOf('admin', name)), ...RESPONDERS.map((name) => grantOf('responder', name))];
}

function groupsOf(grants: readonly Grant[], platform: string): readonly string[] {
  const groups = grants.filter((grant) => grant.platform === platform && grant.to === 'group').map(({ id }) => id);
  return [...new Set(groups)];
}

function grantOf(role: Role, name: string): Grant {
  const [platform = '', ...rest] = name.split(':');
  const id = rest.at(-1) ?? '';
  const kind = platform === 'slack' ? id.slice(0, 1) : (rest.at(-2) ?? '');
  return { role, platform, to: granteeKinds[kind] ?? 'person', id };
}

/** The secrets themselves and the passwords inside URLs, also as a URL writes them. */
function secretsOf(values: Values): readonly string[] {
  const whole = variables.flatMap(({ name, secret }) => {
    const value = values[name];
    return secret && typeof value === 'string' ? [value] : [];
  });
  const urls = [values.DATABASE_URL, values.PROMETHEUS_URL, values.ALERTMANAGER_URL].flatMap((url) =>
    url === undefined ? [] : [new URL(url)],
  );
  const passwords = urls.flatMap(({ password }) => [password, decodeURIComponent(password)]);
  return [...new Set([...whole, ...passwords])].filter((secret) => secret.length >= 4);
}
