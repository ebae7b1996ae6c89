import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that is written whole beside the place where it belongs, and is not there yet. */
export type Draft = {
  /** Moves it into place; what was there is gone. It survives a loss of power. */
  publish(): Promise<void>;
  /** Takes it away, when it was not published. */
  discard(): Promise<void>;
};

/** Writes a draft of the file, and its folders where they are missing. */
export async function draftOf(file: string, bytes: Uint8Array): Promise<Draft> {
  const folder = dirname(file);
  // `~` is in no key, so what a crash leaves behind is never listed.
  const draft = `${file}.${randomUUID()}~`;
  const discard = (): Promise<void> => rm(draft, { force: true });
  const write = async (): Promise<string | undefined> => {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeThrough(draft, bytes);
    return first;
  };
  let made: string | undefined;
  try {
    // Somebody who removed the last file of the folder may have taken it away in between.
    made = await write().catch((error: unknown) => (isGone(error) ? write() : Promise.reject(error)));
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    async publish() {
      await rename(draft, file);
      await syncFolders(folder, made === undefined ? folder : dirname(made));
    },
    discard,
  };
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function writeThrough(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
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
