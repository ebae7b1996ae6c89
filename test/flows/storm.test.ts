import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.ts';
import { wordsOf } from '../emulators/discord-state.ts';
import { someIncident } from '../incidents/some-incident.ts';
import { openIncidentHouse } from './incident-house.ts';

const over = (incident: Incident): Incident => ({
  ...incident,
  revision: incident.revision + 1,
  state: { kind: 'resolved', since: incident.openedAt + 60_000, by: 'recovered' },
  story: [
    ...incident.story,
    { revision: incident.revision + 1, at: 0, by: null, text: 'it is normal again', isLoud: false },
  ],
});

const storm = (count: number, first = 1): readonly Incident[] =>
  Array.from({ length: count }, (_, at) => someIncident({ id: `i${first + at}`, entity: `web-${first + at}` }));

describe('a storm of a thousand incidents', () => {
  it('is one card in each channel, with all of them, edited until all are over', async () => {
    const house = await openIncidentHouse();
    const startedAt = performance.now();
    const all = storm(1_000);
    await house.happens(...all);
    await house.allTold();
    const tookMs = performance.now() - startedAt;
    console.log(`1,000 incidents were told in both channels after ${Math.round(tookMs)} ms`);

    expect(house.slack.messages()).toHaveLength(1);
    expect(house.discord.posts()).toHaveLength(1);
    for (const channel of house.channels) {
      const { on, told } = await house.store.incidents.ofDigest('storm-i1', channel, []);
      expect([on.length, told.length]).toEqual([1_000, 1_000]);
    }
    const [card] = house.discord.posts();
    expect(card && wordsOf(card)).toMatch(/Warning: 1,000 incidents at once[\s\S]*988 more of hosts: web-\\?\d+/);
    expect(JSON.stringify(house.slack.messages()[0])).toContain('1,000 incidents at once');

    await house.happens(...storm(5, 1_001));
    await house.allTold();
    expect(house.discord.posts()).toHaveLength(1);
    expect(wordsOf(house.discord.posts()[0] ?? expect.fail())).toContain('1,005 incidents at once');

    await house.happens(...[...all, ...storm(5, 1_001)].map(over));
    await house.allTold();
    expect(wordsOf(house.discord.posts()[0] ?? expect.fail())).toContain('Resolved: 1,005 incidents at once');
    expect(house.discord.posts().map(wordsOf).slice(1)).toEqual([expect.stringContaining('All 1,005 are over.')]);
    expect(house.slack.messages().filter(({ thread }) => thread !== null)).toHaveLength(1);
  });

  it('leaves a few incidents their own cards, and a calm that follows a storm is calm', async () => {
    const house = await openIncidentHouse({ rules: { digestAbove: 3 } });
    await house.happens(...storm(3));
    await house.allTold();
    expect(house.discord.posts()).toHaveLength(3);
    await house.happens(...storm(4, 10));
    await house.allTold();
    expect(house.discord.posts()).toHaveLength(4);
    await house.passes(20 * 60_000);
    await house.happens(someIncident({ id: 'later', openedAt: house.now() }));
    await house.allTold();
    expect(house.discord.posts()).toHaveLength(5);
  });

  it('says loudly under the card what gets critical in it', async () => {
    const house = await openIncidentHouse({ rules: { digestAbove: 3 } });
    const all = storm(5);
    await house.happens(...all);
    await house.allTold();
    const [first] = all;
    if (first === undefined) expect.fail();
    const worse = { revision: 2, at: house.now(), by: null, text: 'anomaly on web-1 (hosts): critical', isLoud: true };
    await house.happens({ ...first, severity: 'critical', revision: 2, story: [...first.story, worse] });
    await house.allTold();
    expect(house.discord.posts().map(wordsOf)[1]).toContain('critical');
    expect(house.discord.posts()[1]?.channel).toBe(house.discord.channels.ops);
    expect(wordsOf(house.discord.posts()[0] ?? expect.fail())).toContain('Critical: 5 incidents at once');
  });
});

describe('quiet hours', () => {
  const quietHours = { days: [1], from: 12 * 60, to: 13 * 60, zone: 'UTC' };

  it('end with one card of what began in them, open or over; what is critical does not wait', async () => {
    const house = await openIncidentHouse({ rules: { quietHours } });
    const [first, second, third] = [1, 2, 3].map((at) => someIncident({ id: `i${at}`, entity: `web-${at}` }));
    if (first === undefined || second === undefined || third === undefined) expect.fail();
    await house.happens(first, second, third);
    await house.passes(60_000);
    await house.allTold();
    expect(house.discord.posts()).toEqual([]);

    await house.happens(over(second), { ...third, severity: 'critical', revision: 2 });
    await house.allTold();
    expect(house.discord.posts().map(wordsOf)).toEqual([expect.stringContaining('Critical: anomaly on web-3')]);

    await house.passes(3_600_000);
    await house.allTold();
    const [, summary, ...more] = house.discord.posts().map(wordsOf);
    expect(summary).toContain('Warning: 2 incidents in quiet hours, 1 still open');
    expect(more).toEqual([]);
  });
});

describe('likely noise', () => {
  const verdict = {
    kind: 'demoted',
    probability: 0.03,
    because: 'it is 3 % likely to be real',
    shownShare: 0.1,
  } as const;
  const noise = (at: number) =>
    someIncident({ id: `i${at}`, entity: `web-${at}`, triaged: { looks: [], featureSet: 1, verdict } });

  it('has a card of its own as long as triage is in the shadow', async () => {
    const house = await openIncidentHouse();
    await house.happens(noise(1));
    await house.allTold();
    expect(house.discord.posts().map(wordsOf)).toEqual([expect.stringContaining('Warning: anomaly on web-1')]);
  });

  it('shares one, without a sound, when an admin wants it; what turns out to be none gets its own', async () => {
    const house = await openIncidentHouse({ isTriageOn: () => true });
    await house.happens(noise(1));
    await house.happens(noise(2));
    await house.allTold();
    expect(house.discord.posts().map(wordsOf)).toEqual([expect.stringContaining('Warning: 2 incidents, likely noise')]);

    await house.happens({ ...noise(2), severity: 'critical', revision: 2 });
    await house.allTold();
    const cards = house.discord.posts().map(wordsOf);
    expect(cards[1]).toContain('Critical: anomaly on web-2');
    expect(house.slack.messages()).toHaveLength(2);
  });
});
