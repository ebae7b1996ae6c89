import type { Door } from './chat.ts';
import type { Person, Role } from './person.ts';

/** Somebody wanted something done that changes things, or that not everybody may: what was decided, before it happened. */
export type AuditEntry = {
  /** Epoch ms. */
  readonly at: number;
  readonly person: Person;
  readonly role: Role;
  readonly via: Door;
  /** Where it was said, as the platform names it. */
  readonly channel: string;
  /** The command's words, with blanks between. */
  readonly command: string;
  readonly values: Readonly<Record<string, string>>;
  readonly outcome: 'allowed' | 'refused';
};

/** Where the record ends: the number of its last line, counted from 1, and that line's hash; 0 and zeros when it is empty. */
export type AuditHead = { readonly sequence: number; readonly hash: string };

/** A line as it is read back; `entry` is null when it can't be read any more. */
export type AuditLine = AuditHead & { readonly entry: AuditEntry | null };

/** What following the record from its first line has found. `sequence` is the first line that is not as it was written. */
export type AuditVerdict =
  | { readonly kind: 'whole'; readonly head: AuditHead }
  | { readonly kind: 'broken'; readonly sequence: number; readonly because: string };

/**
 * The record of actions. A line holds the hash of the line before it, and none is ever changed or removed: of two who write
 * at once each writes behind the other. All throw `UpstreamError('database')`.
 */
export type AuditStore = {
  /** Adds a line, and gives where the record ends now. */
  append(entry: AuditEntry): Promise<AuditHead>;
  head(): Promise<AuditHead>;
  /** The lines before that number (all, when it is null), newest first. */
  newest(limit: number, before: number | null): Promise<readonly AuditLine[]>;
  /** Follows the whole record, and looks whether it passes through heads that were written down elsewhere. */
  verify(known: readonly AuditHead[], signal: AbortSignal): Promise<AuditVerdict>;
};

const headPattern = /^(\d{1,15}):([0-9a-f]{64})$/;

/** A head in one word, as it is logged and shown: "412:9f86d0…". */
export function formatHead({ sequence, hash }: AuditHead): string {
  return `${sequence}:${hash}`;
}

/** Reads `formatHead`'s word back; null when it is none. */
export function parseHead(text: string): AuditHead | null {
  const [, sequence, hash] = headPattern.exec(text) ?? [];
  return sequence === undefined || hash === undefined ? null : { sequence: Number(sequence), hash };
}
