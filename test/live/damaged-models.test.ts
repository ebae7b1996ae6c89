import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSaidAndDone, layOut, storeDamages, type Trained, trainTwice, watchesFile } from '../damages.ts';
import { type NumberServer, startNumbers } from '../emulators/prometheus.ts';
import { type Bot, startBot, temporaryDir } from './bot.ts';

let numbers: NumberServer;
let trained: Trained;

beforeAll(async () => {
  numbers = await startNumbers(['a', 'b'], (_metric, host, at) => (host === 'a' ? 20 : 40) + 5 * Math.sin(at / 30_000));
  trained = await trainTwice(numbers.url);
});
afterAll(() => numbers.stop());

async function startOver(files: ReadonlyMap<string, Buffer>): Promise<Bot> {
  const dataDir = temporaryDir();
  layOut(dataDir, files);
  const watches = join(dataDir, 'watches.yaml');
  writeFileSync(watches, watchesFile);
  const env = { PROMETHEUS_URL: numbers.url, WATCHES_FILE: watches, POLL_CRON: '* * * * * *' };
  return startBot({ env, dataDir });
}

describe('the real process over damaged models', () => {
  it.each(storeDamages)('$name: starts, says so and uses $uses', async (damage) => {
    const bot = await startOver(damage.change(trained));
    await expectSaidAndDone(bot, damage, trained);
    expect(await bot.stop()).toBe(0);
  });
});
