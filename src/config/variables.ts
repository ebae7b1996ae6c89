/** One variable of the environment as people read of it. `byDefault` is shown as it stands; empty when there is none. */
export type Variable = {
  readonly name: string;
  readonly section: string;
  readonly byDefault: string;
  readonly meaning: string;
  readonly secret: boolean;
};

const secrets = new Set([
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'DISCORD_TOKEN',
  'GEMINI_API_KEY',
  'OPENAI_API_KEY',
  'PROMETHEUS_TOKEN',
  'ALERTMANAGER_TOKEN',
  'HEARTBEAT_URL',
  'API_KEY',
  'DATABASE_URL',
  'S3_SECRET_ACCESS_KEY',
]);

const sections = {
  Slack: [
    ['SLACK_BOT_TOKEN', '', 'bot token, `xoxb-…`; without it Slack is off'],
    ['SLACK_APP_TOKEN', '', 'app-level token, `xapp-…`, for Socket Mode'],
    ['SLACK_CHANNEL', '', 'ID of the channel for alerts, for instance `C012AB3CD`'],
    ['SLACK_MODE', 'socket', '`socket`, or `http` when Slack is to call this bot'],
    ['SLACK_SIGNING_SECRET', '', 'proves that a call comes from Slack; needed in `http` mode'],
    ['SLACK_PORT', '3000', 'where `http` mode listens; path `/slack/events`'],
    ['SLACK_API_URL', '', 'another base URL of the Web API, for a proxy'],
  ],
  Discord: [
    ['DISCORD_TOKEN', '', 'bot token; without it Discord is off'],
    ['DISCORD_CHANNEL_ID', '', 'ID of the channel for alerts'],
    ['DISCORD_API_URL', '', 'another base URL of the HTTP API, for a proxy'],
  ],
  AI: [
    [
      'AI_PROVIDER',
      'auto',
      '`auto` (Gemini, OpenAI, fallback), `gemini`, `openai` or `fallback`; `ai switch` overrides it',
    ],
    [
      'AI_TIMEOUT_SECONDS',
      '15',
      'how long one provider may take before the next is asked; 50 for all of them together at most',
    ],
    ['GEMINI_API_KEY', '', 'key of Gemini; without it Gemini is off'],
    ['GEMINI_MODEL', 'gemini-3.8-flash', 'model name'],
    ['GEMINI_BASE_URL', '', 'another base URL, for a proxy'],
    ['OPENAI_API_KEY', '', 'key of OpenAI; without it and without `OPENAI_BASE_URL` OpenAI is off'],
    ['OPENAI_MODEL', 'gpt-6.1-terra', 'model name'],
    ['OPENAI_BASE_URL', '', 'any compatible server, for instance `http://localhost:11434/v1`'],
  ],
  Numbers: [
    ['PROMETHEUS_URL', '', 'base URL of Prometheus; without it a simulated cluster is watched'],
    ['PROMETHEUS_TOKEN', '', 'sent as `Authorization: Bearer`; user and password may stand in the URL instead'],
    ['PROMETHEUS_TIMEOUT_SECONDS', '10', 'how long one query may take'],
    ['ALERTMANAGER_URL', '', 'where silences are kept as well; user and password may stand in it'],
    ['ALERTMANAGER_TOKEN', '', 'sent to it as `Authorization: Bearer`'],
    ['WATCHES_FILE', '', 'YAML file of what is watched; without it hosts with node_exporter'],
    [
      'POLL_CRON',
      '*/15 * * * * *',
      'when Prometheus is read (UTC; the first of six fields is seconds), at least every four steps of a watch',
    ],
    ['TRAIN_CRON', '10 3 * * *', 'when what is normal is learnt anew (UTC)'],
    ['ACK_EXPIRES_AFTER', '30m', 'an acknowledgement runs out so long after its incident got worse: 30m, 2h'],
    ['DEMO_SEED', '1', 'the simulated cluster is a function of it and the time'],
    ['DEMO_FAULTS', 'on', '`off`: faults of the simulated cluster come on command only'],
  ],
  'Sidecar and people': [
    ['PORT', '5000', 'port of the sidecar and the console; 0 is any free one'],
    ['HOST', '', '`127.0.0.1` without `API_KEY`, else `0.0.0.0`'],
    ['API_KEY', '', 'at least 16 characters; with it the sidecar may be reached from elsewhere'],
    ['HEARTBEAT_URL', '', 'called each minute while ticks work and everybody was told what they are owed'],
    [
      'ADMINS',
      '',
      'who may do everything: people, groups, channels, as `slack:U012AB3CD,discord:role:123456789012345678`',
    ],
    ['RESPONDERS', '', 'who may handle alerts, written in the same way'],
    ['TIME_ZONE', 'UTC', 'the time zone of pictures: an IANA name such as `Europe/Berlin`'],
    ['LOG_LEVEL', 'info', '`debug`, `info`, `warn` or `error`'],
  ],
  Storage: [
    ['DATA_DIR', './data', 'folder of the database and, without a bucket, of models, logs and backups'],
    ['DATABASE_URL', '', '`postgres://user:password@host:5432/database` instead of SQLite'],
    ['MODEL_VERSIONS', '10', 'how many models of each watch are kept to roll back to'],
    ['S3_BUCKET', '', 'bucket for models and backups; without it they lie in `DATA_DIR`'],
    ['S3_ENDPOINT', '', 'URL of another server that speaks S3'],
    ['S3_REGION', 'us-east-1', 'region of the buckets'],
    ['S3_PREFIX', '', 'stands before every key, for instance `smartcloudops/`'],
    ['S3_ACCESS_KEY_ID', '', 'without it the usual AWS places are looked at'],
    ['S3_SECRET_ACCESS_KEY', '', 'belongs to the key ID'],
    ['S3_CHECKSUMS', 'when-supported', '`when-required` for servers that do not know the newer checksums'],
    ['S3_ENCRYPT', 'off', '`on` asks the server to encrypt with AES-256'],
  ],
  'Logs and backups': [
    [
      'LOGS_BUCKET',
      '',
      'bucket that logs are shipped to, with the settings of S3 above; without it they lie in `DATA_DIR`',
    ],
    ['LOGS_KEEP_DAYS', '14', 'how long logs are kept in `DATA_DIR`; in a bucket its lifecycle decides'],
    ['LOGS_KEEP_MB', '512', 'how much of the disk they may take there; the oldest go'],
    ['BACKUP_CRON', '40 2 * * *', 'when a backup is made (UTC), or `off`'],
    ['BACKUP_KEEP', '7', 'so many backups are kept; older ones go'],
    [
      'BACKUP_DIR',
      '',
      'folder for backups, best on another disk; without it they are in `S3_BUCKET`, or else in `DATA_DIR`',
    ],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [string, string, string])[]>>;

export type VariableName = (typeof sections)[keyof typeof sections][number][0];

/** Every variable that is read, in the order in which people meet them. */
export const variables: readonly (Variable & { readonly name: VariableName })[] = Object.entries(sections).flatMap(
  ([section, rows]) =>
    rows.map(([name, byDefault, meaning]) => ({ name, section, byDefault, meaning, secret: secrets.has(name) })),
);

/** The variables that may also come from a file. */
export const secretVariables: readonly VariableName[] = variables
  .filter(({ secret }) => secret)
  .map(({ name }) => name);

/** The variable that names the file in which a secret stands. */
export function fileVariableOf(name: VariableName): string {
  return `${name}_FILE`;
}

/** The table of the README. */
export function variablesTable(): string {
  const rows = variables.map(({ name, byDefault, meaning }) => {
    const value = byDefault === '' ? '' : `\`${byDefault}\``;
    return `| \`${name}\` | ${value} | ${meaning.replaceAll('|', '\\|')} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** What the README says of secrets in files. */
export function secretFilesLine(): string {
  const names = secretVariables.map((name) => `\`${name}\``).join(', ');
  return (
    'A secret can come from a file, which keeps it out of the environment: set the variable with `_FILE` behind its name ' +
    `instead, for instance \`API_KEY_FILE=/run/secrets/api_key\`. So it is for ${names}.`
  );
}

/** The text of `.env.example`: every variable, none set. */
export function exampleEnvironment(): string {
  const parts = Map.groupBy(variables, ({ section }) => section);
  const blocks = [...parts].map(([section, rows]) => {
    const lines = rows.map(({ name, byDefault, meaning }) => `# ${meaning.replaceAll('`', '')}\n#${name}=${byDefault}`);
    return [`### ${section}`, ...lines].join('\n');
  });
  const head = [
    '# Copy to .env and take off the # of what you set. Nothing here is needed to begin.',
    '# A secret can come from a file instead: API_KEY_FILE=/run/secrets/api_key.',
  ];
  return `${head.join('\n')}\n\n${blocks.join('\n\n')}\n`;
}
