import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import { openStore } from '../../src/store/open-store.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const script = (name: string): string => join(import.meta.dirname, name);

/** Lets a process commit and kills it after some commits; gives the last number it had said. */
async function commitUntilKilled(first: number, commits: number): Promise<number> {
  const child = spawn(process.execPath, [script('commit-until-killed.ts'), dataDir, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = first - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last >= first + commits) child.kill('SIGKILL');
  }
  return last;
}

describe('a store whose process is killed', () => {
  it('has everything that was acknowledged, and no half of anything, each time', async () => {
    let said = -1;
    for (const commits of [1, 30, 77]) {
      const first = said + 1;
      said = await commitUntilKilled(first, commits);
      expect(said).toBeGreaterThanOrEqual(first + commits);
      const store = await openStore({ databaseUrl: null, dataDir, log: silentLog });
      const { open, owed } = await store.incidents.remember();
      await store.close();
      const ids = new Set(open.map(({ id }) => id));
      for (let number = 0; number <= said; number += 1) expect(ids).toContain(`i${number}`);
      expect(new Set(owed.map(({ incident }) => incident))).toEqual(ids);
      // One more may have been committed in the moment before its number was said; it is written again next time.
      expect(ids.size).toBeLessThanOrEqual(said + 2);
    }
  });
});

describe('processes that start at the same time', () => {
  it('make the tables once and all begin to work', async () => {
    const names = ['one', 'two', 'three'];
    const children = names.map((name) =>
      spawn(process.execPath, [script('open-once.ts'), dataDir, name], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(codes).toEqual(names.map(() => [0, null]));
    const store = await openStore({ databaseUrl: null, dataDir, log: silentLog });
    expect(await Promise.all(names.map((name) => store.settings.get(name)))).toEqual(names);
    await store.close();
  });
});
