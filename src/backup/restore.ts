import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DatabaseContent } from '../core/backup.ts';
import type { Blobs } from '../core/blobs.ts';
import { messageOf, UpstreamError, UsageError } from '../core/errors.ts';
import type { Backups } from './backups.ts';
import type { Manifest } from './manifest.ts';
import { readFileOf } from './stored-file.ts';

export type RestoreOptions = {
  readonly backups: Backups;
  readonly blobs: Blobs;
  /** The data folder that is to be, and where the database file is in it. */
  readonly folder: string;
  readonly database: string;
  /** Checks a database file whole and says what is in it. */
  readonly inspect: (file: string, signal: AbortSignal) => Promise<DatabaseContent>;
  /** The steps of the schema that this version knows. */
  readonly known: readonly string[];
};

/** A name, the key of anything in it, or `latest`. */
export async function findBackup(backups: Backups, wanted: string, signal: AbortSignal): Promise<Manifest> {
  const names = await backups.list(signal);
  const name = wanted === 'latest' ? names[0] : wanted.replace(/^backups\//, '').split('/')[0];
  if (name !== undefined && names.includes(name)) return backups.read(name, signal);
  const there = names.length === 0 ? 'there is none at all' : `there are: ${names.slice(0, 20).join(', ')}`;
  throw new UsageError(`There is no backup ${JSON.stringify(wanted)}; ${there}.`);
}

/**
 * Puts a backup into a folder that has no database and no models, whole or not at all. Everything is written beside its
 * place and checked before the first thing moves. Throws `UsageError` for a folder that is taken and a backup of a newer
 * version, `UpstreamError` for what is damaged or can't be read.
 */
export async function restoreBackup(options: RestoreOptions, manifest: Manifest, signal: AbortSignal): Promise<void> {
  const { folder, database } = options;
  await refuseTaken(folder, database);
  refuseNewer(manifest, options.known);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(join(folder, 'restore-draft-'));
  try {
    for (const { key, file } of manifest.blobs)
      await write(options.blobs, file, join(draft, ...key.split('/')), signal);
    const file = join(draft, basename(database));
    if (manifest.database !== null) {
      await write(options.blobs, manifest.database.file, file, signal);
      await check(file, manifest.database, options, signal);
    }
    // The database last: a bot that is started in between must not take models without it for a new beginning.
    if (manifest.blobs.length > 0) await rename(join(draft, 'models'), join(folder, 'models'));
    if (manifest.database !== null) await rename(file, database);
    await syncFolder(folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A live database, or one that somebody may still want. */
async function refuseTaken(folder: string, database: string): Promise<void> {
  const [names, models] = [await namesIn(folder), await namesIn(join(folder, 'models'))];
  const taken = names.filter((name) => name.startsWith(basename(database)) || (name === 'models' && models.length > 0));
  if (taken.length > 0)
    throw new UsageError(
      `${folder} is in use: it has ${taken.join(', ')}. Stop the bot and move these away, or name an empty folder with --to.`,
    );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new UsageError(`${folder} can not be used: ${messageOf(error)}`);
  }
}

function refuseNewer({ database, version }: Manifest, known: readonly string[]): void {
  const newer = (database?.schema ?? []).filter((step) => !known.includes(step));
  if (newer.length > 0)
    throw new UsageError(
      `The backup was made by a newer version (${version}): its database has ${newer.join(', ')}. Restore it with that version.`,
    );
}

async function write(
  blobs: Blobs,
  stored: Manifest['blobs'][number]['file'],
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of readFileOf(blobs, stored, signal)) await handle.appendFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The checksums say that it is what was stored; this, that it is what the manifest says. */
async function check(
  file: string,
  { schema, tables }: NonNullable<Manifest['database']>,
  { inspect, blobs }: RestoreOptions,
  signal: AbortSignal,
): Promise<void> {
  const found = await inspect(file, signal);
  if (JSON.stringify({ schema: found.schema, tables: found.tables }) !== JSON.stringify({ schema, tables }))
    throw new UpstreamError('storage', `${blobs.name}: the database of the backup is not what its manifest says`, {
      retryable: false,
    });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
