import { fileVariableOf, type VariableName, variables } from '../../src/config/variables.ts';

/** What the stack decides itself, or what means something else inside a container: a path, a port, a door for Slack. */
const decided = new Set<VariableName>([
  'PROMETHEUS_URL',
  'PROMETHEUS_TOKEN',
  'WATCHES_FILE',
  'DEMO_SEED',
  'DEMO_FAULTS',
  'PORT',
  'HOST',
  'DATA_DIR',
  'BACKUP_DIR',
  'SLACK_MODE',
  'SLACK_PORT',
  'SLACK_SIGNING_SECRET',
]);

const handedOn = variables.filter(({ name }) => !decided.has(name));

/** The secrets of the bot that the stack takes, each a file of this name. */
export const stackSecrets: readonly string[] = handedOn.flatMap(({ name, secret }) =>
  secret ? [name.toLowerCase()] : [],
);

/** The lines of compose.yaml that hand variables on to the bot: a secret as the name of its file, all else from `.env`. */
export function stackEnvironment(): string {
  const lines = handedOn.map(({ name, secret }) =>
    secret ? `${fileVariableOf(name)}: /run/secrets/${name.toLowerCase()}` : `${name}: \${${name}:-}`,
  );
  return lines.map((line) => `      ${line}`).join('\n');
}

/** The lines of compose.yaml that give the bot its secrets. */
export function stackSecretNames(): string {
  return stackSecrets.map((name) => `      - ${name}`).join('\n');
}

/** The lines of compose.yaml that say where they are. */
export function stackSecretFiles(): string {
  return stackSecrets.map((name) => `  ${name}: { file: ./secrets/${name} }`).join('\n');
}
