import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { silentLog } from '../src/core/log.ts';
import { createDiskBlobs } from '../src/store/disk-blobs.ts';
import { decodeModel, encodeModel } from '../src/store/model-file.ts';
import { createModelRegistry } from '../src/store/model-registry.ts';
import { createTrainer } from '../src/train.ts';
import { loadWatches } from '../src/watches.ts';
import { modelDamages, pointerDamages } from './contracts/models.ts';

/** What is watched in these tests, as YAML: JSON is YAML. */
export const watchesFile = JSON.stringify({
  watches: [
    {
      name: 'hosts',
      entity: 'host',
      step: '1s',
      history: '5m',
      metrics: [{ name: 'cpu', query: 'cpu', unit: '%', harm: 'up' }],
    },
  ],
});

/** Stored models by their keys: two good versions and the pointer to the newer one. */
export type Trained = { readonly older: string; readonly current: string; readonly files: ReadonlyMap<string, Buffer> };

const folder = 'models/hosts';
const pointer = `${folder}/current.json`;
const keyOf = (version: string): string => `${folder}/${version}.model`;

/** Trains two versions, really, and gives the bytes that lie on the disk then. */
export async function trainTwice(prometheusUrl: string): Promise<Trained> {
  const [watch] = loadWatches(watchesFile, 'watches.yaml').watches;
  if (watch === undefined) throw new Error('there is nothing to train');
  const dataDir = mkdtempSync(join(tmpdir(), 'trained-'));
  const versions: string[] = [];
  for (const ageMs of [120_000, 60_000]) {
    const trainer = createTrainer({
      inUse: () => ({ kind: 'none', because: 'it is the first' }),
      prometheus: { url: prometheusUrl, timeoutMs: 5_000, maxBytes: 10_000_000 },
      registry: createModelRegistry({ blobs: createDiskBlobs(dataDir), keep: 10, log: silentLog }),
      now: () => Date.now() - ageMs,
      seed: 1,
      code: '1.2.3',
      log: silentLog,
    });
    const outcome = await trainer.train(watch, AbortSignal.timeout(60_000));
    if (outcome.kind !== 'trained') throw new Error('five minutes of history are enough');
    versions.push(outcome.model.info.version);
  }
  const names = readdirSync(join(dataDir, folder));
  const files = new Map(names.map((name) => [`${folder}/${name}`, readFileSync(join(dataDir, folder, name))]));
  rmSync(dataDir, { recursive: true });
  const [older = '', current = ''] = versions;
  return { older, current, files };
}

/** What happens to the stored files, and what has to come of it: what is said, and which model is in use then. */
export type StoreDamage = {
  readonly name: string;
  readonly change: (trained: Trained) => ReadonlyMap<string, Buffer>;
  readonly says: RegExp;
  readonly uses: 'the older one' | 'the current one' | 'a new one';
};

type Change = (bytes: Buffer, trained: Trained) => Buffer | null;

/** The files with one changed, or gone where that is null. */
const withOne =
  (keyIn: (trained: Trained) => string, change: Change) =>
  (trained: Trained): ReadonlyMap<string, Buffer> => {
    const key = keyIn(trained);
    const changed = change(trained.files.get(key) ?? Buffer.alloc(0), trained);
    const others = [...trained.files].filter(([name]) => name !== key);
    return new Map(changed === null ? others : [...others, [key, changed]]);
  };
const currentModel = (change: Change) => withOne(({ current }) => keyOf(current), change);
const eachFile =
  (change: (bytes: Buffer, key: string) => Buffer | null) =>
  ({ files }: Trained): ReadonlyMap<string, Buffer> =>
    new Map([...files].flatMap(([key, bytes]) => [[key, change(bytes, key)] as const]).filter(isThere));
const isThere = (file: readonly [string, Buffer | null]): file is readonly [string, Buffer] => file[1] !== null;
const isModel = (key: string): boolean => key.endsWith('.model');

/** A whole file with parts that only another program could read. */
function withForeignDetectors(bytes: Buffer): Buffer {
  const { info, detectors } = decodeModel(bytes);
  const foreign = [...detectors.keys()].map((entity) => [entity, Buffer.from('a detector of years to come')] as const);
  return Buffer.from(encodeModel({ info, detectors: new Map(foreign) }));
}

export const storeDamages: readonly StoreDamage[] = [
  ...modelDamages.map(([how, change, says]) => ({
    name: `the current model is ${how}`,
    change: currentModel(change),
    says,
    uses: 'the older one' as const,
  })),
  {
    name: 'the current model is whole, with detectors of another program',
    change: currentModel(withForeignDetectors),
    says: /can not be used/,
    uses: 'the older one',
  },
  {
    name: 'the current model is the older one under its name',
    change: currentModel((_, { older, files }) => files.get(keyOf(older)) ?? null),
    says: /is version \S+ of the watch/,
    uses: 'the older one',
  },
  {
    name: 'the current model is gone',
    change: currentModel(() => null),
    says: /\.model is not there/,
    uses: 'the older one',
  },
  ...pointerDamages.map(([how, change, says]) => ({
    name: `the pointer is ${how}`,
    change: withOne(() => pointer, change),
    says,
    uses: 'the current one' as const,
  })),
  {
    name: 'the pointer is gone',
    change: withOne(
      () => pointer,
      () => null,
    ),
    says: /current\.json is not there/,
    uses: 'the current one',
  },
  {
    name: 'every model is cut in half',
    change: eachFile((bytes, key) => (isModel(key) ? bytes.subarray(0, bytes.length / 2) : bytes)),
    says: /checksum/,
    uses: 'a new one',
  },
  {
    name: 'every model is gone and the pointer is there',
    change: eachFile((bytes, key) => (isModel(key) ? null : bytes)),
    says: /\.model is not there/,
    uses: 'a new one',
  },
  {
    name: 'every file is full of something else',
    change: eachFile(() => Buffer.from('<html>404 Not Found</html>')),
    says: /current\.json can not be used.*not a model/,
    uses: 'a new one',
  },
];

/** Puts the files where a bot that keeps its models on disk finds them. */
export function layOut(dataDir: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [key, bytes] of files) {
    mkdirSync(dirname(join(dataDir, key)), { recursive: true });
    writeFileSync(join(dataDir, key), bytes);
  }
}

type RunningBot = { readonly url: string; logged(): string };

/** Asks a bot that runs over damaged files what it uses, and whether it said so in its log, its status and in chat. */
export async function expectSaidAndDone(bot: RunningBot, damage: StoreDamage, trained: Trained): Promise<void> {
  expect(bot.logged()).toMatch(damage.says);
  if (damage.uses === 'a new one') {
    const version = await versionInUse(bot, (used) => used !== null);
    expect([trained.older, trained.current]).not.toContain(version);
    expect(bot.logged()).toContain('a new one is trained');
    return;
  }
  const used = damage.uses === 'the older one' ? trained.older : trained.current;
  expect(await versionInUse(bot, (version) => version !== null)).toBe(used);
  expect(bot.logged()).toContain('the current model can not be used; the last good one is');
  const { problems } = await statusOf(bot);
  expect(problems.join('\n')).toMatch(damage.says);
  expect(problems.join('\n')).toContain(`The watch hosts uses its last good model, ${used}`);
  const shown = await askInConsole(bot.url, 'model show');
  expect(shown).toContain(`hosts uses the model ${used}`);
  expect(shown).toMatch(damage.says);
}

type Status = {
  readonly problems: readonly string[];
  readonly watches: readonly { readonly model: { readonly version?: string } }[];
};

async function statusOf(bot: RunningBot): Promise<Status> {
  return (await (await fetch(`${bot.url}/status`)).json()) as Status;
}

/** The version of the model of the watch, once there is one that is waited for. */
async function versionInUse(bot: RunningBot, isWanted: (version: string | null) => boolean): Promise<string | null> {
  for (;;) {
    const version = (await statusOf(bot)).watches[0]?.model.version ?? null;
    if (isWanted(version)) return version;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the console shows as the answer to a line, as JSON. */
async function askInConsole(url: string, text: string): Promise<string> {
  const events = await fetch(`${url}/console/events`);
  const body = JSON.stringify({ id: `question-${Date.now()}`, text });
  const asked = await fetch(`${url}/console/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const { id } = (await asked.json()) as { id: number };
  let heard = '';
  for await (const chunk of events.body ?? []) {
    heard += new TextDecoder().decode(chunk);
    const answer = heard.split('\n').find((line) => line.startsWith('data:') && line.includes(`"under":${id},`));
    if (answer !== undefined) return answer;
  }
  throw new Error(`no answer to "${text}"`);
}
