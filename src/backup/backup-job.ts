import { messageOf } from '../core/errors.ts';
import { formatTime } from '../core/format.ts';
import type { Log } from '../core/log.ts';
import { type Backups, madeAtOf } from './backups.ts';
import type { Manifest } from './manifest.ts';

export type BackupJobOptions = {
  readonly backups: Backups;
  readonly keep: number;
  readonly now: () => number;
  readonly log: Log;
};

export type BackupState = {
  /** When the newest backup was made; null when there is none or nobody has looked yet. */
  readonly lastAt: number | null;
  readonly made: number;
  readonly failed: number;
  /** Why the last one failed; null when it did not. */
  readonly because: string | null;
};

export type BackupJob = {
  /** Looks when the newest backup was made. Never throws. */
  look(signal: AbortSignal): Promise<void>;
  /** Makes a backup and removes old ones. Never throws: a backup that fails says so, and the next one tries again. */
  run(signal: AbortSignal): Promise<void>;
  state(): BackupState;
};

/** The backup that is made by the clock. */
export function createBackupJob({ backups, keep, now, log }: BackupJobOptions): BackupJob {
  let state: BackupState = { lastAt: null, made: 0, failed: 0, because: null };
  let isToldOfOld = false;

  /** Who may not delete in a bucket leaves it to the bucket's lifecycle, and is told so once. */
  async function dropOld(signal: AbortSignal): Promise<void> {
    try {
      await backups.dropOld(keep, signal);
    } catch (error) {
      if (!signal.aborted && !isToldOfOld) log.warn('old backups could not be removed and stay', { error });
      isToldOfOld = true;
    }
  }

  return {
    async look(signal) {
      try {
        const [newest] = await backups.list(signal);
        if (newest !== undefined) state = { ...state, lastAt: madeAtOf(newest) };
      } catch (error) {
        if (!signal.aborted) log.warn('the backups could not be listed', { error });
      }
    },
    async run(signal) {
      const startedAt = now();
      try {
        const manifest = await backups.make(signal);
        state = { lastAt: manifest.madeAt, made: state.made + 1, failed: state.failed, because: null };
        log.info('a backup was made', { ...backupInFigures(manifest), tookMs: now() - startedAt });
        await dropOld(signal);
      } catch (error) {
        if (signal.aborted) return;
        state = { ...state, failed: state.failed + 1, because: messageOf(error) };
        log.error('the backup failed; the next one tries again', { error });
      }
    },
    state: () => state,
  };
}

/** What is wrong with the backups, a sentence each. */
export function backupTroubles({ because, lastAt }: BackupState): readonly string[] {
  if (because === null) return [];
  const last = lastAt === null ? 'there is no other' : `the last good one is of ${formatTime(lastAt)}`;
  return [`The last backup failed (${because}); ${last}.`];
}

export function backupInFigures({ name, database, blobs }: Manifest): Readonly<Record<string, string | number>> {
  const files = [...(database === null ? [] : [database.file]), ...blobs.map(({ file }) => file)];
  const rows = Object.values(database?.tables ?? {}).reduce((sum, count) => sum + count, 0);
  const bytes = files.flatMap(({ parts }) => parts).reduce((sum, part) => sum + part.bytes, 0);
  return { name, rows, models: blobs.length, bytes };
}
