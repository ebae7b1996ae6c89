import { existsSync } from 'node:fs';
import { validate as isCron } from 'node-cron';
import { z } from 'zod';
import { providerChoices } from '../core/ai.ts';
import { durationMs } from '../core/duration.ts';
import { type VariableName, variables } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const shortestKey = 16;
/** All providers together may take this long of the minute that a person waits. */
const providersMs = 50_000;

const unreadableLogin = 'has a login that can not be read: write % as %25 and @ as %40 in it';
const anyUrl = z
  .string()
  .refine(isHttpUrl, 'is no URL: write it like http://host:port')
  .refine(hasReadableLogin, unreadableLogin);
/** Without a trailing slash. */
const httpUrl = anyUrl.transform((url) => url.replace(/\/+$/, ''));
const port = z.coerce
  .number('is no number')
  .int('is no whole number')
  .min(0, 'is negative')
  .max(65_535, 'is over 65535');
const seconds = z.coerce
  .number('is no number of seconds')
  .min(1, 'is under one second')
  .max(600, 'is over ten minutes')
  .transform((value) => value * 1_000);
const cron = z.string().refine((text) => isCron(text), 'is no cron expression: five fields, or six with seconds first');
const cronOrOff = z
  .string()
  .refine(
    (text) => text === 'off' || isCron(text),
    'is no cron expression (five fields, or six with seconds first) or off',
  )
  .transform((text) => (text === 'off' ? null : text));
const count = (least: number, most: number) =>
  z.coerce
    .number('is no number')
    .int('is no whole number')
    .min(least, `is under ${least}`)
    .max(most, `is over ${most}`);
const onOff = z.enum(['on', 'off'], 'is on or off').transform((value) => value === 'on');
const oneOf = <const T extends readonly string[]>(...values: T) => z.enum(values, `is one of ${values.join(', ')}`);
const text = z.string();
const slackToken = (prefix: string, where: string) =>
  z.string().startsWith(prefix, `does not begin with ${prefix}: copy it from the app's page ${where}`);
const grantee = z
  .string()
  .regex(
    /^(slack:[UWSCG][A-Z0-9]{2,}|discord:((role|channel):)?\d{15,20}|console:local|http:api)$/,
    'lists people (slack:U012AB3CD, discord:123456789012345678), groups (slack:S012AB3CD, discord:role:123456789012345678) and channels (slack:C012AB3CD, discord:channel:123456789012345678), with commas between',
  );
const grantees = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
  )
  .pipe(z.array(grantee))
  .default([]);

/** What each variable may hold. A message continues the sentence that begins with the variable's name. */
const shape = {
  SLACK_BOT_TOKEN: slackToken('xoxb-', 'OAuth & Permissions').optional(),
  SLACK_APP_TOKEN: slackToken('xapp-', 'Basic Information, App-Level Tokens').optional(),
  SLACK_CHANNEL: z
    .string()
    .regex(/^[CGD][A-Z0-9]{5,}$/, 'is no channel ID: it is at the end of the channel\'s "About", like C012AB3CD')
    .optional(),
  SLACK_MODE: oneOf('socket', 'http').default('socket'),
  SLACK_SIGNING_SECRET: text.optional(),
  SLACK_PORT: port.default(3000),
  SLACK_API_URL: anyUrl.optional(),
  DISCORD_TOKEN: text.optional(),
  DISCORD_CHANNEL_ID: z
    .string()
    .regex(/^\d{15,20}$/, 'is no channel ID: right-click the channel, "Copy Channel ID"')
    .optional(),
  DISCORD_API_URL: httpUrl.optional(),
  AI_PROVIDER: oneOf(...providerChoices).default('auto'),
  AI_TIMEOUT_SECONDS: seconds.default(15_000),
  GEMINI_API_KEY: text.optional(),
  GEMINI_MODEL: text.default('gemini-3.8-flash'),
  GEMINI_BASE_URL: httpUrl.optional(),
  OPENAI_API_KEY: text.optional(),
  OPENAI_MODEL: text.default('gpt-6.1-terra'),
  OPENAI_BASE_URL: httpUrl.optional(),
  PROMETHEUS_URL: httpUrl.optional(),
  PROMETHEUS_TOKEN: text.optional(),
  ALERTMANAGER_URL: httpUrl.optional(),
  ALERTMANAGER_TOKEN: text.optional(),
  HEARTBEAT_URL: httpUrl.optional(),
  PROMETHEUS_TIMEOUT_SECONDS: seconds.default(10_000),
  WATCHES_FILE: z
    .string()
    .refine((file) => existsSync(file), 'names a file that is not there')
    .optional(),
  POLL_CRON: cron.default('*/15 * * * * *'),
  TRAIN_CRON: cron.default('10 3 * * *'),
  ACK_EXPIRES_AFTER: z
    .string()
    .regex(/^(\d+[smhdw])+$/, 'is a length of time such as 30m or 2h')
    .transform(durationMs)
    .default(30 * 60_000),
  DEMO_SEED: z.coerce.number('is no number').int('is no whole number').default(1),
  DEMO_FAULTS: onOff.default(true),
  PORT: port.default(5000),
  HOST: text.optional(),
  API_KEY: z
    .string()
    .min(shortestKey, `has fewer than ${shortestKey} characters: make one with "openssl rand -hex 24"`)
    .regex(/^[\x21-\x7e]*$/, 'has a space or a letter that no header can carry: make one with "openssl rand -hex 24"')
    .optional(),
  ADMINS: grantees,
  RESPONDERS: grantees,
  TIME_ZONE: z.string().refine(isTimeZone, 'is no time zone: give an IANA name such as Europe/Berlin').default('UTC'),
  LOG_LEVEL: oneOf('debug', 'info', 'warn', 'error').default('info'),
  DATA_DIR: text.default('./data'),
  DATABASE_URL: z
    .string()
    .refine(
      (url) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url),
      'is no postgres://user:password@host:5432/database',
    )
    .refine(hasReadableLogin, unreadableLogin)
    .optional(),
  MODEL_VERSIONS: z.coerce
    .number('is no number')
    .int('is no whole number')
    .min(2, 'is under 2: the model in use and the one before it are always kept')
    .max(1_000, 'is over 1000')
    .default(10),
  S3_BUCKET: text.optional(),
  S3_ENDPOINT: httpUrl.optional(),
  S3_REGION: text.default('us-east-1'),
  S3_PREFIX: z
    .string()
    .regex(/^([\w.-]+\/)*$/, 'is made of letters, digits, "-", "_", "." and ends with "/"')
    .default(''),
  S3_ACCESS_KEY_ID: text.optional(),
  S3_SECRET_ACCESS_KEY: text.optional(),
  S3_CHECKSUMS: oneOf('when-supported', 'when-required').default('when-supported'),
  S3_ENCRYPT: onOff.default(false),
  LOGS_BUCKET: text.optional(),
  LOGS_KEEP_DAYS: count(1, 3_650).default(14),
  LOGS_KEEP_MB: count(10, 1_000_000).default(512),
  BACKUP_CRON: cronOrOff.prefault('40 2 * * *'),
  BACKUP_KEEP: count(1, 1_000).default(7),
  BACKUP_DIR: text.optional(),
} satisfies Readonly<Record<VariableName, z.ZodType>>;

export const schema = z.object(shape);
export type Values = z.infer<typeof schema>;

/** What is set to something; an empty value is as good as none. */
export function valuesOf(env: Environment): Readonly<Partial<Record<VariableName, string>>> {
  const given: Partial<Record<VariableName, string>> = {};
  for (const { name } of variables) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== '') given[name] = value;
  }
  return given;
}

/** Every variable that is fine by itself, so that what is missing is told together with what is malformed. */
export function looselyParsed(given: Readonly<Partial<Record<VariableName, string>>>): Values {
  const isFine = ([name, value]: [string, unknown]): boolean => shape[name as VariableName].safeParse(value).success;
  const fine = schema.parse(Object.fromEntries(Object.entries(given).filter(isFine)));
  // A malformed value is still one that was given: it is not missing.
  const malformed = Object.fromEntries(Object.entries(given).filter((entry) => !isFine(entry)));
  return { ...malformed, ...fine };
}

export function issuesOf(error: z.ZodError): readonly string[] {
  const told = new Map<string, string>();
  for (const { path, message } of error.issues) {
    const name = String(path[0]);
    if (!told.has(name)) told.set(name, `${name} ${message}.`);
  }
  return [...told.values()];
}

/** What does not go together, or is missing beside what is there. */
export function conflictsOf(values: Values): readonly string[] {
  const has = (name: VariableName): boolean => values[name] !== undefined;
  const problems: string[] = [];
  const slackParts = (['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_CHANNEL'] as const).filter(has);
  if (!has('SLACK_BOT_TOKEN') && slackParts.length > 0)
    problems.push(
      `SLACK_BOT_TOKEN is missing, but ${slackParts[0]} is set: copy it from the app's page OAuth & Permissions.`,
    );
  if (has('SLACK_BOT_TOKEN') && values.SLACK_MODE === 'socket' && !has('SLACK_APP_TOKEN'))
    problems.push('SLACK_APP_TOKEN is missing: Socket Mode needs an app-level token with the scope connections:write.');
  if (has('SLACK_BOT_TOKEN') && values.SLACK_MODE === 'http' && !has('SLACK_SIGNING_SECRET'))
    problems.push('SLACK_SIGNING_SECRET is missing: without it nobody knows whether a call comes from Slack.');
  if (!has('DISCORD_TOKEN') && has('DISCORD_CHANNEL_ID'))
    problems.push("DISCORD_TOKEN is missing, but DISCORD_CHANNEL_ID is set: make one on the application's page Bot.");
  if (values.AI_PROVIDER === 'gemini' && !has('GEMINI_API_KEY'))
    problems.push('AI_PROVIDER is gemini, but GEMINI_API_KEY is not set.');
  if (values.AI_PROVIDER === 'openai' && !has('OPENAI_API_KEY') && !has('OPENAI_BASE_URL'))
    problems.push('AI_PROVIDER is openai, but neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.');
  const providers = [has('GEMINI_API_KEY'), has('OPENAI_API_KEY') || has('OPENAI_BASE_URL')].filter(Boolean).length;
  if (providers * values.AI_TIMEOUT_SECONDS > providersMs)
    problems.push(
      `AI_TIMEOUT_SECONDS is over ${providersMs / providers / 1_000}: when every provider hangs (${providers} here), the rules still have to answer within a minute.`,
    );
  if (!has('API_KEY') && values.HOST !== undefined && !isLoopback(values.HOST))
    problems.push(`HOST ${values.HOST} can be reached by others: set API_KEY too, or leave HOST empty.`);
  if (has('S3_ACCESS_KEY_ID') !== has('S3_SECRET_ACCESS_KEY'))
    problems.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together: set both or none.');
  if (has('S3_ENDPOINT') && !has('S3_BUCKET') && !has('LOGS_BUCKET'))
    problems.push('S3_BUCKET is missing, but S3_ENDPOINT is set.');
  return problems;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** A URL may hold a login that is no text: a lone % for instance. */
function hasReadableLogin(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password } = new URL(text);
  try {
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
}

function isLoopback(host: string): boolean {
  return ['127.0.0.1', 'localhost', '::1'].includes(host);
}
