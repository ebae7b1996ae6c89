import { readFileSync, statSync } from 'node:fs';
import type { Environment } from './values.ts';
import { fileVariableOf, secretVariables, type VariableName } from './variables.ts';

type Given = Readonly<Partial<Record<VariableName, string>>>;

export type SecretFiles = {
  /** What the files hold, by the variable that it is the value of. */
  readonly values: Given;
  /** The variables whose file can't be used: they were given, so they are not missing. */
  readonly unread: Given;
  /** A sentence each; none tells a path, for it may be the secret itself that was put there by mistake. */
  readonly problems: readonly string[];
};

/** Nothing that is a secret is longer; a log that was named by mistake is. */
const maxBytes = 64 * 1_024;

/** Reads the secrets that come from files: `API_KEY_FILE=/run/secrets/api_key`. A file that is empty is as good as none. */
export function readSecretFiles(env: Environment): SecretFiles {
  const values: Partial<Record<VariableName, string>> = {};
  const unread: Partial<Record<VariableName, string>> = {};
  const problems: string[] = [];
  for (const name of secretVariables) {
    const path = env[fileVariableOf(name)]?.trim() ?? '';
    if (path === '') continue;
    const outcome = isSet(env[name]) ? `and ${name} are both set: keep one of them.` : read(path);
    if (typeof outcome === 'string') {
      problems.push(`${fileVariableOf(name)} ${outcome}`);
      unread[name] = '';
    } else values[name] = outcome.text;
  }
  return { values, unread, problems };
}

/** The text of a file, or how the sentence about its variable goes on. */
function read(path: string): { readonly text: string } | string {
  try {
    const file = statSync(path);
    if (!file.isFile()) return 'names something that is no file.';
    if (file.size > maxBytes) return `names a file of ${file.size} bytes: no secret is so long.`;
    const text = readFileSync(path, 'utf8').trim();
    return /[\r\n]/.test(text) ? 'names a file of several lines: a secret is one line.' : { text };
  } catch (error) {
    return `names a file that can not be read (${(error as NodeJS.ErrnoException).code}).`;
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}
