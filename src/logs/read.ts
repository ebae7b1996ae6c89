import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Blobs } from '../core/blobs.ts';
import { isAtLeast, type KeptLine, type Level, lineOf } from './line.ts';
import { hourOf, keyOf, nameOf, partitionsOf, type Segment, segmentOf, segmentOfKey } from './segment.ts';
import { unlessGone } from './unless-gone.ts';

export type LogReaderOptions = {
  readonly blobs: Blobs;
  /** Where this machine's bot keeps what is not shipped yet; need not exist. */
  readonly spool: string;
  readonly now: () => number;
};

export type LogQuery = {
  /** Epoch ms, both included; without an end everything up to now is read, and what comes later by asking again. */
  readonly from: number;
  readonly to: number | null;
  readonly level: Level;
};

/** Lines in the order in which they were said, and what could not be understood, a sentence each. */
export type ReadLines = { readonly lines: readonly KeptLine[]; readonly troubles: readonly string[] };

export type LogReader = {
  /**
   * Gives the lines hour by hour; only the partitions of these hours are listed, and only their segments read. A second
   * call gives what is new since the first. Throws `UpstreamError`.
   */
  read(query: LogQuery, signal: AbortSignal): AsyncGenerator<ReadLines>;
};

type Given = { readonly lines: number; readonly isWhole: boolean };
type Found = { readonly bytes: Uint8Array; readonly isPacked: boolean };

/** No segment is larger once it is unpacked: what is, is not ours. */
const longestText = 64 * 1_024 * 1_024;
const unpack = promisify(gunzip);

/** Reads back what was kept, from the storage and from what this machine has not shipped yet. */
export function createLogReader({ blobs, spool, now }: LogReaderOptions): LogReader {
  const given = new Map<string, Given>();

  async function segmentsOf(from: number, to: number, signal: AbortSignal): Promise<readonly Segment[]> {
    const found = new Map((await segmentsIn(spool)).map((segment) => [keyOf(segment), segment]));
    for (const prefix of partitionsOf(from, to))
      for (const key of await blobs.list(prefix, signal)) {
        const segment = segmentOfKey(key);
        if (segment !== null) found.set(key, segment);
      }
    const isWithin = ({ openedAt }: Segment): boolean => openedAt >= hourOf(from) && openedAt <= to;
    return [...found.values()].filter(isWithin);
  }

  /** In the order in which a segment moves, so that one that moves meanwhile is not missed. */
  async function find(segment: Segment, signal: AbortSignal): Promise<Found | null> {
    const file = join(spool, nameOf(segment));
    const raw = await unlessGone(readFile(`${file}.jsonl`));
    if (raw !== null) return { bytes: raw, isPacked: false };
    const packed = await unlessGone(readFile(`${file}.jsonl.gz`));
    const bytes = packed ?? (await blobs.get(keyOf(segment), signal))?.bytes;
    return bytes === undefined ? null : { bytes, isPacked: true };
  }

  /** The lines of a segment that were not given yet. */
  async function newLines(segment: Segment, troubles: string[], signal: AbortSignal): Promise<readonly KeptLine[]> {
    const key = keyOf(segment);
    const before = given.get(key);
    if (before?.isWhole) return [];
    const found = await find(segment, signal);
    const text = found === null ? null : await textOf(found);
    if (text === null) {
      if (found !== null) troubles.push(`${key} is damaged and left out`);
      return [];
    }
    // What follows the last end of a line is being written.
    const all = text.split('\n').slice(0, -1);
    given.set(key, { lines: all.length, isWhole: found?.isPacked === true });
    const parsed = all.slice(before?.lines ?? 0).map(lineOf);
    const lines = parsed.filter((line) => line !== null);
    if (lines.length < parsed.length)
      troubles.push(`${parsed.length - lines.length} lines of ${key} are damaged and left out`);
    return lines;
  }

  return {
    async *read({ from, to, level }, signal) {
      const end = to ?? now();
      const hours = Map.groupBy(await segmentsOf(from, end, signal), ({ openedAt }) => hourOf(openedAt));
      for (const hour of [...hours.keys()].toSorted((a, b) => a - b)) {
        const lines: KeptLine[] = [];
        const troubles: string[] = [];
        for (const segment of hours.get(hour) ?? [])
          for (const line of await newLines(segment, troubles, signal))
            if (line.at >= from && (to === null || line.at <= to) && isAtLeast(line.level, level)) lines.push(line);
        yield { lines: lines.toSorted((a, b) => a.at - b.at), troubles };
      }
    },
  };
}

async function segmentsIn(folder: string): Promise<readonly Segment[]> {
  const names = (await unlessGone(readdir(folder))) ?? [];
  return names.map((name) => segmentOf(name.replace(/\.jsonl(\.gz)?$/, ''))).filter((segment) => segment !== null);
}

/** Null when it is damaged. */
async function textOf({ bytes, isPacked }: Found): Promise<string | null> {
  try {
    const text = isPacked ? await unpack(bytes, { maxOutputLength: longestText }) : Buffer.from(bytes);
    return text.toString();
  } catch {
    return null;
  }
}
