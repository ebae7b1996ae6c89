import { beforeEach, expect, it } from 'vitest';
import type { AuditEntry, AuditHead } from '../../src/core/audit.ts';
import type { Store } from '../../src/core/store.ts';

export const anEntry: AuditEntry = {
  at: 1_767_225_600_000,
  person: { platform: 'slack', id: 'U1', name: 'Ann' },
  role: 'responder',
  via: 'button',
  channel: 'C0PS',
  command: 'ack',
  values: { incident: 'i1' },
  outcome: 'allowed',
};

const signal = new AbortController().signal;

/** The record only grows, so that of other tests is there already. */
export function auditContract(
  store: () => Store,
  run: (sql: string) => Promise<void>,
  hostileTexts: readonly (readonly [string, string])[],
): void {
  let start: AuditHead;
  beforeEach(async () => {
    start = await store().audit.head();
  });

  it('a line is behind the last one, and can be read back', async () => {
    const one = await store().audit.append(anEntry);
    const two = await store().audit.append({ ...anEntry, outcome: 'refused' });
    expect([one.sequence, two.sequence]).toEqual([start.sequence + 1, start.sequence + 2]);
    expect(await store().audit.newest(2, null)).toEqual([
      { ...two, entry: { ...anEntry, outcome: 'refused' } },
      { ...one, entry: anEntry },
    ]);
    expect(await store().audit.newest(1, two.sequence)).toEqual([{ ...one, entry: anEntry }]);
    expect(await store().audit.head()).toEqual(two);
  });

  it('lines that come at the same time each follow another', async () => {
    const heads = await Promise.all(Array.from({ length: 20 }, () => store().audit.append(anEntry)));
    const numbers = heads.map(({ sequence }) => sequence).toSorted((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => start.sequence + 1 + index));
    expect(await store().audit.verify(heads, signal)).toEqual({ kind: 'whole', head: await store().audit.head() });
  });

  it.each(hostileTexts)('%s come back as they went in', async (_, text) => {
    const entry = { ...anEntry, person: { ...anEntry.person, name: text }, values: { [text]: text, b: '1', a: '2' } };
    const head = await store().audit.append(entry);
    expect(await store().audit.newest(1, null)).toEqual([{ ...head, entry }]);
    expect(await store().audit.verify([head], signal)).toEqual({ kind: 'whole', head });
  });

  it.each([
    `update audit_lines set body = 'x'`,
    `update audit_lines set hash = 'x' where sequence = 1`,
    'update audit_lines set sequence = sequence + 1000',
    'delete from audit_lines',
    'delete from audit_lines where sequence = 1',
    `insert into audit_lines select * from audit_lines where sequence = 1`,
  ])('"%s" is refused by the database itself', async (statement) => {
    const head = await store().audit.append(anEntry);
    await expect(run(statement)).rejects.toThrow();
    expect(await store().audit.verify([], signal)).toEqual({ kind: 'whole', head });
  });

  it('a line that was written down elsewhere and is not there any more is missed', async () => {
    const head = await store().audit.append(anEntry);
    const beyond = { sequence: head.sequence + 2, hash: 'f'.repeat(64) };
    expect(await store().audit.verify([head, beyond], signal)).toEqual({
      kind: 'broken',
      sequence: head.sequence + 1,
      because: `it is missing, and so is every line to ${beyond.sequence}`,
    });
  });
}
