import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type NumberServer, startNumbers } from '../emulators/prometheus.ts';
import { wordsOf } from '../emulators/slack-state.ts';
import { type Bot, startBot, temporaryDir, until } from './bot.ts';
import { cardsIn, gatherPeople, type People } from './people.ts';
import { noise } from './spans.ts';

/** How long each trouble lasts; the table in test/flows shows longer ones. A warm-up takes five minutes. */
const troubleMs = 1_000 * Number(process.env.TROUBLE_S ?? 20);

type Status = {
  readonly watches: readonly { readonly model: { readonly state: string } }[];
  readonly problems: readonly string[];
};

/** A way to take from the bot what its database needs, and what gives it back. */
type Trouble = {
  readonly what: string;
  readonly host: string;
  readonly because: string;
  begin(dataDir: string): () => void;
};

const troubles: readonly Trouble[] = [
  { what: 'a full disk', host: 'web-1', because: 'the disk is full', begin: fill },
  {
    what: 'a database that another process has locked',
    host: 'web-2',
    because: 'another process holds its lock',
    begin: lock,
  },
];

/** Writes until nothing more fits. */
function fill(dataDir: string): () => void {
  const ballast = join(dataDir, 'ballast');
  const { bavail, bsize } = statfsSync(dataDir);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  return () => rmSync(ballast, { force: true });
}

function lock(dataDir: string): () => void {
  const other = new DatabaseSync(join(dataDir, 'smartcloudops.db'));
  other.exec('begin immediate');
  // What is not committed is gone with the connection.
  return () => {
    if (other.isOpen) other.close();
  };
}

describe('a bot on a small disk of its own', () => {
  /** When each host breaks, epoch ms. */
  const brokenFrom = new Map<string, number>();
  const breakNow = (host: string) => brokenFrom.set(host, Date.now());
  const dataDir = temporaryDir();
  let numbers: NumberServer;
  let people: People;
  let bot: Bot;

  beforeAll(async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', dataDir]);
    const hosts = ['web-0', ...troubles.map(({ host }) => host)];
    // What breaks in one watch in the same minutes would be one incident: each host has a watch of its own.
    const watchOf = (host: string) => ({
      ...{ name: host, entity: 'host', step: '5s', history: '50m', resolve_after: '15s' },
      metrics: [{ name: 'cpu', query: `cpu_of_${host.replace('-', '_')}`, unit: '%', harm: 'up' }],
    });
    numbers = await startNumbers(hosts, (metric, host, at) => {
      const isOwn = metric === `cpu_of_${host.replace('-', '_')}`;
      return (isOwn && at >= (brokenFrom.get(host) ?? Number.POSITIVE_INFINITY) ? 95 : 10) + 2 * noise(host, at);
    });
    people = await gatherPeople();
    const watches = join(dataDir, 'watches.yaml');
    writeFileSync(watches, JSON.stringify({ watches: hosts.map(watchOf) }));
    const env = {
      ...people.env,
      PROMETHEUS_URL: numbers.url,
      WATCHES_FILE: watches,
      POLL_CRON: '* * * * * *',
      RESPONDERS: `slack:${people.slack.person.id}`,
    };
    bot = await startBot({ env, dataDir });
    await until(
      'a model',
      60_000,
      async () => (await status()).watches.every(({ model }) => model.state === 'ready') || undefined,
    );
    breakNow('web-0');
    await until('the first card', 60_000, () => isInBoth(' on web-0'));
  }, 180_000);
  afterAll(async () => {
    try {
      await bot.stop();
      await people.stop();
      await numbers.stop();
    } finally {
      // Whatever else goes wrong, what was mounted does not stay.
      execFileSync('umount', ['-l', dataDir]);
    }
  });

  const status = async () => (await (await bot.get('/status')).json()) as Status;
  const platforms = ['slack', 'discord'] as const;
  const inBoth = (words: string) =>
    platforms.map((name) => cardsIn(people.channels[name]()).filter((card) => card.words.includes(words)));
  const isInBoth = (words: string): true | undefined => inBoth(words).every(({ length }) => length > 0) || undefined;

  /** Somebody clicks on the first card in Slack; gives what that person alone is told. */
  async function acknowledge(): Promise<string> {
    const card =
      people.slack.messages().find((message) => wordsOf(message).includes(' on web-0') && message.thread === null) ??
      expect.fail();
    const asked = people.slack.press(card, 'Acknowledge');
    return wordsOf(await until('an answer', 30_000, () => asked.answer ?? undefined));
  }

  it.each(troubles)(
    'survives $what, says so, and tells once what happened meanwhile',
    async (trouble) => {
      const { what, host, because } = trouble;
      const end = trouble.begin(dataDir);
      onTestFinished(end);
      const begunAt = performance.now();
      breakNow(host);
      await until('people are told', 60_000, () => isInBoth(because));
      expect((await status()).problems.join()).toMatch(new RegExp(`What happens can not be kept.*${because}`));
      expect(await acknowledge()).toContain(because);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, begunAt + troubleMs - performance.now())));
      expect(inBoth(` on ${host}`)).toEqual([[], []]);
      end();
      const endedAt = performance.now();
      await until('it is told', 60_000, () => isInBoth(` on ${host}`));
      const tookS = (performance.now() - endedAt) / 1_000;
      await until('the trouble is told to be over', 30_000, () => isInBoth('Alerts are announced again'));
      const lastedS = Math.round((endedAt - begunAt) / 1_000);
      console.log(`${what} for ${lastedS} s: told ${tookS.toFixed(1)} s after it was over`);
      expect(inBoth(because).map(({ length }) => length)).toEqual([1, 1]);
    },
    1_500_000,
  );

  it('takes what people do again, and has told everything once', async () => {
    expect(await acknowledge()).not.toMatch(/can not|could not/);
    await until(
      'it is on the card',
      30_000,
      () =>
        inBoth(' on web-0')
          .flat()
          .every(({ words }) => /acknowledged/i.test(words)) || undefined,
    );
    for (const { host } of troubles) expect(inBoth(` on ${host}`).map(({ length }) => length)).toEqual([1, 1]);
  });
});
