import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog as log } from '../../src/core/log.ts';
import type { Store } from '../../src/core/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { anEntry } from '../contracts/store-audit.ts';

const signal = new AbortController().signal;
let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'audit-'));
  store = await openStore({ databaseUrl: null, dataDir, log });
  for (const id of ['i1', 'i2', 'i3', 'i4']) await store.audit.append({ ...anEntry, values: { incident: id } });
});
afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

/** Somebody who may do everything in the database, and takes its guards away first. */
function tamper(statement: string): void {
  const database = new DatabaseSync(join(dataDir, 'smartcloudops.db'));
  for (const guard of ['stay', 'remain', 'once']) database.exec(`drop trigger audit_lines_${guard}`);
  database.exec(statement);
  database.close();
}

describe('a SQLite record whose guards were taken away', () => {
  it.each([
    [`update audit_lines set body = replace(body, 'Ann', 'Ana') where sequence = 2`, 2],
    [`update audit_lines set body = replace(body, 'allowed', 'refused') where sequence = 3`, 3],
    [`update audit_lines set hash = upper(hash) where sequence = 1`, 1],
    [`update audit_lines set body = cast(x'00ff' as text) where sequence = 4`, 4],
    ['update audit_lines set sequence = 9 where sequence = 4', 4],
    ['update audit_lines set sequence = -sequence', -4],
    ['delete from audit_lines where sequence = 1', 1],
    ['delete from audit_lines where sequence = 4', 4],
    ['delete from audit_lines', 1],
    [`update audit_head set sequence = 3, hash = (select hash from audit_lines where sequence = 3)`, 4],
    [`update audit_head set hash = 'x'`, 4],
    ['delete from audit_head', 5],
  ])('after "%s" names line %i', async (statement, sequence) => {
    tamper(statement);
    expect(await store.audit.verify([], signal)).toMatchObject({ kind: 'broken', sequence });
  });

  it('goes on behind the lines that were cut off, so that the gap stays', async () => {
    tamper('delete from audit_lines where sequence > 2');
    await store.audit.append(anEntry);
    expect(await store.audit.verify([], signal)).toMatchObject({ kind: 'broken', sequence: 3 });
  });

  it.each([
    ['delete from audit_head', /has lost the note of where it ends/],
    ['update audit_head set sequence = 2', /could not add to the record of actions/],
  ])('takes no line when nobody knows where it ends: "%s"', async (statement, words) => {
    tamper(statement);
    await expect(store.audit.append(anEntry)).rejects.toThrow(words);
  });

  it('shows a line that can not be read as one', async () => {
    tamper(`update audit_lines set body = '{' where sequence = 3`);
    expect((await store.audit.newest(4, null)).map(({ entry }) => entry?.values.incident ?? null)).toEqual([
      'i4',
      null,
      'i2',
      'i1',
    ]);
  });
});

it('a line is not replaced either, which SQLite would do past a trigger on delete', () => {
  const database = new DatabaseSync(join(dataDir, 'smartcloudops.db'));
  expect(() => database.exec(`insert or replace into audit_lines values (2, 'x', 'y')`)).toThrow(/only added to/);
  database.close();
});
