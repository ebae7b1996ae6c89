import type { AuditHead, AuditVerdict } from '../core/audit.ts';
import { type AuditRow, emptyHead, placeOf } from './audit-chain.ts';

/** Rows in the order of their numbers, and where the record said at that moment that it ends; null when it does not say. */
export type AuditPage = { readonly rows: readonly AuditRow[]; readonly head: AuditHead | null };

/** Read at once while the record is followed. */
export const pageRows = 1_000;

type Break = { readonly sequence: number; readonly because: string };

/** Follows the record from its first line, page by page (`page` gives the rows behind a number), and through every known head. */
export async function followAudit(
  page: (after: number) => Promise<AuditPage>,
  known: readonly AuditHead[],
  signal: AbortSignal,
): Promise<AuditVerdict> {
  const hashes = Map.groupBy(known, ({ sequence }) => sequence);
  let last = emptyHead;
  // Numbers below 1 are not to be there: the first page looks for them.
  for (let after = Number.MIN_SAFE_INTEGER; ; after = last.sequence) {
    signal.throwIfAborted();
    const { rows, head } = await page(after);
    for (const row of rows) {
      const broken = breakAt(last, row) ?? otherThanKnown(row, hashes.get(row.sequence) ?? []);
      if (broken !== null) return { kind: 'broken', ...broken };
      last = { sequence: row.sequence, hash: row.hash };
    }
    if (rows.length < pageRows) return endOf(last, head, known);
  }
}

/** What is wrong where the line behind `before` is expected, and with which line; null when this row is that line. */
function breakAt(before: AuditHead, row: AuditRow): Break | null {
  const due = before.sequence + 1;
  if (row.sequence > due) return { sequence: due, because: goneTo(due, row.sequence - 1) };
  if (row.sequence < due) return { sequence: row.sequence, because: 'it was put in: the record begins with line 1' };
  const place = placeOf(row);
  if (place === null) return { sequence: due, because: 'it was altered: its text and its hash do not belong together' };
  if (place.sequence !== due) return { sequence: due, because: `line ${place.sequence} was put in its place` };
  if (place.before === before.hash) return null;
  if (due === 1) return { sequence: due, because: 'it was replaced: it is not the first line of a record' };
  const because = `it was replaced: line ${due} was written behind a line with another hash`;
  return { sequence: before.sequence, because };
}

function otherThanKnown({ sequence, hash }: AuditRow, known: readonly AuditHead[]): Break | null {
  if (known.every((head) => head.hash === hash)) return null;
  const because = 'it or a line before it was replaced, with all that follow: another hash was written down elsewhere';
  return { sequence, because };
}

/** Every line follows the one before; are they all there? */
function endOf(last: AuditHead, head: AuditHead | null, known: readonly AuditHead[]): AuditVerdict {
  const next = last.sequence + 1;
  const farthest = known.reduce((most, { sequence }) => Math.max(most, sequence), head?.sequence ?? 0);
  if (farthest > last.sequence) return { kind: 'broken', sequence: next, because: goneTo(next, farthest) };
  if (head === null) return { kind: 'broken', sequence: next, because: 'the note of where the record ends is gone' };
  if (head.sequence === last.sequence && head.hash === last.hash) return { kind: 'whole', head };
  const because = 'the note of where the record ends was altered';
  return { kind: 'broken', sequence: Math.min(head.sequence + 1, last.sequence), because };
}

function goneTo(from: number, to: number): string {
  return from === to ? 'it is missing' : `it is missing, and so is every line to ${to}`;
}
