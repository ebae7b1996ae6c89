/**
 * Lines of one UTC hour that are kept together: a file of the spool, later an object of the storage. The name is all that
 * there is to know of it, so a put that is repeated, also by a later process, writes the same object.
 */
export type Segment = {
  readonly host: string;
  /** Epoch ms of its first line. */
  readonly openedAt: number;
  /** Tells processes apart. */
  readonly run: string;
  /** Counts the segments of a process. */
  readonly number: number;
};

export const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const named = /^([A-Za-z0-9._-]+)-(\d{8}T\d{9})-([0-9a-f]{8})-(\d+)$/;
const root = 'logs/';

/** For instance `web-1-20261124T130501123-7f3a9c21-1`. */
export function nameOf({ host, openedAt, run, number }: Segment): string {
  return `${host}-${stampOf(openedAt)}-${run}-${number}`;
}

/** Null when it is no name of a segment. */
export function segmentOf(name: string): Segment | null {
  const [, host, stamp, run, number] = named.exec(name) ?? [];
  if (host === undefined || stamp === undefined || run === undefined) return null;
  const openedAt = Date.parse(
    stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})$/, '$1-$2-$3T$4:$5:$6.$7Z'),
  );
  return Number.isNaN(openedAt) ? null : { host, openedAt, run, number: Number(number) };
}

/** Where a segment is kept: `logs/date=2026-11-24/hour=13/<name>.jsonl.gz`, a layout that query engines know as partitions. */
export function keyOf(segment: Segment): string {
  return `${hourPartition(segment.openedAt)}${nameOf(segment)}.jsonl.gz`;
}

/** The segment that a key is of, or null for anything else that lies there. */
export function segmentOfKey(key: string): Segment | null {
  const name = /^logs\/date=[\d-]+\/hour=\d\d\/([^/]+)\.jsonl\.gz$/.exec(key)?.[1];
  return name === undefined ? null : segmentOf(name);
}

/** The prefixes to list for every hour that touches the window, both ends included: a whole day is one. */
export function partitionsOf(from: number, to: number): readonly string[] {
  const prefixes: string[] = [];
  for (let at = hourOf(from); at <= to; ) {
    const isWholeDay = at % dayMs === 0 && at + dayMs - hourMs <= to;
    prefixes.push(isWholeDay ? dayPartition(at) : hourPartition(at));
    at += isWholeDay ? dayMs : hourMs;
  }
  return prefixes;
}

/** The begin of the hour that a moment is in. */
export function hourOf(at: number): number {
  return Math.floor(at / hourMs) * hourMs;
}

/** What may stand in a key of a host's name. */
export function hostOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, 80) || 'host';
}

function dayPartition(at: number): string {
  return `${root}date=${new Date(at).toISOString().slice(0, 10)}/`;
}

function hourPartition(at: number): string {
  return `${dayPartition(at)}hour=${new Date(at).toISOString().slice(11, 13)}/`;
}

function stampOf(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:.Z]/g, '');
}
