import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import { openStore, sqliteFileOf } from '../../src/store/open-store.ts';
import { everyRow } from '../backup/tables.ts';
import { type NumberServer, startNumbers } from '../emulators/prometheus.ts';
import { startSlackEmulator, wordsOf } from '../emulators/slack.ts';
import { type Bot, startBot, temporaryDir, until } from './bot.ts';
import { run } from './commands.ts';

const root = join(import.meta.dirname, '../..');
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Numbers every second, of which ten minutes are learnt. */
async function startWatched(): Promise<{ readonly numbers: NumberServer; readonly env: Record<string, string> }> {
  const numbers = await startNumbers(['web-1'], (_metric, _host, at) => 20 + 5 * Math.sin(at / 30_000));
  ends.push(() => numbers.stop());
  const file = join(temporaryDir(), 'watches.yaml');
  const metrics = [{ name: 'cpu', query: 'cpu', unit: '%', harm: 'up' }];
  writeFileSync(
    file,
    JSON.stringify({ watches: [{ name: 'hosts', entity: 'host', step: '1s', history: '10m', metrics }] }),
  );
  return { numbers, env: { PROMETHEUS_URL: numbers.url, WATCHES_FILE: file, POLL_CRON: '* * * * * *' } };
}

async function start(env: Readonly<Record<string, string>>, dataDir?: string): Promise<Bot> {
  const bot = await startBot(dataDir === undefined ? { env } : { env, dataDir });
  ends.push(() => bot.kill());
  return bot;
}

type Status = {
  readonly notices_owed: { readonly count: number };
  readonly watches: readonly { readonly model: { readonly state: string; readonly version: string | null } }[];
};
const json = async <T>(bot: Bot, path: string): Promise<T> => (await (await bot.get(path)).json()) as T;
/** All but when it was last seen, which goes on. */
const incidentsOf = async (bot: Bot): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  (await json<readonly Readonly<Record<string, unknown>>[]>(bot, '/incidents')).map((one) => ({
    ...one,
    last_seen: null,
  }));
const hasModel = async (bot: Bot): Promise<string | undefined> => {
  const model = (await json<Status>(bot, '/status')).watches[0]?.model;
  return model?.state === 'ready' ? (model.version ?? undefined) : undefined;
};

/** Every file with what is in it. */
function filesBelow(folder: string): Readonly<Record<string, string>> {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((one) => one.isFile());
  expect(files).not.toEqual([]);
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path), readFileSync(path, 'base64')];
    }),
  );
}

it('a key is changed by a restart: what was owed meanwhile is told once, and nothing again', async () => {
  const slack = await startSlackEmulator({ botToken: 'xoxb-new-key' });
  ends.push(() => slack.stop());
  const { numbers, env: watched } = await startWatched();
  const env = {
    ...watched,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
    SLACK_CHANNEL: slack.channels.ops,
  };

  const before = await start({ ...env, SLACK_BOT_TOKEN: 'xoxb-old-key' });
  numbers.mode = 'down';
  await until('an incident is owed to Slack and told in the console', 60_000, async () => {
    const { notices_owed: owed } = await json<Status>(before, '/status');
    return (await incidentsOf(before)).length === 1 && owed.count === 1 ? true : undefined;
  });
  const stopping = performance.now();
  expect(await before.stop()).toBe(0);
  const after = await start({ ...env, SLACK_BOT_TOKEN: 'xoxb-new-key' }, before.dataDir);
  const awayMs = performance.now() - stopping;
  await until('nothing is owed any more', 60_000, async () =>
    (await json<Status>(after, '/status')).notices_owed.count === 0 ? true : undefined,
  );

  const [incident] = await incidentsOf(after);
  const cards = slack
    .messages()
    .filter((one) => one.thread === null && wordsOf(one).includes(`incident ${incident?.id}`));
  expect(cards).toHaveLength(1);
  const store = await openStore({ databaseUrl: null, dataDir: after.dataDir, log: silentLog });
  expect(await store.console.recent(100)).toHaveLength(1);
  await store.close();
  expect(`${before.logged()}${after.logged()}`).not.toMatch(/xoxb-(old|new)-key/);
  console.log(`away for ${awayMs.toFixed(0)} ms; ready ${after.readyMs.toFixed(0)} ms after its start`);
});

it('a bot that is restored on an empty machine is the bot that was backed up while it ran', async () => {
  const { numbers, env } = await startWatched();
  const before = await start(env);
  const model = await until('a model', 60_000, () => hasModel(before));
  numbers.mode = 'down';
  await until('an incident', 60_000, async () => ((await incidentsOf(before)).length === 1 ? true : undefined));
  const incidents = await incidentsOf(before);

  const disk = temporaryDir();
  const tool = (name: string, dataDir: string, ...args: readonly string[]) =>
    run('npm', ['run', '-s', name, '--', ...args], { cwd: root, env: { DATA_DIR: dataDir, BACKUP_DIR: disk } });
  const startedAt = performance.now();
  const made = await tool('backup', before.dataDir);
  await before.kill();
  const folder = join(temporaryDir(), 'data');
  const restored = await tool('restore', folder);
  const tookMs = performance.now() - startedAt;
  expect(made).toMatch(/^Backup /);
  expect(restored).toMatch(/^Restored /);

  const after = await start(env, folder);
  expect(await incidentsOf(after)).toEqual(incidents);
  expect(await until('the same model', 30_000, () => hasModel(after))).toBe(model);
  expect(after.logged()).not.toContain('a model was trained');

  const logs = await tool('logs', before.dataDir, '--since', '10m');
  expect(logs).toContain('a model was trained');

  // And to the last row, once nobody writes any more: a killed bot leaves what it wrote last beside its database.
  await tool('backup', before.dataDir);
  const again = join(temporaryDir(), 'data');
  await tool('restore', again);
  const rows = everyRow(sqliteFileOf(before.dataDir));
  expect(everyRow(sqliteFileOf(again))).toEqual(rows);
  for (const table of ['incidents', 'told', 'console_messages']) expect(rows.get(table), table).not.toEqual([]);
  expect(filesBelow(join(again, 'models'))).toEqual(filesBelow(join(before.dataDir, 'models')));
  console.log(`backed up and restored in ${tookMs.toFixed(0)} ms`);
});
