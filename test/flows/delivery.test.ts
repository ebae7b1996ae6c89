import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.ts';
import { wordsOf } from '../emulators/discord-state.ts';
import { someIncident } from '../incidents/some-incident.ts';
import { openIncidentHouse } from './incident-house.ts';

type House = Awaited<ReturnType<typeof openIncidentHouse>>;

const many = (count: number, change: (at: number) => Partial<Incident> = () => ({})): readonly Incident[] =>
  Array.from({ length: count }, (_, at) => someIncident({ id: `i${at}`, entity: `web-${at}`, ...change(at) }));

/** The incidents whose card stands in the channel of each platform, once for each card. */
function told(house: House) {
  const idOf = (words: string): string => /incident (i\d+)/.exec(words)?.[1] ?? words.slice(0, 40);
  const slack = house.slack.messages().filter(({ thread }) => thread === null);
  const discord = house.discord
    .posts()
    .filter(({ channel, replyTo }) => channel === house.discord.channels.ops && replyTo === null);
  return {
    slack: slack.map(({ blocks }) => idOf(JSON.stringify(blocks))),
    discord: discord.map((message) => idOf(wordsOf(message))),
  };
}

const each = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `i${at}`).toSorted();
const plenty = { digestAbove: 1_000 };

const hour = 3_600_000;
const worse = (incident: Incident, revision: number): Incident => ({
  ...incident,
  revision,
  severity: 'critical',
  story: [...incident.story, { revision, at: 0, by: null, text: `worse ${revision}`, isLoud: true }],
});

describe('answers that are lost', () => {
  it('lose nothing and tell nothing twice, three of ten on both platforms', async () => {
    const house = await openIncidentHouse({ isMoving: true, rules: plenty });
    const all = many(10);
    for (const [at, incident] of all.entries()) {
      if (at % 3 === 0 && at < 9) house.slack.loseAnswers(1, 'chat.postMessage');
      if (at % 3 === 0 && at < 9) house.discord.loseAnswers(1);
      house.discord.forgetNonces();
      await house.happens(incident);
      await house.allTold(60_000);
    }
    const { slack, discord } = told(house);
    console.log(`answers lost: 6 of 20; lost cards: ${20 - slack.length - discord.length}, told twice: 0`);
    expect([slack.toSorted(), discord.toSorted()]).toEqual([each(10), each(10)]);
  }, 120_000);
});

describe('a platform that fails', () => {
  it.each([500, 502, 503])(
    'with %d is told when it is back, once',
    async (status) => {
      const house = await openIncidentHouse({ isMoving: true, rules: plenty });
      house.slack.fail(status, 2, 'chat.postMessage');
      house.discord.fail(status, 2);
      await house.happens(...many(3));
      await house.allTold(60_000);
      expect(told(house).slack.toSorted()).toEqual(each(3));
      expect(told(house).discord.toSorted()).toEqual(each(3));
    },
    60_000,
  );

  it('and asks to wait is left alone for exactly that long, while the other is told at once', async () => {
    const house = await openIncidentHouse({ isMoving: true, rules: plenty });
    house.slack.rateLimit(3, 1, 'chat.postMessage');
    const startedAt = Date.now();
    await house.happens(...many(2));
    await house.discord.waitFor(() => told(house).discord.length === 2, 2_500);
    await house.allTold(30_000);
    const [refused, next] = house.slack.calls('chat.postMessage');
    const waited = (next?.at ?? 0) - (refused?.at ?? 0);
    console.log(`Retry-After 3 s: next call after ${waited} ms; the other platform was told meanwhile`);
    expect(waited).toBeGreaterThanOrEqual(3_000);
    expect(refused?.at).toBeLessThan(startedAt + 3_000);
    expect(told(house).slack.toSorted()).toEqual(each(2));
  }, 60_000);

  it('tells criticals first when it is back', async () => {
    const house = await openIncidentHouse({ isMoving: true, rules: plenty });
    house.slack.rateLimit(2, 1, 'chat.postMessage');
    await house.happens(...many(1));
    await house.slack.waitFor(() => house.slack.calls('chat.postMessage').length === 1);
    await house.happens(...many(6, (at) => ({ severity: at === 5 ? 'critical' : 'warning' })).slice(1));
    await house.allTold(60_000);
    expect(told(house).slack[0]).toBe('i5');
  }, 60_000);

  it('does not let a critical wait behind a long queue that is under way', async () => {
    const house = await openIncidentHouse({ isMoving: true, rules: plenty, slackOptions: { oneASecond: true } });
    await house.happens(...many(10));
    await house.slack.waitFor(() => house.slack.messages().length === 2);
    await house.happens(someIncident({ id: 'i10', severity: 'critical' }));
    await house.allTold(60_000);
    const order = told(house).slack;
    console.log(`a critical behind a queue of 8 that is under way: ${order.indexOf('i10') - 2} before it`);
    expect(order.indexOf('i10')).toBeLessThan(6);
    expect(order.toSorted()).toEqual(each(11));
  }, 60_000);

  it('for six hours is told what is true when it is back, once, while the other is told at once', async () => {
    const house = await openIncidentHouse({ isMoving: true, rules: plenty });
    const all = many(3);
    house.discord.fail(503, 100_000);
    house.discord.cutGateway(null);
    await house.happens(...all);
    await house.slack.waitFor(() => told(house).slack.length === 3, 10_000);
    for (let hours = 1; hours <= 6; hours += 1) {
      await house.happens(...all.map((incident) => worse(incident, hours + 1)));
      await house.passes(hour);
      await house.discord.waitFor(() =>
        house.delivery.troubles().some(({ audience }) => audience.platform === 'discord'),
      );
    }
    expect(house.discord.posts()).toEqual([]);
    house.discord.calm();
    const backAt = performance.now();
    await house.allTold(60_000);
    const { slack, discord } = told(house);
    const tookMs = Math.round(performance.now() - backAt);
    console.log(`six hours without Discord: ${3 - discord.length} cards lost, all told ${tookMs} ms after it was back`);
    expect([slack.toSorted(), discord.toSorted()]).toEqual([each(3), each(3)]);
    for (const card of house.discord.posts().filter(({ replyTo }) => replyTo === null))
      expect(wordsOf(card)).toContain('Critical');
    const news = house.discord.posts().filter(({ replyTo }) => replyTo !== null);
    expect(news.map(wordsOf).map((words) => /worse \d/.exec(words)?.[0])).toEqual(['worse 7', 'worse 7', 'worse 7']);
    await house.discord.waitFor(() => house.discord.resumes() === 1, 40_000);
    const id = house.discord.mention('are you back?');
    await house.discord.waitFor(() => house.discord.posts().some(({ replyTo }) => replyTo === id));
  }, 120_000);

  it('is paced as it asks in advance: no post of ours is refused', async () => {
    const house = await openIncidentHouse({ isMoving: true, rules: plenty, slackOptions: { oneASecond: true } });
    const startedAt = performance.now();
    await house.happens(...many(8));
    await house.allTold(60_000);
    const posts = house.slack.calls('chat.postMessage');
    const tookMs = performance.now() - startedAt;
    console.log(`8 cards in a channel of one a second: ${Math.round(tookMs)} ms, ${posts.length} calls`);
    expect(posts.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(told(house).slack.toSorted()).toEqual(each(8));
  }, 60_000);
});

describe('a channel that refuses for good', () => {
  const anything = { watch: null, entity: null, kind: null, severity: null };

  it('is said in plain words first', async () => {
    const house = await openIncidentHouse({ isMoving: true });
    house.slack.sayNo('invalid_blocks', {}, 'chat.postMessage');
    await house.happens(someIncident({ id: 'i0' }));
    await house.allTold();
    const [card] = house.slack.messages();
    expect(card?.text).toContain('Warning: anomaly on web-1');
    expect(JSON.stringify(card?.blocks)).not.toContain('"type":"header"');
  });

  it('is visible, and whoever else is there is told in its place', async () => {
    const house = await openIncidentHouse({ isMoving: true });
    const only = { match: anything, hours: null, to: house.channels.slice(0, 1), escalate: [], repeatMs: null };
    house.rules.routes.push(only);
    house.slack.archive(house.slack.channels.ops);
    await house.happens(someIncident({ id: 'i0' }));
    await house.slack.waitFor(() => house.delivery.troubles().length > 0);
    expect(house.delivery.troubles()).toMatchObject([{ isRefused: true, audience: { platform: 'slack' } }]);
    expect(house.discord.posts()).toEqual([]);
    await house.passes(15_000);
    await house.discord.waitFor(() => house.discord.posts().length === 1);
    expect(wordsOf(house.discord.posts()[0] ?? expect.fail())).toContain('Warning: anomaly on web-1');
    const calls = house.slack.calls('chat.postMessage').length;
    await house.passes(15_000);
    expect(house.slack.calls('chat.postMessage').length).toBe(calls);
  });
});

describe('a clock that jumps', () => {
  it.each([
    ['an hour ahead', hour],
    ['a day ahead', 24 * hour],
    ['an hour back', -hour],
    ['a day back', -24 * hour],
  ])(
    '%s loses nothing and tells nothing twice',
    async (_what, jump) => {
      const house = await openIncidentHouse({ isMoving: true, rules: plenty });
      const all = many(3);
      await house.happens(...all);
      await house.allTold();
      await house.passes(jump);
      await house.happens(...all.map((incident) => worse(incident, 2)));
      await house.allTold();
      await house.passes(-jump);
      await house.happens(someIncident({ id: 'i3', openedAt: house.now() }));
      await house.allTold();
      expect(told(house).slack.toSorted()).toEqual(each(4));
      expect(told(house).discord.toSorted()).toEqual(each(4));
      const news = house.discord.posts().filter(({ replyTo }) => replyTo !== null);
      expect(news.map(wordsOf).map((words) => /worse \d/.exec(words)?.[0])).toEqual(['worse 2', 'worse 2', 'worse 2']);
    },
    60_000,
  );
});
