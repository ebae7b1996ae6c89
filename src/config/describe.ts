import { distance } from 'fastest-levenshtein';
import type { Config } from './config.ts';
import type { Environment, Values } from './values.ts';
import { fileVariableOf, secretVariables, variables } from './variables.ts';

/** A line for each part that is off or simulated, and for where the numbers come from. */
export function describeConfig(config: Config): readonly string[] {
  const { slack, discord, ai, prometheus, s3, logs } = config;
  return [
    prometheus === null
      ? 'numbers: a SIMULATED cluster (set PROMETHEUS_URL to watch your own)'
      : `numbers: ${prometheus.url}`,
    slack === null ? 'slack is off: SLACK_BOT_TOKEN is not set' : `slack is on (${slack.mode} mode)`,
    discord === null ? 'discord is off: DISCORD_TOKEN is not set' : 'discord is on',
    ai.gemini === null ? 'gemini is off: GEMINI_API_KEY is not set' : `gemini is on (${ai.gemini.model})`,
    ai.openai === null ? 'openai is off: OPENAI_API_KEY is not set' : `openai is on (${ai.openai.model})`,
    s3 === null ? `models are kept in ${config.dataDir}` : `models are kept in the bucket ${s3.bucket}`,
    config.databaseUrl === null ? `the database is SQLite in ${config.dataDir}` : 'the database is PostgreSQL',
    logs.s3 === null ? `logs are kept in ${config.dataDir}` : `logs are shipped to the bucket ${logs.s3.bucket}`,
    backupInWords(config),
  ];
}

function backupInWords({ backup, databaseUrl, s3, dataDir }: Config): string {
  if (databaseUrl !== null && s3 !== null) return 'backups are those of PostgreSQL and of the bucket';
  if (backup.cron === null) return 'backups are off: BACKUP_CRON is off';
  const what = databaseUrl === null ? 'backups' : 'backups of the models (PostgreSQL has its own)';
  if (backup.folder === null && s3 !== null) return `${what} are kept in the bucket ${s3.bucket}`;
  return `${what} are kept in ${backup.folder ?? `${dataDir}, on the same disk as what they are of`}`;
}

/** What is probably meant otherwise, a sentence each. */
export function warningsOf(values: Values, env: Environment): readonly string[] {
  const warnings: string[] = [];
  if (values.SLACK_BOT_TOKEN !== undefined && values.SLACK_CHANNEL === undefined)
    warnings.push('SLACK_CHANNEL is not set: Slack answers, but gets no alerts');
  if (values.DISCORD_TOKEN !== undefined && values.DISCORD_CHANNEL_ID === undefined)
    warnings.push('DISCORD_CHANNEL_ID is not set: Discord answers, but gets no alerts');
  if (values.ADMINS.length === 0 && (values.SLACK_BOT_TOKEN ?? values.DISCORD_TOKEN) !== undefined)
    warnings.push('ADMINS is not set: nobody in chat may switch the AI provider, train a model or roll one back');
  return [...warnings, ...misspelt(env)];
}

/** Variables that look like one of ours and are none. */
function misspelt(env: Environment): readonly string[] {
  const names = [...variables.map(({ name }) => name), ...secretVariables.map(fileVariableOf)];
  const families = /^(SLACK|DISCORD|GEMINI|PROMETHEUS|POLL|TRAIN|WATCHES|DEMO|ADMIN|RESPONDER|MODEL_|LOGS|BACKUP)/;
  return Object.keys(env)
    .filter((name) => families.test(name) && !names.some((known) => known === name))
    .map((name) => {
      const [near] = names.toSorted((a, b) => distance(a, name) - distance(b, name));
      return `${name} is not a variable that is read; did you mean ${near}?`;
    });
}
