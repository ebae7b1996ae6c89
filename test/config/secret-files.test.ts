import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Environment } from '../../src/config/values.ts';
import { fileVariableOf, secretVariables } from '../../src/config/variables.ts';
import { ConfigError } from '../../src/core/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const key = '0123456789abcdef-hush';

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function problemsOf(env: Environment): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('a secret in a file', () => {
  const good: Readonly<Record<string, string>> = {
    SLACK_BOT_TOKEN: 'xoxb-hush',
    SLACK_APP_TOKEN: 'xapp-hush',
    DATABASE_URL: 'postgres://me:hush@db/bot',
    HEARTBEAT_URL: 'https://hc.example/hush',
  };

  it.each(secretVariables)('%s is the same as in the environment', (name) => {
    const value = good[name] ?? key;
    const others = {
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_APP_TOKEN: 'xapp-1',
      S3_ACCESS_KEY_ID: 'a',
      S3_SECRET_ACCESS_KEY: 'b',
    };
    const { [name]: _, ...env } = { ...others, PROMETHEUS_URL: 'http://prom:9090' } as Record<string, string>;
    const fromFile = loadConfig({ ...env, [fileVariableOf(name)]: fileOf(name, `${value}\n`) });
    expect(fromFile).toEqual(loadConfig({ ...env, [name]: value }));
    expect(fromFile.secrets).toContain(value);
    expect(fromFile.warnings.join('\n')).not.toContain('_FILE');
  });

  it('is read through a link, as a mounted secret is one', () => {
    const link = join(folder, 'link');
    symlinkSync(fileOf('behind', key), link);
    expect(loadConfig({ API_KEY_FILE: link }).http.apiKey).toBe(key);
  });

  it('is none when the file is empty', () => {
    expect(loadConfig({ SLACK_BOT_TOKEN_FILE: fileOf('empty', ' \n') })).toEqual(loadConfig({}));
    expect(loadConfig({ API_KEY_FILE: ' ' })).toEqual(loadConfig({}));
  });
});

describe('a file of a secret that can not be used', () => {
  it.each<[string, () => Environment, RegExp]>([
    [
      'a file that is not there',
      () => ({ API_KEY_FILE: join(folder, 'none') }),
      /^API_KEY_FILE names .* read \(ENOENT\)\.$/,
    ],
    ['a folder', () => ({ API_KEY_FILE: folder }), /^API_KEY_FILE names something that is no file\.$/],
    [
      'a device without an end',
      () => ({ API_KEY_FILE: '/dev/zero' }),
      /^API_KEY_FILE names something that is no file\.$/,
    ],
    [
      'a long file',
      () => ({ API_KEY_FILE: fileOf('long', 'hush'.repeat(20_000)) }),
      /^API_KEY_FILE names a file of 80000 bytes/,
    ],
    [
      'several lines',
      () => ({ API_KEY_FILE: fileOf('lines', `${key}\n${key}\n`) }),
      /^API_KEY_FILE names .* several lines/,
    ],
    [
      'a value beside it',
      () => ({ API_KEY: key, API_KEY_FILE: fileOf('k', key) }),
      /^API_KEY_FILE and API_KEY are both set/,
    ],
    [
      'a malformed value in it',
      () => ({ API_KEY_FILE: fileOf('short', 'hush') }),
      /^API_KEY has fewer than 16 characters/,
    ],
    [
      'the secret in place of the path',
      () => ({ DISCORD_TOKEN_FILE: 'hush' }),
      /^DISCORD_TOKEN_FILE names .* \(ENOENT\)\.$/,
    ],
  ])('%s is one problem that tells neither secret nor path', (_what, env, words) => {
    const problems = problemsOf(env());
    expect(problems).toEqual([expect.stringMatching(words)]);
    expect(problems.join()).not.toMatch(/hush|secrets-/);
  });

  it('is told together with every other, and its variable is not called missing', () => {
    mkdirSync(join(folder, 'token'), { recursive: true });
    const problems = problemsOf({ SLACK_BOT_TOKEN_FILE: join(folder, 'token'), SLACK_CHANNEL: 'C012AB3CD', PORT: 'x' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'SLACK_BOT_TOKEN_FILE',
      'PORT',
      'SLACK_APP_TOKEN',
    ]);
  });
});

describe('a misspelt variable of a file', () => {
  it('is warned of', () => {
    expect(loadConfig({ DISCORD_TOKN_FILE: '/x' }).warnings).toEqual([
      'DISCORD_TOKN_FILE is not a variable that is read; did you mean DISCORD_TOKEN_FILE?',
    ]);
  });
});
