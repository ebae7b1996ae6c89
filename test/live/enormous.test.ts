import { afterAll, beforeAll, expect, it } from 'vitest';
import { enormous, type NumberServer, startNumbers } from '../emulators/prometheus.ts';
import { type Bot, startBot } from './bot.ts';

let numbers: NumberServer;
let bot: Bot;

beforeAll(async () => {
  numbers = await startNumbers(['web-1'], () => 1);
  bot = await startBot({ env: { PROMETHEUS_URL: numbers.url } });
});
afterAll(async () => {
  await bot.stop();
  await numbers.stop();
});

it('refuses an answer that would hold up everything else, and says so to the one who asked', async () => {
  const ask = async (query: string) => (await (await bot.post('/query', { query })).json()) as { answer: string };
  expect((await ask('`up`')).answer).toContain('1 series');
  const { answer } = await ask(`\`${enormous}\``);
  expect(answer).toMatch(/The answer to the query "enormous".* is over \d+ bytes; ask for less/);
});
