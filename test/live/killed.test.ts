import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startNumbers } from '../emulators/prometheus.ts';
import { startBot, temporaryDir, until } from './bot.ts';
import { cardsIn, gatherPeople } from './people.ts';
import { createPostgres } from './postgres.ts';
import { isBroken, noise, type Rhythm } from './spans.ts';

type Incident = { readonly id: string; readonly kind: string; readonly state: string };

/** `KILLS=200` is what the table in test/flows shows; PostgreSQL gets a quarter of them. */
const kills = Number(process.env.KILLS ?? 32);
const rhythms: readonly Rhythm[] = [
  { host: 'web-1', everyMs: 17_000, brokenMs: 6_000, offsetMs: 1_000 },
  { host: 'db-1', everyMs: 23_000, brokenMs: 8_000, offsetMs: 4_000 },
];
/** What breaks in one watch in the same minutes would be one incident: each host breaks in a watch of its own. */
const metricOf = (host: string): string => `cpu_of_${host.replace('-', '_')}`;

/** Random moments, the same ones in every run. */
function* moments(): Generator<number> {
  for (let seed = 1; ; seed += 1) yield 300 + 3_500 * noise('kill', seed * 1_000);
}

/** The environment of a bot with a PostgreSQL of its own. */
async function withPostgres(): Promise<Readonly<Record<string, string>>> {
  const postgres = await createPostgres();
  await postgres.start();
  onTestFinished(() => postgres.stop());
  return { DATABASE_URL: postgres.url };
}

const stores = [
  { name: 'SQLite', kills, open: async () => ({}) },
  { name: 'PostgreSQL', kills: Math.ceil(kills / 4), open: withPostgres },
];

it.each(stores)(
  'loses nothing and tells nothing twice over $kills kills on $name',
  async ({ name, kills, open }) => {
    const span = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    const numbers = await startNumbers(
      rhythms.map(({ host }) => host),
      (metric, host, at) => {
        const rhythm = rhythms.find((one) => one.host === host && metricOf(host) === metric);
        const broken = rhythm !== undefined && at < span.to && isBroken(rhythm, span.from, at);
        return (broken ? 95 : 10) + 2 * noise(host, at);
      },
    );
    const people = await gatherPeople();
    const dataDir = temporaryDir();
    const watches = join(dataDir, 'watches.yaml');
    // What comes back again and again has to be calm for eight times as long at most: it still is between two breaks.
    const watchOf = (host: string) => ({
      name: host,
      entity: 'host',
      step: '1s',
      history: '10m',
      resolve_after: '1s',
      metrics: [{ name: 'cpu', query: metricOf(host), unit: '%', harm: 'up' }],
    });
    writeFileSync(watches, JSON.stringify({ watches: rhythms.map(({ host }) => watchOf(host)) }));
    const env = {
      ...people.env,
      PROMETHEUS_URL: numbers.url,
      WATCHES_FILE: watches,
      POLL_CRON: '* * * * * *',
      ...(await open()),
    };

    let bot = await startBot({ env, dataDir });
    await until('a model', 60_000, async () => {
      const status = (await (await bot.get('/status')).json()) as { watches: { model: { state: string } }[] };
      return status.watches.every(({ model }) => model.state === 'ready') || undefined;
    });
    span.from = Date.now();
    const moment = moments();
    for (let kill = 0; kill < kills; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, moment.next().value ?? 0));
      await bot.kill();
      bot = await startBot({ env, dataDir });
    }
    span.to = Date.now();

    const all = await until('everything is over and told', 120_000, async () => {
      const incidents = (await (await bot.get('/incidents')).json()) as Incident[];
      const status = (await (await bot.get('/status')).json()) as { notices_owed: { count: number } };
      const isOver = incidents.every(({ state }) => state === 'resolved') && status.notices_owed.count === 0;
      return isOver && Date.now() > span.to + 10_000 ? incidents : undefined;
    });
    await bot.stop();

    expect(all.length).toBeGreaterThan(kills / 5);
    for (const platform of ['slack', 'discord'] as const) {
      const seen = people.channels[platform]();
      const cards = all.map(({ id }) => cardsIn(seen).filter(({ words }) => words.includes(`incident ${id}`)));
      const lost = cards.filter((found) => !found.some(({ words }) => words.includes('Resolved'))).length;
      const twice = cards.reduce((sum, found) => sum + Math.max(0, found.length - 1), 0);
      const ends = seen.filter(({ under, words }) => under !== null && /normal again|is back/.test(words));
      const endsTwice = ends.length - new Set(ends.map(({ under }) => under)).size;
      console.log(
        `${name}, ${platform}: ${kills} kills, ${all.length} incidents, ${lost} not told to the end, ${twice} cards and ${endsTwice} ends told twice`,
      );
      expect([platform, lost, twice, endsTwice]).toEqual([platform, 0, 0, 0]);
    }
    await people.stop();
    await numbers.stop();
  },
  1_800_000,
);
