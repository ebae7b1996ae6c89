import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../src/compose.ts';
import { loadConfig } from '../src/config/load.ts';
import { createLog } from '../src/log.ts';
import { expectSaidAndDone, layOut, storeDamages, type Trained, trainTwice, watchesFile } from './damages.ts';
import { type NumberServer, startNumbers } from './emulators/prometheus.ts';
import { type S3Server, startS3 } from './emulators/s3.ts';
import { quietArchive } from './small-things.ts';

let numbers: NumberServer;
let s3: S3Server;
let trained: Trained;
let dataDir: string;
let running: { stop(): Promise<void> } | null = null;

beforeAll(async () => {
  numbers = await startNumbers(['a', 'b'], (_metric, host, at) => (host === 'a' ? 20 : 40) + 5 * Math.sin(at / 30_000));
  s3 = await startS3();
  trained = await trainTwice(numbers.url);
});
afterAll(async () => {
  await numbers.stop();
  await s3.stop();
});
afterEach(async () => {
  await running?.stop();
  running = null;
  rmSync(dataDir, { recursive: true });
});

/** The bot as `main` composes it, over a folder of its own in which `prepare` has laid out what it finds. */
async function startComposed(prepare: (dataDir: string) => void, env: Readonly<Record<string, string>> = {}) {
  dataDir = mkdtempSync(join(tmpdir(), 'damaged-'));
  prepare(dataDir);
  const watches = join(dataDir, 'watches.yaml');
  writeFileSync(watches, watchesFile);
  let log = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const config = loadConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    PROMETHEUS_URL: numbers.url,
    WATCHES_FILE: watches,
    POLL_CRON: '* * * * * *',
    ...env,
  });
  const options = { level: 'info', secrets: [], pretty: false, stream, sink: null, now: Date.now } as const;
  const bot = await compose(config, createLog(options), quietArchive);
  running = bot;
  await bot.start();
  const url = /ready: (http:\/\/[^\s"]+)/.exec(log)?.[1] ?? '';
  return { url, logged: () => log };
}

describe('a bot that starts over damaged models on its disk', () => {
  it('has something to lose: without damage it uses the current one and complains of nothing', async () => {
    const bot = await startComposed((folder) => layOut(folder, trained.files));
    const status = JSON.stringify(await (await fetch(`${bot.url}/status`)).json());
    expect(status).toContain(`"version":"${trained.current}"`);
    expect(status).not.toContain('last good');
    expect(bot.logged()).not.toContain('"level":"warn"');
  });

  it.each(storeDamages)('$name: says so and uses $uses', async (damage) => {
    const bot = await startComposed((folder) => layOut(folder, damage.change(trained)));
    await expectSaidAndDone(bot, damage, trained);
  });
});

describe('a bot that starts over damaged models in a bucket', () => {
  const some = /current model is (cut in its parts|one bit off in its parts|of a newer format|gone)|pointer is|every/;

  it.each(storeDamages.filter(({ name }) => some.test(name)))('$name: says so and uses $uses', async (damage) => {
    const bucket = `bucket-${storeDamages.indexOf(damage)}`;
    await s3.makeBucket(bucket);
    for (const [key, bytes] of damage.change(trained)) await s3.put(bucket, key, bytes);
    const access = { S3_ACCESS_KEY_ID: 'AKIATEST', S3_SECRET_ACCESS_KEY: 'secret of the test' };
    const bot = await startComposed(() => {}, { S3_BUCKET: bucket, S3_ENDPOINT: s3.url, ...access });
    await expectSaidAndDone(bot, damage, trained);
  });
});
