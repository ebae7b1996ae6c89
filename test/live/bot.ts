import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Bot = {
  readonly url: string;
  readonly dataDir: string;
  /** From the start of the process to its word that it is ready, ms. */
  readonly readyMs: number;
  /** Everything it logged so far. */
  logged(): string;
  get(path: string): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  /** Ends it as an operator would; gives the exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
};

export type BotOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
  readonly readyWithinMs?: number;
};

/** Starts the real process on a free port in an empty folder with nothing but the given environment. */
export async function startBot({
  env = {},
  dataDir = temporaryDir(),
  readyWithinMs = 120_000,
}: BotOptions = {}): Promise<Bot> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/main.ts')], {
    cwd: dataDir,
    env: { PATH: process.env.PATH ?? '', PORT: '0', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const url = await new Promise<string>((resolve, reject) => {
    const give = (why: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`${why}\n${log}`));
    };
    const late = setTimeout(() => give(`the bot was not ready within ${readyWithinMs} ms`), readyWithinMs);
    const read = (chunk: Buffer): void => {
      log += chunk.toString();
      const ready = /ready: (http:\/\/[^\s"]+)/.exec(log);
      if (ready?.[1] === undefined) return;
      clearTimeout(late);
      resolve(ready[1]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(late);
      give(`the bot ended with ${code} before it was ready`);
    });
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    url,
    dataDir,
    readyMs: performance.now() - startedAt,
    logged: () => log,
    get: (path) => fetch(`${url}${path}`),
    post: (path, body) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    stop: () => end(child, gone, 'SIGTERM'),
    kill: async () => void (await end(child, gone, 'SIGKILL')),
  };
}

async function end(child: ChildProcess, gone: Promise<number | null>, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  return gone;
}

export function temporaryDir(): string {
  return mkdtempSync(join(tmpdir(), 'smartcloudops-'));
}

/** Asks again until the answer is there; fails with the last reason when it never is. */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + withinMs;
  let reason: unknown;
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      reason = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${withinMs} ms`, { cause: reason });
}
