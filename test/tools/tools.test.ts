import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { archiveLimits, createLogArchive } from '../../src/logs/archive.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { openStore, sqliteFileOf } from '../../src/store/open-store.ts';
import { everyRow } from '../backup/tables.ts';

type Run = { readonly code: number; readonly out: string; readonly err: string };

let root: string;
let dataDir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tools-'));
  dataDir = join(root, 'data');
});
afterEach(() => rm(root, { recursive: true }));

/** The tool as npm starts it, with nothing but the given environment. */
function run(tool: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const file = join(import.meta.dirname, '../../src/tools', `${tool}.ts`);
  return new Promise((resolve) => {
    const options = { cwd: root, env: { PATH: process.env.PATH ?? '', DATA_DIR: dataDir, ...env } };
    execFile(process.execPath, [file, ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

describe('the tools', () => {
  it('back up and restore what is there', async () => {
    const store = await openStore({ databaseUrl: null, dataDir, log });
    await store.settings.set('ai', 'openai');
    const made = await run('backup', []);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toMatch(/^Backup \d{8}T\d{6}Z-[0-9a-f]{8}: \d+ rows, 0 files of models, /);

    const live = await run('restore', []);
    expect(live).toMatchObject({ code: 64, out: '' });
    expect(live.err).toContain(`${dataDir} is in use`);
    await store.close();

    const folder = join(root, 'new');
    const restored = await run('restore', ['--to', folder]);
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(restored.out).toMatch(new RegExp(`^Restored .* to ${folder}: \\d+ rows`));
    expect(everyRow(sqliteFileOf(folder))).toEqual(everyRow(sqliteFileOf(dataDir)));
  });

  it('keep as many backups as BACKUP_KEEP says, where BACKUP_DIR says', async () => {
    await (await openStore({ databaseUrl: null, dataDir, log })).close();
    const env = { BACKUP_DIR: join(root, 'disk'), BACKUP_KEEP: '1' };
    await run('backup', [], env);
    // Backups are named by the second.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const second = await run('backup', [], env);
    expect(await readdir(join(root, 'disk/backups'))).toEqual([/Backup (\S+):/.exec(second.out)?.[1]]);
  });

  it('give the lines of the log, one each, with what damages them apart', async () => {
    const at = Date.now();
    const archive = createLogArchive({
      folder: join(dataDir, 'spool'),
      host: 'web-1',
      run: '00000001',
      limits: archiveLimits,
      open: async () => createDiskBlobs(dataDir),
      sweep: async () => {},
      now: Date.now,
    });
    const lines = ['info', 'warn'].map((level) =>
      JSON.stringify({ at: new Date(at).toISOString(), level, message: 'a' }),
    );
    for (const line of [...lines, 'damaged']) archive.write(line, at);
    await archive.close();
    const { code, out, err } = await run('logs', ['--level', 'warn']);
    expect({ code, out }).toEqual({ code: 0, out: `${lines[1]}\n` });
    expect(err).toMatch(/^1 lines of logs\/.* are damaged and left out\n$/);
  });

  it.each([
    ['channels without their tokens', { SLACK_CHANNEL: 'C012AB3CD', DISCORD_CHANNEL_ID: '123456789012345678' }],
    ['a token that is none', { SLACK_BOT_TOKEN: 'hush' }],
    ['a secret in a file of somebody else', { API_KEY_FILE: '/run/credentials/other.service/API_KEY' }],
    ['a provider without its key', { AI_PROVIDER: 'gemini' }],
    ['an open sidecar without a key', { HOST: '0.0.0.0' }],
    ['watches that are not there', { WATCHES_FILE: '/nowhere/watches.yaml' }],
  ])('do not ask for what they do not use: %s', async (_, env) => {
    expect(() => loadConfig(env)).toThrow(ConfigError);
    await (await openStore({ databaseUrl: null, dataDir, log })).close();
    expect(await run('backup', [], env)).toMatchObject({ code: 0, err: '' });
    expect(await run('restore', ['--to', join(root, 'new')], env)).toMatchObject({ code: 0, err: '' });
    expect(await run('logs', [], env)).toEqual({ code: 0, out: '', err: '' });
  });

  it('know a database by the file that names it', async () => {
    const file = join(root, 'DATABASE_URL');
    await writeFile(file, 'postgres://u:hush@h/d');
    const made = await run('backup', [], { DATABASE_URL_FILE: file });
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toContain('no database (PostgreSQL has its own backups)');
  });

  it.each([
    ['logs', ['--level', 'loud'], {}, 64, /^--level loud is none of/],
    ['backup', ['now'], {}, 64, /^"now" is not known here/],
    ['restore', ['--form', 'latest'], {}, 64, /^"--form" is not known here/],
    ['restore', ['--from', 'latest'], {}, 64, /^There is no backup "latest"; there is none at all/],
    ['backup', [], {}, 1, /^SQLite \(.*\) could not be copied: the file can not be opened/],
    ['logs', [], { LOGS_KEEP_DAYS: 'long' }, 78, /^LOGS_KEEP_DAYS is no number/],
    [
      'restore',
      [],
      { DATABASE_URL: 'postgres://u:hush@h/d', BACKUP_CRON: 'x' },
      78,
      /^BACKUP_CRON is no cron expression/,
    ],
  ])('%s %j with %j fails with a sentence and a code', async (tool, args, env, code, words) => {
    const result = await run(tool, args, env);
    expect(result).toMatchObject({ code, out: '' });
    expect(result.err).toMatch(words);
    expect(result.err).not.toMatch(/ {4}at |hush/);
  });
});
