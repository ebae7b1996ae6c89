import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog as log } from '../../src/core/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { anEntry } from '../contracts/store-audit.ts';
import { aNotice, anIncident, aTold } from '../contracts/store-nouns.ts';
import { temporaryDir } from './bot.ts';
import { run } from './commands.ts';
import { createPostgres, type Postgres } from './postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await createPostgres();
  await postgres.start();
});
afterAll(() => postgres.stop());

/** Every row of every table that there is, as text, the rows of a table in one order. */
async function everyRow(url: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
    );
    const content: Record<string, readonly string[]> = {};
    for (const { name } of tables.rows) {
      const rows = await client.query<{ row: string }>(`select t::text as row from "${name}" t order by 1`);
      content[name] = rows.rows.map(({ row }) => row);
    }
    return content;
  } finally {
    await client.end();
  }
}

/** The two commands of the page for operators, as they stand there. */
const commands = /```sh\n(pg_dump .+\npg_restore .+\n)```/.exec(readFileSync('docs/operations.md', 'utf8'))?.[1] ?? '';

it('a dump of PostgreSQL brings every row of every table to an empty database, and the bot goes on there', async () => {
  const store = await openStore({ databaseUrl: postgres.url, dataDir: temporaryDir(), log });
  await store.incidents.commit({ incidents: [anIncident], owed: [aNotice], dropped: [] });
  const other = { ...anIncident, id: 'i2' };
  await store.incidents.commit({ incidents: [other], owed: [{ ...aNotice, key: 'i2', incident: 'i2' }], dropped: [] });
  await store.incidents.told([{ key: 'i2', told: { ...aTold, incident: 'i2' } }]);
  await store.settings.set('ai', 'openai');
  await store.silences.put({
    ...{
      id: 's1',
      match: { watch: 'hosts', entity: 'web-*', kind: null, severity: null },
      from: 1,
      until: 2,
      reason: 'swap',
    },
    ...{ by: { platform: 'slack', id: 'U1', name: 'Ada' }, ended: null, copies: null },
  });
  await store.audit.append(anEntry);
  await store.close();
  await postgres.run('create database empty');
  const empty = postgres.url.replace(/\/postgres$/, '/empty');

  const env = { DATABASE_URL: postgres.url, EMPTY_DATABASE_URL: empty };
  const folder = temporaryDir();
  expect(commands).not.toBe('');
  await run('sh', ['-e', '-c', commands], { cwd: folder, env });

  const before = await everyRow(postgres.url);
  expect(await everyRow(empty)).toEqual(before);
  for (const table of ['incidents', 'owed', 'told', 'settings', 'silences', 'audit_lines', 'kysely_migration'])
    expect(before[table], table).not.toEqual([]);
  const again = await openStore({ databaseUrl: empty, dataDir: temporaryDir(), log });
  expect(await again.incidents.remember()).toMatchObject({ owed: [aNotice], told: [{ incident: 'i2' }] });
  await again.incidents.told([{ key: aNotice.key, told: aTold }]);
  expect((await again.incidents.remember()).owed).toEqual([]);
  await again.close();
});
