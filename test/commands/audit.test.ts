import { describe, expect, it } from 'vitest';
import { createAudit } from '../../src/commands/audit.ts';
import type { AuditEntry } from '../../src/core/audit.ts';
import type { Reply } from '../../src/core/reply.ts';
import { anEntry } from '../contracts/store-audit.ts';
import { memoryAudit } from '../small-things.ts';

const by = { by: anEntry.person, role: 'admin', show: async () => {} } as const;

async function recordOf(entries: readonly Partial<AuditEntry>[]) {
  const audit = memoryAudit();
  for (const entry of entries) await audit.append({ ...anEntry, ...entry });
  const ask = (values: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    createAudit(audit).run(values, by, new AbortController().signal);
  return { audit, ask };
}

const rowsOf = (reply: Reply): readonly (readonly string[])[] =>
  reply.blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []));
const numbersOf = (reply: Reply): readonly number[] => rowsOf(reply).map(([line]) => Number(line));

describe('"audit"', () => {
  it('shows the last lines, newest first, to whoever asks alone, and where the record ends', async () => {
    const { audit, ask } = await recordOf(Array.from({ length: 30 }, (_, index) => ({ at: index * 1_000 })));
    const reply = await ask();
    expect(reply.onlyYou).toBe(true);
    expect(numbersOf(reply)).toEqual(Array.from({ length: 20 }, (_, index) => 30 - index));
    expect(rowsOf(reply)[0]).toEqual([
      '30',
      '1970-01-01 00:00:29 UTC',
      'Ann (slack:U1)',
      'responder',
      'button',
      'ack incident=i1',
      'allowed',
    ]);
    expect(JSON.stringify(reply.blocks)).toContain(`ends with 30:${(await audit.head()).hash}`);
    expect(numbersOf(await ask({ lines: '3' }))).toEqual([30, 29, 28]);
  });

  it.each([
    ['slack:U2', [2]],
    ['bob', [2]],
    ['model', [3, 1]],
    ['refused', [4]],
    ['admin', [3]],
    ['nobody', []],
  ])('of "%s" shows the lines %j', async (of, lines) => {
    const { ask } = await recordOf([
      { command: 'model train' },
      { person: { platform: 'slack', id: 'U2', name: 'Bob' } },
      { command: 'model rollback', role: 'admin' },
      { outcome: 'refused' },
    ]);
    const reply = await ask({ of });
    expect(numbersOf(reply)).toEqual(lines);
    if (lines.length === 0) expect(reply.summary).toBe('The record has no line of "nobody".');
  });

  it('looks back page by page, and says how far', async () => {
    const eve = { person: { platform: 'slack', id: 'U9', name: 'Eve' } };
    const { ask } = await recordOf(Array.from({ length: 6_000 }, (_, at) => (at === 900 || at === 1_200 ? eve : {})));
    const reply = await ask({ of: 'eve' });
    expect(numbersOf(reply)).toEqual([1_201]);
    expect(JSON.stringify(reply.blocks)).toContain('Looked at the last 5000 lines.');
  });

  it('shows a line that can not be read, whatever is looked for', async () => {
    const line = { sequence: 7, hash: 'f'.repeat(64), entry: null };
    const record = { newest: async () => [line], head: async () => ({ sequence: 7, hash: line.hash }) };
    const reply = await createAudit(record).run({ of: 'eve' }, by, new AbortController().signal);
    expect(rowsOf(reply)[0]?.join(' ')).toContain('this line can not be read');
  });

  it.each([
    [{ lines: '0' }, 'Ask for one line at least'],
    [{ lines: '101' }, 'Ask for 100 lines at most'],
    [{ lines: 'many' }, 'as a number'],
    [{ of: 'x'.repeat(101) }, 'at most 100 characters'],
  ])('%j is refused with a way on', (values, words) => {
    const checked = createAudit(memoryAudit()).input.safeParse(values);
    expect(checked.error?.issues[0]?.message).toContain(words);
  });
});
