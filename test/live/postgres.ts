import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Postgres = {
  readonly url: string;
  readonly port: number;
  /** Runs SQL over a connection of its own. */
  run(sql: string): Promise<void>;
  start(): Promise<void>;
  /** Stops it in good order, its data stays; `start` brings it back on the same port. */
  halt(): Promise<void>;
  /** Sends its processes a signal: SIGSTOP makes it fall silent with its connections open. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
};

/** Debian's PostgreSQL 15. */
const programs = '/usr/lib/postgresql/15/bin';
const password = 'a secret that no message may show';
const startWithinMs = 30_000;
const run = promisify(execFile);

/** A PostgreSQL server on a free port of loopback with data in a temporary folder. It refuses to run as root. */
export async function createPostgres(): Promise<Postgres> {
  const user = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const data = join(folder, 'data');
  const secret = join(folder, 'password');
  await writeFile(secret, `${password}\n`);
  if (user.uid !== undefined && user.gid !== undefined)
    for (const path of [folder, secret]) await chown(path, user.uid, user.gid);
  const how = ['-U', 'ops', '-A', 'scram-sha-256', '--pwfile', secret, '-E', 'UTF8', '--no-sync'];
  await run(join(programs, 'initdb'), ['-D', data, ...how], user);
  const port = await freePort();
  const url = `postgres://ops:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | null = null;

  const postgres: Postgres = {
    url,
    port,
    async run(sql) {
      const { default: pg } = await import('pg');
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        await client.query(sql);
      } finally {
        await client.end();
      }
    },
    async start() {
      const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
      server = spawn(join(programs, 'postgres'), options, { ...user, stdio: 'ignore' });
      await ready(() => postgres.run('select 1'));
    },
    async halt() {
      if (server === null || server.exitCode !== null) return;
      const ended = once(server, 'exit');
      // SIGINT is its "fast" shutdown: it ends what is under way and closes in good order.
      server.kill('SIGINT');
      await ended;
      server = null;
    },
    async signal(name) {
      if (server?.pid === undefined) return;
      const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(server.pid)]);
      for (const pid of [server.pid, ...stdout.trim().split(/\s+/).map(Number)]) process.kill(pid, name);
    },
    async stop() {
      await postgres.halt();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return postgres;
}

type User = { readonly uid?: number; readonly gid?: number; readonly cwd: string };

/** This process's own user; for root the one that Debian's package made. */
async function serverUser(): Promise<User> {
  if (process.getuid?.() !== 0) return { cwd: tmpdir() };
  const idOf = async (option: string): Promise<number> => Number((await run('id', [option, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g'), cwd: tmpdir() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function ready(ask: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + startWithinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
