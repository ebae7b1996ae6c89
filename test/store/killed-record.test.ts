import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditHead, parseHead } from '../../src/core/audit.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { openStore } from '../../src/store/open-store.ts';

const signal = new AbortController().signal;
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** Lets a process write and kills it once it has said so many heads; gives what it said. */
async function writeUntilKilled(name: string, lines: number): Promise<readonly string[]> {
  const script = join(import.meta.dirname, 'record-until-killed.ts');
  const child: ChildProcess = spawn(process.execPath, [script, dataDir, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  if (child.stdout === null) throw new Error('nobody can listen to it');
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length >= lines) child.kill('SIGKILL');
  }
  return said;
}

const headsOf = (said: readonly string[]): readonly AuditHead[] => said.flatMap((line) => parseHead(line) ?? []);

async function read() {
  const store = await openStore({ databaseUrl: null, dataDir, log });
  return { audit: store.audit, close: () => store.close() };
}

describe('a record whose process is killed', () => {
  it('has every line that was acknowledged, and goes on behind the last one', async () => {
    const heads: AuditHead[] = [];
    for (const lines of [1, 20, 43]) {
      heads.push(...headsOf(await writeUntilKilled('one', lines)));
      const { audit, close } = await read();
      const verdict = await audit.verify(heads, signal);
      expect(verdict).toEqual({ kind: 'whole', head: await audit.head() });
      await close();
    }
    expect(heads.length).toBeGreaterThanOrEqual(64);
  });

  it('never forks, when two write at once and both are killed', async () => {
    const said = await Promise.all([writeUntilKilled('one', 150), writeUntilKilled('two', 150)]);
    const heads = said.flatMap(headsOf);
    expect(new Set(heads.map(({ sequence }) => sequence)).size).toBe(heads.length);
    const { audit, close } = await read();
    expect(await audit.verify(heads, signal)).toMatchObject({ kind: 'whole' });
    const commands = (await audit.newest(1_000, null)).map(({ entry }) => entry?.command);
    expect(new Set(commands)).toEqual(new Set(['one', 'two']));
    await close();
  });

  it('has the action in whose first moment it was killed', async () => {
    expect(await writeUntilKilled('act', 100)).toEqual(['it has begun']);
    const { audit, close } = await read();
    expect((await audit.newest(10, null)).map(({ entry }) => entry)).toMatchObject([
      { command: 'act', outcome: 'allowed', person: { id: 'U1' } },
    ]);
    expect(await audit.verify([], signal)).toMatchObject({ kind: 'whole' });
    await close();
  });
});
