import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { nameOf, type Segment, segmentOf } from './segment.ts';
import { unlessGone } from './unless-gone.ts';

export type SpoolOptions = {
  readonly folder: string;
  readonly run: string;
  /** The segment that this process is writing now. */
  readonly current: () => Segment | null;
  /** What waits here may take so much of the disk; beyond it the oldest goes, and is counted. */
  readonly spoolBytes: number;
  /** A file of another process that is older than this is nobody's any more. */
  readonly abandonedMs: number;
  readonly now: () => number;
};

export type Spool = {
  /** Packs what is finished, also what an ended process left, and drops the oldest beyond the bound. */
  tidy(): Promise<void>;
  /** What is packed, oldest first. */
  packed(): readonly Segment[];
  /** The packed bytes; null when another process took them away. */
  read(segment: Segment): Promise<Uint8Array | null>;
  remove(segment: Segment): Promise<void>;
  state(): {
    readonly spooledBytes: number;
    /** Lines that went because of the bound. */
    readonly dropped: number;
    /** Last lines of files that the end of a process cut off. */
    readonly torn: number;
  };
};

/** A file takes at least a block of the disk. */
const blockBytes = 4_096;
/** Fast enough to do on the way and a tenth of the size: level 6 gains a few per cent for twice the time. */
const level = 4;
const pack = promisify(gzip);
const unpack = promisify(gunzip);

type Kept = { readonly segment: Segment; readonly file: string; readonly isPacked: boolean; readonly bytes: number };

/**
 * A folder of segments: `<name>.jsonl` while it is written, so that a killed process leaves its lines behind, and
 * `<name>.jsonl.gz`, made once and never changed, until it is where it belongs.
 */
export function createSpool({ folder, run, current, spoolBytes, abandonedMs, now }: SpoolOptions): Spool {
  let kept: readonly Kept[] = [];
  let dropped = 0;
  let torn = 0;

  const isAbandoned = ({ openedAt }: Segment): boolean => Math.abs(now() - openedAt) > abandonedMs;

  function isFinished(segment: Segment): boolean {
    if (segment.run !== run) return isAbandoned(segment);
    const open = current();
    return open === null || nameOf(open) !== nameOf(segment);
  }

  async function look(): Promise<void> {
    const known = new Map(kept.filter(({ isPacked }) => isPacked).map((one) => [one.file, one]));
    const found: Kept[] = [];
    for (const file of await namesIn(folder)) {
      const segment = segmentOf(file.replace(/\.jsonl(\.gz)?$/, ''));
      const bytes = segment === null ? null : (known.get(file)?.bytes ?? (await sizeOf(join(folder, file))));
      if (segment !== null && bytes !== null)
        found.push({ segment, file, isPacked: file.endsWith('.gz'), bytes: Math.max(blockBytes, bytes) });
    }
    kept = found.sort((a, b) => a.segment.openedAt - b.segment.openedAt || a.segment.number - b.segment.number);
  }

  async function packOne({ file }: Kept): Promise<void> {
    const path = join(folder, file);
    const bytes = await unlessGone(readFile(path));
    if (bytes === null) return;
    const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
    if (whole.length > 0) {
      const draft = `${path}.${run}~`;
      await writeDurably(draft, await pack(whole, { level }));
      await rename(draft, `${path}.gz`);
    }
    await rm(path, { force: true });
    if (whole.length < bytes.length) torn += 1;
  }

  async function dropOldest(): Promise<void> {
    const finished = kept.filter(({ segment }) => isFinished(segment));
    let left = sizeOfAll(kept);
    for (const { file, bytes, isPacked } of finished) {
      if (left <= spoolBytes) return;
      const path = join(folder, file);
      dropped += await linesIn(path, isPacked);
      await rm(path, { force: true });
      kept = kept.filter((one) => one.file !== file);
      left -= bytes;
    }
  }

  return {
    async tidy() {
      await look();
      await removeDrafts(folder, run, isAbandoned);
      const raw = kept.filter(({ segment, isPacked }) => !isPacked && isFinished(segment));
      // The bound comes first: on a full disk nothing can be packed until something went.
      await dropOldest();
      for (const one of raw) if (kept.includes(one)) await packOne(one);
      if (raw.length > 0) await look();
    },
    packed: () => kept.filter(({ isPacked }) => isPacked).map(({ segment }) => segment),
    read: (segment) => unlessGone(readFile(join(folder, packedName(segment)))),
    async remove(segment) {
      await rm(join(folder, packedName(segment)), { force: true });
      kept = kept.filter(({ file }) => file !== packedName(segment));
    },
    state: () => ({ spooledBytes: sizeOfAll(kept), dropped, torn }),
  };
}

const packedName = (segment: Segment): string => `${nameOf(segment)}.jsonl.gz`;
const sizeOfAll = (kept: readonly Kept[]): number => kept.reduce((sum, { bytes }) => sum + bytes, 0);

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await unlessGone(readdir(folder))) ?? [];
}

async function sizeOf(path: string): Promise<number | null> {
  return (await unlessGone(stat(path)))?.size ?? null;
}

/** Drafts of packing that a killed process left; its lines are still in the file beside them. */
async function removeDrafts(folder: string, run: string, isAbandoned: (segment: Segment) => boolean): Promise<void> {
  for (const file of await namesIn(folder)) {
    const [, name = '', owner] = /^(.+)\.jsonl\.([0-9a-f]{8})~$/.exec(file) ?? [];
    const segment = segmentOf(name);
    if (segment !== null && owner !== run && isAbandoned(segment)) await rm(join(folder, file), { force: true });
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** How many lines go with a file; one that can't be read counts as none. */
async function linesIn(path: string, isPacked: boolean): Promise<number> {
  try {
    const bytes = await readFile(path);
    const text = isPacked ? await unpack(bytes) : bytes;
    return text.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
  } catch {
    return 0;
  }
}
