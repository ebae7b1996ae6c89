import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditEntry, AuditHead } from '../core/audit.ts';
import { roles } from '../core/person.ts';

/** A line as it lies in the database. `body` is its text, `hash` the SHA-256 of that text. */
export type AuditRow = { readonly sequence: number; readonly body: string; readonly hash: string };

/** `before` is the hash of the line that it follows. */
export type AuditPlace = { readonly sequence: number; readonly before: string };

/** Before the first line. */
export const emptyHead: AuditHead = { sequence: 0, hash: '0'.repeat(64) };

const storedEntry: z.ZodType<AuditEntry> = z.object({
  at: z.number(),
  person: z.object({ platform: z.string(), id: z.string(), name: z.string() }),
  role: z.enum(roles),
  via: z.enum(['slash', 'mention', 'button', 'http', 'console']),
  channel: z.string(),
  command: z.string(),
  values: z.record(z.string(), z.string()),
  outcome: z.enum(['allowed', 'refused']),
});
const storedPlace = z.object({ sequence: z.number(), before: z.string() });

/** The line that follows a head: its place, the hash before it and the entry, as one text in canonical JSON. */
export function rowAfter(head: AuditHead, entry: AuditEntry): AuditRow {
  const sequence = head.sequence + 1;
  const body = canonical({ ...entry, sequence, before: head.hash });
  return { sequence, body, hash: hashOf(body) };
}

/** What a row says; null when it can't be read. */
export function entryOf({ body }: AuditRow): AuditEntry | null {
  const read = storedEntry.safeParse(parsed(body));
  return read.success ? read.data : null;
}

/** The place in the chain that a row says it has; null when it says none, or when its text does not have its hash. */
export function placeOf({ body, hash }: AuditRow): AuditPlace | null {
  if (hashOf(body) !== hash) return null;
  return storedPlace.safeParse(parsed(body)).data ?? null;
}

/** JSON with the names in alphabetical order and no blanks, so that one content has one text. */
function canonical(value: unknown): string {
  const ordered = (_: string, part: unknown): unknown =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, ordered);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
