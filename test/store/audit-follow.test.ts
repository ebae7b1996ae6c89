import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuditEntry, AuditHead, AuditVerdict } from '../../src/core/audit.ts';
import { type AuditRow, emptyHead, rowAfter } from '../../src/store/audit-chain.ts';
import { followAudit, pageRows } from '../../src/store/audit-follow.ts';
import { anEntry } from '../contracts/store-audit.ts';

const signal = new AbortController().signal;

function chainOf(count: number, entry: (index: number) => Partial<AuditEntry> = () => ({})): readonly AuditRow[] {
  const rows: AuditRow[] = [];
  for (let index = 0; index < count; index += 1)
    rows.push(rowAfter(rows.at(-1) ?? emptyHead, { ...anEntry, at: index, ...entry(index) }));
  return rows;
}

const headOf = (rows: readonly AuditRow[]): AuditHead => {
  const { sequence, hash } = rows.at(-1) ?? emptyHead;
  return { sequence, hash };
};

/** Follows rows as a database gives them, in the order of their numbers. */
function follow(
  rows: readonly AuditRow[],
  head: AuditHead | null,
  known: readonly AuditHead[] = [],
): Promise<AuditVerdict> {
  const ordered = rows.toSorted((a, b) => a.sequence - b.sequence);
  const page = async (after: number) => ({
    rows: ordered.filter(({ sequence }) => sequence > after).slice(0, pageRows),
    head,
  });
  return followAudit(page, known, signal);
}

type Line = Readonly<Record<string, unknown>>;
type Change = (line: Line) => Line;

/** The row with one field of its line changed and its own hash made anew, as somebody does who knows how. */
function forged(row: AuditRow, change: Change): AuditRow {
  const body = JSON.stringify(change(JSON.parse(row.body)));
  return { ...row, body, hash: createHash('sha256').update(body).digest('hex') };
}

const rows = chainOf(7, (index) => ({
  person: { platform: 'slack', id: `U${index}`, name: ['Ann', 'Zoë', '日本 🧨', '"\\\u0000\ufffd'][index % 4] ?? '' },
  values: { incident: `i${index}`, reason: 'x'.repeat(index) },
  outcome: index % 2 === 0 ? 'allowed' : 'refused',
}));
const head = headOf(rows);
const withRow = (index: number, row: AuditRow) => rows.with(index, row);

describe('a record that nobody touched', () => {
  it.each([0, 1, 7, pageRows, pageRows + 1])('of %i lines is whole', async (count) => {
    const chain = chainOf(count);
    const known = chain.map(({ sequence, hash }) => ({ sequence, hash }));
    expect(await follow(chain, headOf(chain), known)).toEqual({ kind: 'whole', head: headOf(chain) });
  });
});

describe('any single byte that was changed', () => {
  it.each(rows.map((row, index) => [index + 1, row] as const))(
    'of the text of line %i is found there',
    async (_, row) => {
      const bytes = Buffer.from(row.body);
      for (const [at, byte] of bytes.entries())
        for (const other of [byte ^ 1, byte ^ 0x80, 0x20]) {
          if (other === byte) continue;
          const body = Buffer.from(bytes)
            .fill(other, at, at + 1)
            .toString();
          const verdict = await follow(withRow(row.sequence - 1, { ...row, body }), head);
          expect(verdict, `byte ${at} as ${other}`).toMatchObject({ kind: 'broken', sequence: row.sequence });
        }
    },
  );

  it.each(rows.map((row, index) => [index + 1, row] as const))(
    'of the hash of line %i is found there',
    async (_, row) => {
      for (let at = 0; at < row.hash.length; at += 1) {
        const hash = `${row.hash.slice(0, at)}${row.hash[at] === '0' ? '1' : '0'}${row.hash.slice(at + 1)}`;
        const verdict = await follow(withRow(row.sequence - 1, { ...row, hash }), head);
        expect(verdict).toMatchObject({ kind: 'broken', sequence: row.sequence });
      }
    },
  );

  it('of the note where it ends is found', async () => {
    for (const other of [
      { ...head, hash: `f${head.hash.slice(1)}` },
      { ...head, sequence: 3 },
      { ...head, sequence: 12 },
    ])
      expect(await follow(rows, other)).toMatchObject({ kind: 'broken' });
    expect(await follow(rows, null)).toMatchObject({
      kind: 'broken',
      because: expect.stringMatching(/note .* is gone/),
    });
  });
});

describe('a line that was changed together with its own hash', () => {
  const fields = Object.keys(JSON.parse(rows[2]?.body ?? '{}'));
  const changes: readonly (readonly [string, Change])[] = [
    ...fields.map((field) => [field, (line: Line) => ({ ...line, [field]: undefined })] as const),
    ['the person', (line) => ({ ...line, person: { platform: 'slack', id: 'U9', name: 'Eve' } })],
    ['the outcome', (line) => ({ ...line, outcome: line.outcome === 'allowed' ? 'refused' : 'allowed' })],
    ['a value', (line) => ({ ...line, values: {} })],
  ];

  it.each(changes)('(%s) is found, and named', async (name, change) => {
    for (const [index, row] of rows.entries()) {
      const verdict = await follow(withRow(index, forged(row, change)), head);
      // Of the line that was written behind another one nobody can say which of the two it was.
      const at = name === 'before' ? [index, index + 1] : [index + 1];
      expect(verdict.kind).toBe('broken');
      expect(at).toContain(verdict.kind === 'broken' ? verdict.sequence : 0);
    }
  });
});

describe('lines that were', () => {
  it('removed are missed by their numbers', async () => {
    const without = (...gone: readonly number[]) => rows.filter(({ sequence }) => !gone.includes(sequence));
    expect(await follow(without(1), head)).toMatchObject({ sequence: 1, because: 'it is missing' });
    expect(await follow(without(4), head)).toMatchObject({ sequence: 4, because: 'it is missing' });
    expect(await follow(without(3, 4, 5), head)).toMatchObject({
      sequence: 3,
      because: expect.stringMatching(/every line to 5$/),
    });
    expect(await follow(without(6, 7), head)).toMatchObject({
      sequence: 6,
      because: expect.stringMatching(/every line to 7$/),
    });
    expect(await follow([], head)).toMatchObject({ sequence: 1, because: expect.stringMatching(/every line to 7$/) });
  });

  it('exchanged, moved or doubled are named', async () => {
    const numbered = (row: AuditRow | undefined, sequence: number): AuditRow => ({
      ...(row ?? rows[0] ?? { body: '', hash: '' }),
      sequence,
    });
    const exchanged = withRow(2, numbered(rows[4], 3)).with(4, numbered(rows[2], 5));
    expect(await follow(exchanged, head)).toMatchObject({ sequence: 3, because: 'line 5 was put in its place' });
    expect(await follow(withRow(1, numbered(rows[1], 99)), head)).toMatchObject({ sequence: 2 });
    expect(await follow([...rows, numbered(rows[6], 8)], head)).toMatchObject({ sequence: 8 });
    expect(await follow([numbered(rows[0], 0), ...rows], head)).toMatchObject({
      sequence: 0,
      because: expect.stringMatching(/put in/),
    });
  });

  it('added behind the end by somebody else are found', async () => {
    const more = [...rows, rowAfter(head, anEntry)];
    expect(await follow(more, head)).toMatchObject({ kind: 'broken', sequence: 8 });
  });
});

describe('what the chain alone can not show', () => {
  const rewritten = chainOf(7, (index) => (index < 3 ? {} : { outcome: 'refused' }));
  const whole = chainOf(7);

  it('is a record written anew from a line on, or cut with its note: a head that is known from elsewhere does', async () => {
    const known = [headOf(whole.slice(0, 2)), headOf(whole.slice(0, 5))];
    expect(await follow(rewritten, headOf(rewritten))).toMatchObject({ kind: 'whole' });
    expect(await follow(rewritten, headOf(rewritten), known)).toMatchObject({
      sequence: 5,
      because: expect.stringMatching(/^it or a line before it was replaced/),
    });
    const cut = whole.slice(0, 4);
    expect(await follow(cut, headOf(cut))).toMatchObject({ kind: 'whole' });
    expect(await follow(cut, headOf(cut), known)).toMatchObject({ sequence: 5, because: 'it is missing' });
    expect(await follow(whole, headOf(whole), known)).toMatchObject({ kind: 'whole' });
  });
});
