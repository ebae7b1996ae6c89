import { backoffMs } from '../core/backoff.ts';
import type { Blobs } from '../core/blobs.ts';
import { messageOf } from '../core/errors.ts';
import { type Log, type LogSink, silentLog } from '../core/log.ts';
import { createLineWriter, type SegmentLimits } from './line-writer.ts';
import { keyOf, type Segment } from './segment.ts';
import { createSpool } from './spool.ts';

export type ArchiveOptions = {
  /** The folder of the spool; it is made when first needed. */
  readonly folder: string;
  readonly host: string;
  /** Eight hexadecimal digits that no other process has. */
  readonly run: string;
  readonly limits: SegmentLimits & {
    readonly spoolBytes: number;
    /** What is not shipped by then, when the process ends, waits in the spool for the next start. */
    readonly closeMs: number;
  };
  /** Where segments go; asked once, when the first one is finished. */
  readonly open: () => Promise<Blobs>;
  /** Takes away what was kept long enough; done now and then. */
  readonly sweep: (signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
};

export type ArchiveState = {
  /** Lines in memory, bytes. */
  readonly bufferedBytes: number;
  /** Lines on the disk that are not where they belong yet, bytes. */
  readonly spooledBytes: number;
  /** Lines that were lost: memory or spool were full, or the end of a process cut one off. */
  readonly lost: number;
  readonly failing: { readonly since: number; readonly because: string } | null;
};

export type LogArchive = LogSink & {
  /** Ships from now on, and says its own troubles in this log. Until then lines wait in the spool. */
  start(log: Log): void;
  /** One round: what waits is written, packed and shipped. Rounds do not overlap. Never throws. */
  tick(): Promise<void>;
  state(): ArchiveState;
};

export const archiveLimits: ArchiveOptions['limits'] = {
  segmentBytes: 4 * 1_024 * 1_024,
  segmentMs: 5 * 60_000,
  bufferBytes: 4 * 1_024 * 1_024,
  spoolBytes: 64 * 1_024 * 1_024,
  closeMs: 1_000,
};

/** What is wrong with the keeping of logs, a sentence each. */
export function archiveTroubles({ failing }: ArchiveState): readonly string[] {
  return failing === null ? [] : [`Logs wait in the spool: ${failing.because}`];
}

const everyMs = 5_000;
const firstRetryMs = 5_000;
const longestRetryMs = 60_000;
const sweepEveryMs = 3_600_000;
const sayLostEveryMs = 60_000;

/**
 * Keeps what is logged: lines go to memory, from there to files of the spool, and as packed segments to the storage. Each
 * step waits for the one after it and never for one before, so a storage that is gone costs disk, bounded, and nothing else.
 */
export function createLogArchive(options: ArchiveOptions): LogArchive {
  const { folder, run, limits, now } = options;
  const writer = createLineWriter(options);
  const abandonedMs = 2 * limits.segmentMs;
  const spool = createSpool({ ...limits, folder, run, abandonedMs, current: writer.current, now });
  const stopping = new AbortController();
  let log = silentLog;
  let blobs: Promise<Blobs> | null = null;
  let failing: { readonly since: number; readonly because: string; readonly failures: number } | null = null;
  let nextTryAt = Number.NEGATIVE_INFINITY;
  let sweptAt = Number.NEGATIVE_INFINITY;
  let said = { lost: 0, at: Number.NEGATIVE_INFINITY };
  let ticking: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  const lost = (): number => writer.state().dropped + spool.state().dropped + spool.state().torn;

  async function shipOne(segment: Segment, signal: AbortSignal): Promise<void> {
    blobs ??= options.open();
    const storage = await blobs;
    const bytes = await spool.read(segment);
    // What lies there already is the same lines: the answer of an earlier put was lost.
    if (bytes !== null) await storage.put(keyOf(segment), bytes, null, signal);
    await spool.remove(segment);
  }

  function failed(error: unknown): void {
    const failures = (failing?.failures ?? 0) + 1;
    nextTryAt = now() + backoffMs(failures, firstRetryMs, longestRetryMs);
    if (failing === null) log.warn('logs can not be kept where they belong; they wait in the spool', { error });
    failing = { since: failing?.since ?? now(), because: messageOf(error), failures };
  }

  function succeeded(): void {
    if (failing !== null) log.info('logs are kept where they belong again', { afterMs: now() - failing.since });
    failing = null;
  }

  /** Packs and ships until nothing is left or something fails. */
  async function move(signal: AbortSignal): Promise<void> {
    try {
      await spool.tidy();
      if (now() < nextTryAt) return;
      for (const segment of spool.finished()) await shipOne(segment, signal);
      const { trouble } = writer.state();
      if (trouble !== null) throw new Error(`lines can not be written to ${folder}: ${trouble}`);
      succeeded();
    } catch (error) {
      if (!signal.aborted) failed(error);
    }
  }

  async function sweep(): Promise<void> {
    if (now() - sweptAt < sweepEveryMs) return;
    sweptAt = now();
    try {
      await options.sweep(stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) log.warn('old logs could not be removed', { error });
    }
  }

  function sayLost(): void {
    const all = lost();
    if (all === said.lost || now() - said.at < sayLostEveryMs) return;
    log.warn('log lines were lost: memory or the spool was full, or a process was killed in the middle of a line', {
      lines: all - said.lost,
      buffer: writer.state(),
      spool: spool.state(),
    });
    said = { lost: all, at: now() };
  }

  async function round(): Promise<void> {
    await writer.flush();
    await move(stopping.signal);
    await sweep();
    sayLost();
  }

  const tick = (): Promise<void> => {
    ticking ??= round().finally(() => {
      ticking = null;
    });
    return ticking;
  };

  return {
    write: writer.write,
    start(ours) {
      log = ours;
      timer = setInterval(() => void tick(), everyMs).unref();
    },
    tick,
    state: () => ({
      bufferedBytes: writer.state().bufferedBytes,
      spooledBytes: spool.state().spooledBytes,
      lost: lost(),
      failing: failing === null ? null : { since: failing.since, because: failing.because },
    }),
    async close() {
      if (timer !== null) clearInterval(timer);
      // From here on nobody listens to the log.
      log = silentLog;
      stopping.abort(new Error('the log is closed'));
      await ticking;
      await writer.finish();
      nextTryAt = Number.NEGATIVE_INFINITY;
      await move(AbortSignal.timeout(limits.closeMs));
    },
  };
}
