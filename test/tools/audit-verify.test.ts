import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditHead, formatHead } from '../../src/core/audit.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { createAuditAnchors } from '../../src/store/audit-anchors.ts';
import { createDiskBlobs } from '../../src/store/disk-blobs.ts';
import { openStore, sqliteFileOf } from '../../src/store/open-store.ts';
import { anEntry } from '../contracts/store-audit.ts';

type Run = { readonly code: number; readonly out: string; readonly err: string };

const signal = new AbortController().signal;
let root: string;
let dataDir: string;
let backups: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'audit-'));
  dataDir = join(root, 'data');
  backups = join(root, 'backups');
});
afterEach(() => rm(root, { recursive: true }));

function verify(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const file = join(import.meta.dirname, '../../src/tools/audit-verify.ts');
  const options = { cwd: root, env: { PATH: process.env.PATH ?? '', DATA_DIR: dataDir, BACKUP_DIR: backups, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

/** Lets a bot write so many lines, and note where the record ends; gives that end. */
async function write(lines: number, isNoted: boolean): Promise<AuditHead> {
  const store = await openStore({ databaseUrl: null, dataDir, log });
  for (let count = 0; count < lines; count += 1) await store.audit.append({ ...anEntry, at: count });
  const anchors = createAuditAnchors({ audit: store.audit, blobs: createDiskBlobs(backups), log });
  if (isNoted) await anchors.note(signal);
  const head = await store.audit.head();
  await store.close();
  return head;
}

/** Somebody who knows what they do takes the newest lines away, and the note of the end back. */
function cutTo(lines: number): void {
  const database = new DatabaseSync(sqliteFileOf(dataDir));
  database.exec(`drop trigger if exists audit_lines_remain; delete from audit_lines where sequence > ${lines}`);
  database.exec(
    `update audit_head set (sequence, hash) = (select sequence, hash from audit_lines where sequence = ${lines})`,
  );
  database.close();
}

describe('npm run audit:verify', () => {
  it('says of a whole record how long it is and how it ends, also while a bot writes', async () => {
    await write(3, true);
    const head = await write(2, false);
    const store = await openStore({ databaseUrl: null, dataDir, log });
    const { code, out, err } = await verify();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(': 5 lines, each behind the one before; 1 end that was written down elsewhere fits.');
    expect(out).toContain(`It ends with ${formatHead(head)}.`);
    await store.close();
  });

  it('names the first line that was altered, and ends with code 2', async () => {
    await write(5, false);
    const database = new DatabaseSync(sqliteFileOf(dataDir));
    database.exec(
      `drop trigger audit_lines_stay; update audit_lines set body = replace(body, 'Ann', 'Eve') where sequence > 2`,
    );
    database.close();
    const { code, out, err } = await verify();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/: line 3 of the record of actions is not as it was written: it was altered/);
  });

  it('finds a cut end by a head from the log, or by one that lies beside the backups', async () => {
    const head = await write(5, false);
    cutTo(3);
    expect(await verify()).toMatchObject({ code: 0 });
    const told = await verify(['--head', formatHead(head)]);
    expect(told).toMatchObject({ code: 2 });
    expect(told.err).toMatch(/line 4 .* it is missing, and so is every line to 5\./);
    await write(1, true);
    cutTo(2);
    expect((await verify()).err).toMatch(/line 3 .* it is missing, and so is every line to 4\./);
  });

  it.each([
    [['--head', '5'], {}, 64, /^--head 5 is no end of a record/],
    [['--tail', '5'], {}, 64, /^"--tail" is not known here/],
    [[], { DATA_DIR: '/nowhere' }, 64, /^There is no record of actions: \/nowhere\/smartcloudops.db is not there/],
    [[], { DATABASE_URL: 'postgres://u:hush@127.0.0.1:1/d' }, 1, /^PostgreSQL \(127.0.0.1:1\/d\) could not be read/],
  ])('%j with %j fails with a sentence and a code', async (args, env, code, words) => {
    await write(1, false);
    const result = await verify(args, env);
    expect(result).toMatchObject({ code, out: '' });
    expect(result.err).toMatch(words);
    expect(result.err).not.toMatch(/ {4}at |hush/);
  });

  it('makes nothing: no database, no table', async () => {
    await verify([], { DATA_DIR: join(root, 'new') });
    expect(await readdir(root)).not.toContain('new');
    await write(1, false);
    const database = new DatabaseSync(sqliteFileOf(dataDir));
    for (const table of ['audit_lines', 'audit_head']) database.exec(`drop table ${table}`);
    database.close();
    const before = (await stat(sqliteFileOf(dataDir))).mtimeMs;
    expect((await verify()).err).toContain('has no record of actions yet');
    expect((await stat(sqliteFileOf(dataDir))).mtimeMs).toBe(before);
  });
});

describe('an end that is written down beside the backups', () => {
  it('is written once for each end, and none for an empty record', async () => {
    const store = await openStore({ databaseUrl: null, dataDir, log });
    const anchors = createAuditAnchors({ audit: store.audit, blobs: createDiskBlobs(backups), log });
    await anchors.note(signal);
    const heads: AuditHead[] = [];
    for (let count = 0; count < 3; count += 1) {
      heads.push(await store.audit.append(anEntry));
      await anchors.note(signal);
      await anchors.note(signal);
    }
    expect(await anchors.known(signal)).toEqual(heads);
    await store.close();
  });

  it('that can not be written is said in the log, and written the next time', async () => {
    const store = await openStore({ databaseUrl: null, dataDir, log });
    const head = await store.audit.append(anEntry);
    const disk = createDiskBlobs(backups);
    let isFull = true;
    const warnings: string[] = [];
    const blobs: typeof disk = {
      ...disk,
      put: async (...given) => {
        if (isFull) throw new Error('the disk is full');
        return disk.put(...given);
      },
    };
    const anchors = createAuditAnchors({
      audit: store.audit,
      blobs,
      log: { ...log, warn: (words) => void warnings.push(words) },
    });
    await anchors.note(signal);
    expect(warnings).toEqual(['the end of the record of actions could not be written down']);
    isFull = false;
    await anchors.note(signal);
    expect(await anchors.known(signal)).toEqual([head]);
    await store.close();
  });
});
