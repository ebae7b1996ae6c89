import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bot, startBot, temporaryDir, until } from './bot.ts';
import { burnCpu, fastWatches, historyMs, type Machine, startMachine } from './machine.ts';
import { cardsIn, gatherPeople, type People } from './people.ts';

type Status = {
  readonly prometheus: { readonly reachable: boolean };
  readonly watches: readonly {
    readonly model: { readonly state: string; readonly trained_at?: string };
    readonly by_state: { readonly normal: number };
  }[];
};
type Incident = {
  readonly kind: string;
  readonly entity: string;
  readonly state: string;
  readonly because: readonly { readonly metric: string }[];
};

const platforms = ['slack', 'discord'] as const;

describe('this machine under Prometheus, with Slack and Discord', () => {
  let machine: Machine;
  let people: People;
  let bot: Bot;
  let trainedOn = 0;

  beforeAll(async () => {
    [machine, people] = await Promise.all([startMachine(), gatherPeople()]);
    const folder = temporaryDir();
    // Once, on a whole history that holds the bot at work and hardly its start; a burn is never learnt from.
    trainedOn = Math.ceil(Date.now() / 1_000) * 1_000 + historyMs + 20_000;
    const at = new Date(trainedOn);
    bot = await startBot({
      dataDir: folder,
      env: {
        ...people.env,
        PROMETHEUS_URL: machine.url,
        WATCHES_FILE: fastWatches(folder),
        POLL_CRON: '* * * * * *',
        TRAIN_CRON: `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()} * * *`,
        PROMETHEUS_TIMEOUT_SECONDS: '2',
      },
    });
  });
  afterAll(async () => {
    await bot.stop();
    await people.stop();
    await machine.stop();
  });

  const status = async (): Promise<Status> => (await bot.get('/status')).json() as Promise<Status>;
  const incidents = async (): Promise<readonly Incident[]> =>
    (await bot.get('/incidents')).json() as Promise<Incident[]>;
  const open = async (): Promise<readonly Incident[]> =>
    (await incidents()).filter(({ state }) => state !== 'resolved');
  const card = (platform: (typeof platforms)[number], words: RegExp) =>
    cardsIn(people.channels[platform]()).find((one) => words.test(one.words));

  // A machine that is not like others fails in its own way: what the bot thought then is worth more than the failure.
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () =>
      console.log(JSON.stringify({ status: await status(), incidents: await incidents() }, null, 1)),
    );
  });

  it('learns what is normal for it', async () => {
    await until('a model of the whole history, and a judged row', historyMs + 60_000, async () => {
      const [watch] = (await status()).watches;
      const isWhole = Date.parse(watch?.model.trained_at ?? '') >= trainedOn;
      return (isWhole && (watch?.by_state.normal ?? 0) > 0) || undefined;
    });
    // What the tests before left in the air is over before it begins.
    await until('nothing is open', 120_000, async () => ((await open()).length === 0 ? true : undefined));
  });

  it('tells both when the CPU really burns, and both when it is over', async () => {
    const burn = burnCpu();
    const burntAt = performance.now();
    try {
      for (const platform of platforms) {
        const seen = await until(`the alert is in ${platform}`, 90_000, () =>
          card(platform, /(Warning|Critical): anomaly on this-machine/),
        );
        expect(seen.words).toMatch(/cpu/);
        expect(seen.words).toMatch(/confidence/i);
        console.log(`burn to alert in ${platform}: ${((performance.now() - burntAt) / 1_000).toFixed(1)} s`);
      }
      const [incident] = await open();
      expect(incident?.because.slice(0, 2).map(({ metric }) => metric)).toContain('cpu');
    } finally {
      await burn.stop();
    }
    for (const platform of platforms)
      await until(`${platform} is told that it is over`, 120_000, () =>
        people.channels[platform]().find(({ under, words }) => under !== null && /is normal again/.test(words)),
      );
    for (const platform of platforms) expect(card(platform, /Resolved: anomaly on this-machine/)).toBeDefined();
  });

  it('says "no data" once when Prometheus stops, raises no anomaly, and says once that it is back', async () => {
    await until('nothing is open', 120_000, async () => ((await open()).length === 0 ? true : undefined));
    const before = (await incidents()).length;
    await machine.stopPrometheus();
    for (const platform of platforms)
      await until(`${platform} is told of no data`, 60_000, () => card(platform, /no data from Prometheus/));
    // Long enough for several ticks more to fail.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    await machine.startPrometheus();
    for (const platform of platforms)
      await until(`${platform} is told that it is back`, 60_000, () =>
        card(platform, /Resolved: no data from Prometheus/),
      );
    // And for several good ones: first those in which rates over the hole are not judged, then some that are.
    await new Promise((resolve) => setTimeout(resolve, 30_000));
    const since = (await incidents()).slice(0, (await incidents()).length - before);
    expect(since.map(({ kind, entity }) => [kind, entity])).toEqual([['no data', 'prometheus']]);
    for (const platform of platforms) {
      const about = people.channels[platform]().filter(({ words }) => /Prometheus/.test(words));
      expect(about.map(({ under }) => under === null)).toEqual([true, false]);
    }
  });
});
