import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Backups, createBackups } from './backup/backups.ts';
import type { RestoreOptions } from './backup/restore.ts';
import type { Config } from './config/config.ts';
import type { StorageConfig } from './config/load-storage.ts';
import type { AuditStore } from './core/audit.ts';
import type { Blobs } from './core/blobs.ts';
import { type Log, silentLog } from './core/log.ts';
import { createLog } from './log.ts';
import { archiveLimits, createLogArchive, type LogArchive } from './logs/archive.ts';
import { createLogReader, type LogReader } from './logs/read.ts';
import { hostOf } from './logs/segment.ts';
import { sweepLogs } from './logs/sweep.ts';
import { type AuditAnchors, createAuditAnchors } from './store/audit-anchors.ts';
import { createDiskBlobs } from './store/disk-blobs.ts';
import { knownMigrations } from './store/migrations.ts';
import { type OpenedAudit, openAudit } from './store/open-audit.ts';
import { sqliteFileOf } from './store/open-store.ts';
import { createS3Blobs } from './store/s3-blobs.ts';
import { inspectDatabase, takeSnapshot } from './store/snapshot.ts';
import { versionOf } from './version.ts';

/** Names the places where models, logs and backups are kept. `compose.ts` wires them to the rest, and the tools use them alone. */

export async function openModelBlobs({ s3, dataDir }: Config, log: Log): Promise<Blobs> {
  return s3 === null ? createDiskBlobs(dataDir) : createS3Blobs(s3, log);
}

/** The log, on a stream and kept. It takes lines at once, before anything else is there that could fail. */
export function openLog(
  { logLevel, secrets, logs, dataDir }: Config,
  stream: NodeJS.WriteStream,
): { readonly log: ReturnType<typeof createLog>; readonly logs: LogArchive } {
  const { s3, keepMs, keepBytes } = logs;
  const archive = createLogArchive({
    folder: spoolOf(dataDir),
    host: hostOf(hostname()),
    run: randomUUID().slice(0, 8),
    limits: archiveLimits,
    open: () => openLogBlobs({ logs, dataDir }),
    sweep: async (signal) => {
      if (s3 === null) await sweepLogs({ folder: dataDir, keepMs, keepBytes, now: Date.now }, signal);
    },
    now: Date.now,
  });
  const pretty = stream.isTTY === true;
  return { log: createLog({ level: logLevel, secrets, pretty, stream, sink: archive, now: Date.now }), logs: archive };
}

export async function openLogReader({ logs, dataDir }: StorageConfig): Promise<LogReader> {
  return createLogReader({ blobs: await openLogBlobs({ logs, dataDir }), spool: spoolOf(dataDir), now: Date.now });
}

export async function openBackups(config: StorageConfig): Promise<Backups> {
  const { dataDir, databaseUrl, s3 } = config;
  return createBackups({
    blobs: await openBackupBlobs(config),
    snapshot: databaseUrl === null ? (into, signal) => takeSnapshot(sqliteFileOf(dataDir), into, signal) : null,
    models: s3 === null ? createDiskBlobs(dataDir) : null,
    folder: dataDir,
    version: versionOf(),
    now: Date.now,
    newId: () => randomUUID().slice(0, 8),
  });
}

/** Everything that a restore into a folder needs. */
export async function openRestore(config: StorageConfig, folder: string): Promise<RestoreOptions> {
  return {
    backups: await openBackups(config),
    blobs: await openBackupBlobs(config),
    folder,
    database: sqliteFileOf(folder),
    inspect: inspectDatabase,
    known: knownMigrations,
  };
}

/** Heads of the record of actions are written down where backups are kept: best on another disk, or in a bucket. */
export async function openAuditAnchors(
  config: StorageConfig,
  audit: Pick<AuditStore, 'head'>,
  log: Log,
): Promise<AuditAnchors> {
  return createAuditAnchors({ audit, blobs: await openBackupBlobs(config), log });
}

/** The record of actions, to be read. */
export function openRecord({ databaseUrl, dataDir }: StorageConfig, log: Log): Promise<OpenedAudit> {
  return openAudit({ databaseUrl, dataDir, log });
}

async function openBackupBlobs({ backup, s3, dataDir }: StorageConfig): Promise<Blobs> {
  if (backup.folder === null && s3 !== null) return createS3Blobs(s3, silentLog);
  return createDiskBlobs(backup.folder ?? dataDir);
}

async function openLogBlobs({ logs, dataDir }: Pick<StorageConfig, 'logs' | 'dataDir'>): Promise<Blobs> {
  return logs.s3 === null ? createDiskBlobs(dataDir) : createS3Blobs(logs.s3, silentLog);
}

function spoolOf(dataDir: string): string {
  return join(dataDir, 'spool');
}
