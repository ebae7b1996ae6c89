import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Blobs } from '../core/blobs.ts';
import { messageOf, UpstreamError } from '../core/errors.ts';
import { checkBlobKey, isBlobKey } from './blob-key.ts';

/** Full, busy, out of handles: somebody or time may mend these. */
const passingCodes = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EBUSY', 'EAGAIN']);
/** No such file; a part of the path is a file; the path is a folder. */
const absentCodes = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/** Blobs as files under `folder`, which is made when first needed. What was put survives a loss of power. */
export function createDiskBlobs(folder: string): Blobs {
  const fileOf = (key: string): string => {
    checkBlobKey('storage', key);
    return join(folder, ...key.split('/'));
  };
  return {
    name: `disk (${folder})`,
    async put(key, bytes, signal) {
      const file = fileOf(key);
      signal.throwIfAborted();
      await orOurs(`write ${file}`, writeWhole(file, bytes));
    },
    async get(key, signal) {
      const file = fileOf(key);
      signal.throwIfAborted();
      return orOurs(`read ${file}`, unlessAbsent(readFile(file)));
    },
    async list(prefix, signal) {
      signal.throwIfAborted();
      const all = readdir(folder, { recursive: true, withFileTypes: true });
      const entries = (await orOurs(`list ${folder}`, unlessAbsent(all))) ?? [];
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
        .filter((key) => key.startsWith(prefix) && isBlobKey(key))
        .sort();
    },
    async remove(key, signal) {
      const file = fileOf(key);
      signal.throwIfAborted();
      await orOurs(`remove ${file}`, unlessAbsent(rm(file)));
    },
  };
}

/** Writes beside the file and moves it into place, each step on the disk before the next. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const made = await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // `~` is in no key, so what a crash leaves behind is never listed.
  const draft = `${file}.${randomUUID()}~`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolders(dirname(file), made === undefined ? dirname(file) : dirname(made));
}

/** A new name is durable once its folder is: from the innermost folder out to the last one that has a new name in it. */
async function syncFolders(innermost: string, outermost: string): Promise<void> {
  for (let folder = innermost; ; folder = dirname(folder)) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (folder === outermost || folder === dirname(folder)) return;
  }
}

async function unlessAbsent<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (absentCodes.has(codeOf(error))) return null;
    throw error;
  }
}

async function orOurs<T>(doing: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    const retryable = passingCodes.has(codeOf(error));
    throw new UpstreamError('storage', `could not ${doing}: ${messageOf(error)}`, { retryable, cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
