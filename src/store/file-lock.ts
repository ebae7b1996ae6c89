import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { UpstreamError } from '../core/errors.ts';

/** What is done under the lock takes milliseconds; a holder that takes this long hangs. */
const longestWaitMs = 10_000;
const pauseMs = 5;
/** https://www.sqlite.org/rescode.html#busy */
const busy = 5;

/**
 * Does the work while no other process and nobody else in this one holds the lock. The lock is SQLite's on an empty
 * file, because the system lets go of it when its holder dies: a process that is killed leaves nothing to clean up.
 * Throws `UpstreamError` when the lock is not to be had.
 */
export async function whileLocked<T>(file: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const lock = await takeLock(file, signal);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function takeLock(file: string, signal: AbortSignal): Promise<DatabaseSync> {
  for (let waitedMs = 0; waitedMs <= longestWaitMs; waitedMs += pauseMs) {
    const database = new DatabaseSync(file, { timeout: 0 });
    try {
      database.exec('begin exclusive');
      return database;
    } catch (error) {
      database.close();
      if (!isBusy(error)) throw error;
    }
    await pause(pauseMs, undefined, { signal });
  }
  const message = `another process has held the lock ${file} for ${longestWaitMs / 1_000} s`;
  throw new UpstreamError('storage', message, { retryable: true });
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busy;
}
