import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseContent } from '../core/backup.ts';
import type { Blobs } from '../core/blobs.ts';
import { messageOf, UpstreamError, UsageError } from '../core/errors.ts';
import { decodeManifest, encodeManifest, type Manifest } from './manifest.ts';
import { partBytes, putFile, putNew } from './stored-file.ts';

export type BackupsOptions = {
  /** Where backups are kept. */
  readonly blobs: Blobs;
  /** Copies the database into a file that is not there yet; null when it is a server with backups of its own. */
  readonly snapshot: ((into: string, signal: AbortSignal) => Promise<DatabaseContent>) | null;
  /** Models on the disk; null when they are in a bucket already. */
  readonly models: Blobs | null;
  /** Where there is room for a copy of the database for a moment. */
  readonly folder: string;
  readonly version: string;
  readonly now: () => number;
  /** Something short that no other backup of the same second has. */
  readonly newId: () => string;
};

export type Backups = {
  /** Makes one and gives what it holds. Throws `UpstreamError`, and `UsageError` when there is nothing to back up. */
  make(signal: AbortSignal): Promise<Manifest>;
  /** The names of those that are whole, newest first. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /** Throws `UpstreamError('storage')` when it is damaged, `UsageError` when there is none of this name. */
  read(name: string, signal: AbortSignal): Promise<Manifest>;
  /** Removes all but the newest, and what a backup that broke off left. */
  dropOld(keep: number, signal: AbortSignal): Promise<void>;
};

const root = 'backups/';
const manifestFile = 'manifest.json';
/** A backup without a manifest that is older than this broke off. */
const brokenOffMs = 86_400_000;

export function createBackups({ blobs, snapshot, models, folder, version, now, newId }: BackupsOptions): Backups {
  async function storeDatabase(name: string, signal: AbortSignal): Promise<Manifest['database']> {
    if (snapshot === null) return null;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = await mkdtemp(join(folder, 'backup-draft-'));
    try {
      const file = join(draft, 'database');
      const content = await snapshot(file, signal);
      const stored = await putFile(blobs, `${root}${name}/database`, chunksOf(file), signal);
      return { ...content, schema: [...content.schema], file: stored };
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  async function storeModels(name: string, signal: AbortSignal): Promise<Manifest['blobs']> {
    if (models === null) return [];
    const stored: Manifest['blobs'] = [];
    // What points at models before the models: what it points at is then never older than what is there.
    const keys = (await models.list('models/', signal)).toSorted((a, b) => rank(a) - rank(b));
    for (const key of keys) {
      const found = await models.get(key, signal);
      if (found === null) continue;
      stored.push({ key, file: await putFile(blobs, `${root}${name}/${key}`, inParts(found.bytes), signal) });
    }
    return stored;
  }

  async function whole(signal: AbortSignal): Promise<readonly string[]> {
    const keys = await blobs.list(root, signal);
    const names = keys.filter((key) => key.endsWith(`/${manifestFile}`)).map((key) => key.split('/')[1] ?? '');
    return names.toSorted().toReversed();
  }

  return {
    async make(signal) {
      if (snapshot === null && models === null)
        throw new UsageError(
          'There is nothing to back up here: the database is PostgreSQL and models are in a bucket.',
        );
      const madeAt = now();
      const name = `${stampOf(madeAt)}-${newId()}`;
      const database = await storeDatabase(name, signal);
      const manifest: Manifest = {
        format: 1,
        name,
        madeAt,
        version,
        database,
        blobs: await storeModels(name, signal),
      };
      await putNew(blobs, `${root}${name}/${manifestFile}`, encodeManifest(manifest), signal);
      return manifest;
    },
    list: whole,
    async read(name, signal) {
      const key = `${root}${name}/${manifestFile}`;
      const found = await blobs.get(key, signal);
      if (found === null) throw new UsageError(`There is no backup ${name} in ${blobs.name}.`);
      try {
        return decodeManifest(found.bytes);
      } catch (error) {
        throw new UpstreamError('storage', `${blobs.name}: ${key} can not be used: ${messageOf(error)}`, {
          retryable: false,
        });
      }
    },
    async dropOld(keep, signal) {
      const names = await whole(signal);
      const kept = new Set(names.slice(0, keep));
      const keys = (await blobs.list(root, signal)).filter((key) => {
        const name = key.split('/')[1] ?? '';
        const isBroken = !names.includes(name) && madeAtOf(name) < now() - brokenOffMs;
        return isBroken || (names.includes(name) && !kept.has(name));
      });
      // The manifest first, so that what is half removed is no backup.
      const manifests = keys.filter((key) => key.endsWith(`/${manifestFile}`));
      for (const key of [...manifests, ...keys.filter((key) => !manifests.includes(key))])
        await blobs.remove(key, signal);
    },
  };
}

/** When a backup was made, by its name; NaN for a name of another kind, which is left alone. */
export function madeAtOf(name: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(name) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function stampOf(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

const rank = (key: string): number => (key.endsWith('.json') ? 0 : 1);

async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(partBytes), 0, partBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* inParts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes);
}
