import { describe, expect, it } from 'vitest';
import { createPainter } from '../../src/charts/painter.ts';
import type { Incident } from '../../src/core/incident.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { alertChart } from '../charts/charts.ts';
import { wordsOf } from '../emulators/discord-state.ts';
import { someIncident } from '../incidents/some-incident.ts';
import { openIncidentHouse } from './incident-house.ts';

type House = Awaited<ReturnType<typeof openIncidentHouse>>;

const cards = (house: House) => {
  const [slack] = house.slack.messages();
  const [discord] = house.discord.posts();
  if (slack === undefined || discord === undefined) throw new Error('there is no card');
  return { slack, discord };
};
const slackWords = (house: House): string => JSON.stringify(cards(house).slack.blocks);
const next = (incident: Incident, text: string, change: Partial<Incident>, isLoud = false): Incident => {
  const revision = incident.revision + 1;
  return { ...incident, ...change, revision, story: [...incident.story, { revision, at: 0, by: null, text, isLoud }] };
};
const find = async (house: House): Promise<Incident> => (await house.incidents.find('i1')) ?? expect.fail();

describe('an incident', () => {
  it('is one card with a picture on each platform, from its begin to its end, whoever acts on it where', async () => {
    const painter = createPainter({ log });
    const house = await openIncidentHouse({ painter, chartOf: () => alertChart() });
    await house.happens(someIncident());
    await house.allTold();
    expect(slackWords(house)).toMatch(/Warning: anomaly on web-1.*"type":"image","slack_file"/);
    expect(cards(house).discord.pictures).toHaveLength(1);
    expect(wordsOf(cards(house).discord)).toContain('Warning: anomaly on web-1');

    await house.happens(next(await find(house), 'anomaly on web-1 (hosts): critical', { severity: 'critical' }, true));
    await house.allTold();
    const { discord } = house;
    discord.press(cards(house).discord, 'Acknowledge');
    await discord.waitFor(() => wordsOf(cards(house).discord).includes('acknowledged by'));
    await house.allTold();
    expect(slackWords(house)).toMatch(/Critical: anomaly on web-1.*acknowledged by.*Ada/);

    const card = cards(house).slack;
    house.slack.press(card, 'Resolve', { name: 'bob' });
    await discord.waitFor(() => wordsOf(cards(house).discord).includes('Resolved: anomaly on web-1'));
    await house.allTold();
    expect(slackWords(house)).toContain('Resolved: anomaly on web-1');

    expect(
      house.slack
        .messages()
        .filter(({ onlyFor }) => onlyFor === null)
        .map(({ thread }) => thread),
    ).toEqual([null, card.ts, card.ts, card.ts]);
    const story = house.discord.posts().slice(1);
    expect(story.map(({ channel, replyTo }) => [channel, replyTo])).toEqual([
      [discord.channels.ops, cards(house).discord.id],
      [cards(house).discord.id, null],
      [cards(house).discord.id, null],
    ]);
    expect(story.map(wordsOf)).toEqual([
      expect.stringContaining('critical'),
      expect.stringContaining('Ada acknowledged'),
      expect.stringMatching(/bob resolved[\s\S]*Over after/),
    ]);
    await painter.stop();
  });

  it('has one outcome when a hundred people click at once on both platforms, and everybody is told the truth', async () => {
    const house = await openIncidentHouse();
    await house.happens(someIncident());
    await house.allTold();
    const { slack, discord } = cards(house);
    const onSlack = Array.from({ length: 50 }, (_, at) =>
      house.slack.press(slack, 'Acknowledge', { user: `U0CLICK${at}`, name: `slack-${at}` }),
    );
    const onDiscord = Array.from({ length: 50 }, (_, at) =>
      house.discord.press(discord, 'Acknowledge', {
        user: { id: String(300_000_000_000_000_000n + BigInt(at)), name: `discord-${at}` },
      }),
    );
    const saidOnSlack = () => onSlack.flatMap(({ answer }) => answer?.text ?? []);
    const saidOnDiscord = () => onDiscord.flatMap(({ original }) => (original ? wordsOf(original) : []));
    await house.slack.waitFor(() => saidOnSlack().length === 50, 30_000);
    await house.discord.waitFor(() => saidOnDiscord().filter((words) => words !== '').length === 50, 30_000);

    const { state, story } = await find(house);
    if (state.kind !== 'acknowledged') expect.fail(state.kind);
    expect(story.filter(({ text }) => text === 'acknowledged')).toHaveLength(1);
    const said = [...saidOnSlack(), ...saidOnDiscord()];
    expect(said.filter((words) => words.includes('You acknowledged it'))).toHaveLength(1);
    expect(
      said.filter((words) => words.includes(state.by.name) && !words.includes('You acknowledged it')),
    ).toHaveLength(99);
  }, 90_000);
});
