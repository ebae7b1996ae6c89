import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/core/errors.ts';
import { type Log, silentLog } from '../../src/core/log.ts';
import type { Store } from '../../src/core/store.ts';
import { openAudit } from '../../src/store/open-audit.ts';
import { openStore } from '../../src/store/open-store.ts';
import { storeContract } from '../contracts/store.ts';
import { anEntry } from '../contracts/store-audit.ts';
import { aNotice, anIncident, aTold } from '../contracts/store-nouns.ts';
import { createPostgres, type Postgres } from './postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await createPostgres();
  await postgres.start();
});
afterAll(() => postgres.stop());

const openAt = (databaseUrl: string, log: Log): Promise<Store> => openStore({ databaseUrl, dataDir: tmpdir(), log });
const commit = { incidents: [anIncident], owed: [aNotice], dropped: [] };

/** A way to the server whose connections can be made to swallow everything, as a forgetful firewall does; new ones work. */
async function startNetwork(
  target: number,
): Promise<{ readonly port: number; swallow(): void; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    swallow() {
      for (const socket of sockets) socket.unpipe().resume();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('the store in PostgreSQL', () => {
  storeContract(() => ({ open: (log) => openAt(postgres.url, log), run: (sql) => postgres.run(sql) }));
});

describe('opening PostgreSQL', () => {
  const changed = (part: 'username' | 'password' | 'pathname', value: string): string => {
    const url = new URL(postgres.url);
    url[part] = value;
    return url.href;
  };

  it('is said by host, port and database, without user and password', async () => {
    const store = await openAt(postgres.url, silentLog);
    expect(store.name).toBe(`PostgreSQL (127.0.0.1:${postgres.port}/postgres)`);
    await store.close();
  });

  it.each([
    ['a wrong password', 'password', 'hunter2'],
    ['a user that is not there', 'username', 'nobody'],
    ['a database that is not there', 'pathname', '/nowhere'],
  ] as const)('%s is refused at once, without the password', async (_, part, value) => {
    const error = await openAt(changed(part, value), silentLog).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('check user, password, database and rights in DATABASE_URL');
    expect(String(error)).not.toMatch(/hunter2|a secret|a%20secret/);
  });

  it('several processes at the same time make the tables once', async () => {
    await postgres.run('create database fresh');
    const url = changed('pathname', '/fresh');
    const stores = await Promise.all(Array.from({ length: 4 }, () => openAt(url, silentLog)));
    await Promise.all(stores.map((store, index) => store.settings.set(`s${index}`, String(index))));
    expect(await stores[0]?.settings.get('s3')).toBe('3');
    await Promise.all(stores.map((store) => store.close()));
  });

  it('tables of a newer version are refused', async () => {
    await (await openAt(postgres.url, silentLog)).close();
    await postgres.run(`insert into kysely_migration values ('999_from_the_future', '2100-01-01T00:00:00.000Z')`);
    await expect(openAt(postgres.url, silentLog)).rejects.toThrow(/newer version of SmartCloudOps AI/);
    await postgres.run(`delete from kysely_migration where name = '999_from_the_future'`);
  });

  it('a server that is still coming up is waited for', async () => {
    await postgres.halt();
    const warnings: string[] = [];
    const opening = openAt(postgres.url, { ...silentLog, warn: (message) => void warnings.push(message) });
    await expect.poll(() => warnings, { timeout: 20_000 }).toContain('the database does not answer yet; trying again');
    await postgres.start();
    await (await opening).close();
  });
});

describe('the record of actions in PostgreSQL', () => {
  it('never forks, when three bots write to it at the same time', async () => {
    const stores = await Promise.all(Array.from({ length: 3 }, () => openAt(postgres.url, silentLog)));
    const before = await stores[0]?.audit.head();
    const writes = Array.from({ length: 40 }, (_, at) => stores.map(({ audit }) => audit.append({ ...anEntry, at })));
    const heads = await Promise.all(writes.flat());
    expect(new Set(heads.map(({ sequence }) => sequence)).size).toBe(120);
    const reader = await openAudit({ databaseUrl: postgres.url, dataDir: tmpdir(), log: silentLog });
    const verdict = await reader.audit.verify(heads, new AbortController().signal);
    expect(verdict).toEqual({ kind: 'whole', head: await reader.audit.head() });
    expect((await reader.audit.head()).sequence).toBe((before?.sequence ?? 0) + 120);
    await Promise.all([reader, ...stores].map((one) => one.close()));
  });

  it('can not be emptied', async () => {
    await expect(postgres.run('truncate audit_lines')).rejects.toThrow(/only added to/);
  });
});

describe('PostgreSQL in trouble', () => {
  let store: Store;
  const warnings: string[] = [];
  beforeEach(async () => {
    warnings.length = 0;
    store = await openAt(postgres.url, { ...silentLog, warn: (message) => void warnings.push(message) });
    for (const table of ['told', 'owed', 'incidents']) await postgres.run(`delete from ${table}`);
    await store.incidents.commit(commit);
  });
  afterEach(() => store.close());

  it('a restart of the server costs an error at most, and nothing that was committed', async () => {
    await postgres.halt();
    await expect(store.incidents.remember()).rejects.toMatchObject({ service: 'database', retryable: true });
    await postgres.start();
    await store.incidents.told([{ key: aNotice.key, told: aTold }]);
    expect(await store.incidents.remember()).toEqual({ open: [anIncident], told: [aTold], owed: [] });
    expect(warnings).toContain('an idle connection to the database broke');
  });

  it('connections that an administrator ends are replaced', async () => {
    await postgres.run(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'smart%'`);
    await expect.poll(() => store.incidents.remember().catch(() => null), { timeout: 10_000 }).not.toBeNull();
  });

  it('a connection that has died without a word costs one error, and is not used again', async () => {
    const network = await startNetwork(postgres.port);
    const url = new URL(postgres.url);
    url.port = String(network.port);
    const far = await openAt(url.href, silentLog);
    expect((await far.incidents.remember()).open).toEqual([anIncident]);
    network.swallow();
    await expect(far.incidents.remember()).rejects.toMatchObject({ service: 'database', retryable: true });
    expect((await far.incidents.remember()).open).toEqual([anIncident]);
    await far.close();
    await network.stop();
  });

  it('a server that falls silent is an error in time, and is used again when it is back', async () => {
    await postgres.signal('SIGSTOP');
    const began = performance.now();
    const error = await store.incidents.remember().catch((thrown: unknown) => thrown);
    await postgres.signal('SIGCONT');
    expect(error).toMatchObject({ name: 'UpstreamError', retryable: true });
    expect(performance.now() - began).toBeLessThan(30_000);
    expect((await store.incidents.remember()).open).toEqual([anIncident]);
  });
});
