import { createHash } from 'node:crypto';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Blobs, PutOutcome, StoredBytes } from '../core/blobs.ts';
import { messageOf, UpstreamError } from '../core/errors.ts';
import { checkBlobKey, isBlobKey } from './blob-key.ts';
import { whileLocked } from './file-lock.ts';
import { draftOf } from './whole-file.ts';

/** Full, busy, out of handles: somebody or time may mend these. */
const passingCodes = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EBUSY', 'EAGAIN']);
/** No such file; a part of the path is a file; the path is a folder. */
const absentCodes = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);
/** No key has a `~`, so no blob is ever in its place. */
const lockName = 'lock~';

/**
 * Blobs as files under `folder`, which is made when first needed. What was put survives a loss of power. A tag is the
 * SHA-256 of the bytes; comparing it and moving the new file into place is done under a lock on the folder.
 */
export function createDiskBlobs(folder: string): Blobs {
  const fileOf = (key: string): string => {
    checkBlobKey('storage', key);
    return join(folder, ...key.split('/'));
  };

  async function replace(
    file: string,
    bytes: Uint8Array,
    over: string | null,
    signal: AbortSignal,
  ): Promise<PutOutcome> {
    const draft = await draftOf(file, bytes);
    try {
      return await whileLocked(join(folder, lockName), signal, async () => {
        const there = await read(file);
        if (there?.tag === tagOf(bytes)) return 'written';
        if ((there?.tag ?? null) !== over) return 'overtaken';
        await draft.publish();
        return 'written';
      });
    } finally {
      await draft.discard();
    }
  }

  return {
    name: `disk (${folder})`,
    async put(key, bytes, over, signal) {
      const file = fileOf(key);
      signal.throwIfAborted();
      return orOurs(`write ${file}`, signal, replace(file, bytes, over, signal));
    },
    async get(key, signal) {
      const file = fileOf(key);
      signal.throwIfAborted();
      return orOurs(`read ${file}`, signal, read(file));
    },
    async list(prefix, signal) {
      signal.throwIfAborted();
      // Only the folder that the prefix names: there may be much beside it.
      const within = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      if (within !== '' && !isBlobKey(within.slice(0, -1))) return [];
      const all = readdir(join(folder, within), { recursive: true, withFileTypes: true });
      const entries = (await orOurs(`list ${folder}`, signal, unlessAbsent(all))) ?? [];
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
        .filter((key) => key.startsWith(prefix) && isBlobKey(key))
        .sort();
    },
    async remove(key, signal) {
      const file = fileOf(key);
      signal.throwIfAborted();
      await orOurs(`remove ${file}`, signal, unlessAbsent(rm(file)));
      await removeEmpty(dirname(resolve(file)), resolve(folder));
    },
  };
}

/** Folders that nothing is left in, up to the one that holds all; one that is in use stays. */
async function removeEmpty(innermost: string, outermost: string): Promise<void> {
  try {
    for (let folder = innermost; folder !== outermost; folder = dirname(folder)) await rmdir(folder);
  } catch {
    // It is not empty, or somebody else was faster.
  }
}

async function read(file: string): Promise<StoredBytes | null> {
  const bytes = await unlessAbsent(readFile(file));
  return bytes === null ? null : { bytes, tag: tagOf(bytes) };
}

function tagOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function unlessAbsent<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (absentCodes.has(codeOf(error))) return null;
    throw error;
  }
}

async function orOurs<T>(doing: string, signal: AbortSignal, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UpstreamError) throw error;
    const retryable = passingCodes.has(codeOf(error));
    throw new UpstreamError('storage', `could not ${doing}: ${messageOf(error)}`, { retryable, cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
