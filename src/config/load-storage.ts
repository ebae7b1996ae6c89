import type { Config } from './config.ts';
import { loadConfig } from './load.ts';
import type { Environment } from './values.ts';
import { fileVariableOf, variables } from './variables.ts';

/** Where things are kept, and for how long: all that a tool has to know. */
export type StorageConfig = Pick<Config, 'dataDir' | 'databaseUrl' | 's3' | 'logs' | 'backup'>;

const sections: readonly string[] = ['Storage', 'Logs and backups'];

/**
 * Reads the variables of storage, logs and backups alone. Who restores at night is not stopped by a chat token that is missing
 * or a model's name that is wrong. Throws `ConfigError` as `loadConfig` does.
 */
export function loadStorageConfig(env: Environment): StorageConfig {
  const names = variables.flatMap(({ name, section }) =>
    sections.includes(section) ? [name, fileVariableOf(name)] : [],
  );
  return loadConfig(Object.fromEntries(names.map((name) => [name, env[name]])));
}
