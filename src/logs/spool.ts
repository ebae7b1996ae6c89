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
  /** What is finished, oldest first. */
  finished(): readonly Segment[];
  /** A finished segment as it will lie in the storage; null when there is nothing in it, or another process took it away. */
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
const endOfLine = 10;
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

  function isFinished({ segment, isPacked }: Kept): boolean {
    if (isPacked) return true;
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

  /** The whole lines of a file that is written no more, packed; null when there is none. */
  async function packed(path: string): Promise<Uint8Array | null> {
    const bytes = await unlessGone(readFile(path));
    const whole = bytes?.subarray(0, bytes.lastIndexOf('\n') + 1);
    return whole === undefined || whole.length === 0 ? null : pack(whole, { level });
  }

  async function packOne({ segment, file }: Kept): Promise<void> {
    const path = join(folder, file);
    const draft = `${path}.${run}~`;
    try {
      const bytes = await packed(path);
      if (bytes !== null) {
        await writeDurably(draft, bytes);
        await rename(draft, `${path}.gz`);
      }
    } catch (error) {
      // A disk that is full has no room for it. It stays as it is and can still be shipped.
      await rm(draft, { force: true });
      if (!isFull(error)) throw error;
      return;
    }
    await removeRaw(segment);
  }

  async function removeRaw(segment: Segment): Promise<void> {
    const path = join(folder, `${nameOf(segment)}.jsonl`);
    if (await endsInTheMiddle(path)) torn += 1;
    await rm(path, { force: true });
  }

  async function dropOldest(): Promise<void> {
    const finished = kept.filter(isFinished);
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
      const raw = kept.filter((one) => !one.isPacked && isFinished(one));
      // The bound comes first: on a full disk nothing can be packed until something went.
      await dropOldest();
      for (const one of raw) if (kept.includes(one)) await packOne(one);
      if (raw.length > 0) await look();
    },
    finished: () => kept.filter(isFinished).map(({ segment }) => segment),
    async read(segment) {
      const path = join(folder, nameOf(segment));
      return (await unlessGone(readFile(`${path}.jsonl.gz`))) ?? (await packed(`${path}.jsonl`));
    },
    async remove(segment) {
      await rm(join(folder, `${nameOf(segment)}.jsonl.gz`), { force: true });
      await removeRaw(segment);
      kept = kept.filter((one) => nameOf(one.segment) !== nameOf(segment));
    },
    state: () => ({ spooledBytes: sizeOfAll(kept), dropped, torn }),
  };
}

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

/** Whether a file has something after the end of its last line. */
async function endsInTheMiddle(path: string): Promise<boolean> {
  const bytes = await unlessGone(readFile(path));
  return bytes !== null && bytes.length > 0 && bytes.at(-1) !== endOfLine;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code));
}

/** How many lines go with a file; one that can't be read counts as none. */
async function linesIn(path: string, isPacked: boolean): Promise<number> {
  try {
    const bytes = await readFile(path);
    const text = isPacked ? await unpack(bytes) : bytes;
    return text.reduce((sum, byte) => sum + (byte === endOfLine ? 1 : 0), 0);
  } catch {
    return 0;
  }
}
