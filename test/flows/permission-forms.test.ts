import { describe, expect, it } from 'vitest';
import { cardOf, contextOf } from '../../src/incidents/card.ts';
import { wordsOf as discordWords } from '../emulators/discord.ts';
import { wordsOf as slackWords } from '../emulators/slack.ts';
import { someIncident } from '../incidents/some-incident.ts';
import { type Deed, due, happens } from './permission-deeds.ts';
import { openDiscord } from './permission-discord.ts';
import type { House } from './permission-house.ts';
import { openSlack, slackUser } from './permission-slack.ts';

/** A responder by their group in front of the card of an incident. */
type Stage = {
  readonly house: House;
  readonly person: string;
  readonly click: (deed: Deed) => Promise<string>;
  /** Clicks a button with a form; what it gives sends that. */
  readonly open: (deed: Deed) => Promise<() => string>;
  /** They leave their group or are back, and what was believed of that is too old. */
  readonly setMember: (isMember: boolean) => void;
  /** What they alone were told. */
  readonly whispers: () => readonly string[];
};

const card = cardOf(someIncident(), contextOf(someIncident(), [], { simulated: false }));
const written = { for: '1h', reason: 'the disk is swapped' };
const deeds: readonly Deed[] = card.blocks
  .flatMap((block) => (block.kind === 'buttons' ? block.buttons : []))
  .map((button) => {
    return { command: button.path.join(' '), line: '', button, written: button.asks.length === 0 ? {} : written };
  });
const forms = deeds.filter(({ button }) => button.asks.length > 0);

/** Slack is asked who is in a group, and its answer is believed for so long. */
const believedMs = 30_000;

async function onSlack(): Promise<Stage> {
  let lateMs = 0;
  const { house, slack, setMembers, post, open, click } = await openSlack('RESPONDERS', {
    now: () => Date.now() + lateMs,
  });
  const user = slackUser('member', 'button');
  const cards = [await post(card, slack.channels.ops, null)];
  return {
    house,
    person: `slack:${user}`,
    click: (deed) => click(cards, deed, user),
    async open(deed) {
      const opened = await open(cards, deed, user);
      return () => slack.submit(opened, deed.written);
    },
    setMember(isMember) {
      setMembers(isMember ? [user] : []);
      lateMs += believedMs;
    },
    whispers: () =>
      slack
        .messages()
        .filter(({ onlyFor }) => onlyFor === user)
        .map(slackWords),
  };
}

async function onDiscord(): Promise<Stage> {
  const { house, discord, who, post, open, click } = await openDiscord('RESPONDERS');
  const { user, roles } = who('member', 'button');
  let by = { user, roles };
  const cards = [await post(card, discord.channels.random)];
  return {
    house,
    person: `discord:${user.id}`,
    click: (deed) => click(cards, deed, by),
    async open(deed) {
      const opened = await open(cards, deed, by);
      return () => discord.submit(opened, deed.written, by).id;
    },
    setMember(isMember) {
      by = { user, roles: isMember ? roles : [] };
    },
    whispers: () =>
      discord
        .messages(discord.channels.random)
        .filter(({ onlyFor }) => onlyFor === user.id)
        .map(discordWords),
  };
}

describe.each([
  ['Slack', onSlack],
  ['Discord', onDiscord],
])('the card of an incident on %s', (_, start) => {
  it('does for a responder what its buttons say, and for nobody else', async () => {
    const { house, person, click, setMember } = await start();
    const way = { person, via: 'button', deeds, act: click };
    expect(await happens(house, way)).toEqual(due('responder', way));
    setMember(false);
    expect(await happens(house, way)).toEqual(due('viewer', way));
    expect(deeds.map(({ command }) => command)).toEqual(expect.arrayContaining(['ack', 'feedback', 'silence add']));
  });

  it('opens its form for everybody, and tells who may not when they send it, and them alone', async () => {
    const { house, person, open, setMember, whispers } = await start();
    setMember(false);
    const act = async (deed: Deed): Promise<string> => {
      const send = await open(deed);
      expect([await house.audit.head(), house.told.size, whispers()]).toEqual([
        expect.objectContaining({ sequence: 0 }),
        0,
        [],
      ]);
      return send();
    };
    const way = { person, via: 'button', deeds: forms, act };
    expect(await happens(house, way)).toEqual(due('viewer', way));
    expect(whispers()).toEqual([expect.stringContaining('"silence add" is for responders.')]);
  });

  it.each([
    ['loses the role', false, 'viewer'],
    ['gets the role', true, 'responder'],
  ] as const)(
    'is for the role at the moment of sending: somebody who %s meanwhile has what they have then',
    async (_what, isMember, has) => {
      const { house, person, click, open, setMember } = await start();
      if (isMember) setMember(false);
      const others = {
        person,
        via: 'button',
        deeds: deeds.filter(({ button }) => button.asks.length === 0),
        act: click,
      };
      expect(await happens(house, others)).toEqual(due(isMember ? 'viewer' : 'responder', others));
      const act = async (deed: Deed): Promise<string> => {
        const send = await open(deed);
        setMember(isMember);
        return send();
      };
      const way = { person, via: 'button', deeds: forms, act };
      expect(await happens(house, way)).toEqual(due(has, way));
      expect(forms.length).toBeGreaterThan(0);
    },
  );
});
