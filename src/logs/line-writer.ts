import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { hourOf, nameOf, type Segment } from './segment.ts';

export type LineWriterOptions = {
  readonly folder: string;
  readonly host: string;
  readonly run: string;
  readonly limits: SegmentLimits;
  readonly now: () => number;
};

export type SegmentLimits = {
  /** A file is finished when it has so many bytes, or is so old, or its hour is over. */
  readonly segmentBytes: number;
  readonly segmentMs: number;
  /** Lines that are not in a file yet may take so much memory; further ones are dropped and counted. */
  readonly bufferBytes: number;
};

export type LineWriter = {
  /** Takes a line that was said at `at`. Waits for nothing and never throws. */
  write(line: string, at: number): void;
  /** Brings what was taken into files, and finishes a file whose time is up. Never throws: what failed is tried again by the next. */
  flush(): Promise<void>;
  /** Flushes and finishes the file that is being written. */
  finish(): Promise<void>;
  /** The segment that is being written. */
  current(): Segment | null;
  state(): { readonly bufferedBytes: number; readonly dropped: number; readonly trouble: string | null };
};

/** So much is written at once, so that a disk that is nearly full takes what it can. */
const writeBytes = 64 * 1_024;

type Waiting = { readonly text: string; readonly bytes: number; readonly at: number };
type OpenFile = { readonly segment: Segment; readonly handle: FileHandle; bytes: number };

/** Writes lines into files of one hour each. A line is in its file, safe from the end of the process, as soon as the disk takes it. */
export function createLineWriter({ folder, host, run, limits, now }: LineWriterOptions): LineWriter {
  let waiting: Waiting[] = [];
  let bufferedBytes = 0;
  let dropped = 0;
  let trouble: string | null = null;
  let file: OpenFile | null = null;
  let number = 0;
  let turn: Promise<void> = Promise.resolve();
  let isAwake = false;

  async function closeFile(): Promise<void> {
    if (file === null) return;
    const { handle, bytes } = file;
    file = null;
    try {
      // What a failed write left behind comes again, in the next file.
      await handle.truncate(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async function openFile(at: number): Promise<OpenFile> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    number += 1;
    const segment = { host, openedAt: at, run, number };
    return { segment, handle: await open(join(folder, `${nameOf(segment)}.jsonl`), 'wx', 0o600), bytes: 0 };
  }

  function isFull({ segment, bytes }: OpenFile): boolean {
    return bytes >= limits.segmentBytes || now() - segment.openedAt >= limits.segmentMs;
  }

  function takes(into: OpenFile, { at, bytes }: Waiting): boolean {
    const isRoom = into.bytes === 0 || into.bytes + bytes <= limits.segmentBytes;
    return isRoom && !isFull(into) && hourOf(at) === hourOf(into.segment.openedAt);
  }

  /** The lines that go into the same file as the first; more may come while they are written. */
  function nextLines({ segment, bytes }: OpenFile): readonly Waiting[] {
    const room = Math.min(limits.segmentBytes - bytes, writeBytes);
    let taken = 0;
    const end = waiting.findIndex((line, index) => {
      taken += line.bytes;
      return index > 0 && (taken > room || hourOf(line.at) !== hourOf(segment.openedAt));
    });
    return waiting.slice(0, end === -1 ? waiting.length : end);
  }

  async function writeWaiting(): Promise<void> {
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      if (file !== null && !takes(file, first)) await closeFile();
      file ??= await openFile(first.at);
      const lines = nextLines(file);
      const content = Buffer.from(lines.map(({ text }) => text).join(''));
      await writeWhole(file, content);
      file.bytes += content.length;
      bufferedBytes -= content.length;
      waiting = waiting.slice(lines.length);
    }
  }

  /** One after the other, so that a file has one writer. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    turn = turn.then(async () => {
      try {
        await work();
        trouble = null;
      } catch (error) {
        trouble = messageOf(error);
      }
    });
    return turn;
  }

  function wake(): void {
    if (isAwake || trouble !== null) return;
    isAwake = true;
    void inTurn(() => {
      isAwake = false;
      return writeWaiting();
    });
  }

  return {
    write(line, at) {
      const text = `${line}\n`;
      const bytes = Buffer.byteLength(text);
      if (bufferedBytes + bytes > limits.bufferBytes) {
        dropped += 1;
        return;
      }
      waiting.push({ text, bytes, at });
      bufferedBytes += bytes;
      wake();
    },
    flush: () =>
      inTurn(async () => {
        await writeWaiting();
        if (file !== null && isFull(file)) await closeFile();
      }),
    finish: () =>
      inTurn(async () => {
        await writeWaiting();
        await closeFile();
      }),
    current: () => file?.segment ?? null,
    state: () => ({ bufferedBytes, dropped, trouble }),
  };
}

/** At its place in the file, so that a second try writes over what a first, on a full disk, wrote in part. */
async function writeWhole({ handle, bytes: from }: OpenFile, content: Buffer): Promise<void> {
  for (let done = 0; done < content.length; ) {
    const { bytesWritten } = await handle.write(content, done, content.length - done, from + done);
    done += bytesWritten;
  }
}
