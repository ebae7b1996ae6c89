import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hourMs, hourOf, segmentOfKey } from './segment.ts';
import { unlessGone } from './unless-gone.ts';

export type SweepOptions = {
  /** The folder of the disk storage that segments were put into. */
  readonly folder: string;
  readonly keepMs: number;
  readonly keepBytes: number;
  readonly now: () => number;
};

/** Removes segments whose hour ended too long ago, and of the others the oldest beyond the size. Of a bucket its lifecycle does it. */
export async function sweepLogs({ folder, keepMs, keepBytes, now }: SweepOptions, signal: AbortSignal): Promise<void> {
  let kept = 0;
  for (const { key, openedAt } of await newestFirst(folder)) {
    signal.throwIfAborted();
    const path = join(folder, key);
    kept += (await stat(path)).size;
    if (kept > keepBytes || hourOf(openedAt) + hourMs < now() - keepMs) await rm(path, { force: true });
  }
  await removeEmpty(join(folder, 'logs'));
}

async function newestFirst(folder: string): Promise<readonly { readonly key: string; readonly openedAt: number }[]> {
  const names = await namesUnder(join(folder, 'logs'));
  const found = names.flatMap((name) => {
    const segment = segmentOfKey(`logs/${name}`);
    return segment === null ? [] : [{ key: `logs/${name}`, openedAt: segment.openedAt }];
  });
  return found.toSorted((a, b) => b.openedAt - a.openedAt);
}

async function namesUnder(folder: string): Promise<readonly string[]> {
  const names = (await unlessGone(readdir(folder, { recursive: true }))) ?? [];
  return names.map((name) => name.replaceAll('\\', '/'));
}

/** Folders of days and hours that nothing is left of. A folder that gets something in the meantime is not empty and stays. */
async function removeEmpty(folder: string): Promise<void> {
  const names = await namesUnder(folder);
  for (const name of names
    .filter((one) => /^date=[\d-]+(\/hour=\d\d)?$/.test(one))
    .toSorted()
    .toReversed())
    await rmdir(join(folder, name)).catch(() => undefined);
}
