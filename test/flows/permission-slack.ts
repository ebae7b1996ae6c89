import { onTestFinished } from 'vitest';
import { createSlackPlatform } from '../../src/chat/slack/platform.ts';
import { silentLog as log } from '../../src/core/log.ts';
import type { Reply } from '../../src/core/reply.ts';
import { buttonsOf, type EmulatedMessage, startSlackEmulator } from '../emulators/slack.ts';
import { memoryDeliveries, noPictures } from '../small-things.ts';
import { cardsFor, type Deed, everyDeed, everyForm, type Way } from './permission-deeds.ts';
import { type OnEnd, openHouse } from './permission-house.ts';

const signal = new AbortController().signal;

/** Nobody asks for more than one may in a minute: each door has people of its own. */
const doors = ['slash', 'mention', 'button', 'form'] as const;
type Door = (typeof doors)[number];
export type SlackKind = 'other' | 'named' | 'member';
export type SlackPlace = 'ops' | 'random' | 'thread' | 'direct';

const group = 'SGROUP';
export const slackUser = (kind: SlackKind, door: Door): string => `U${kind}${door}`.toUpperCase();

/** A house on Slack where this variable names people, a group and the channel "random". */
export async function openSlack(variable: string, { now = Date.now, onEnd = onTestFinished as OnEnd } = {}) {
  const slack = await startSlackEmulator();
  const setMembers = (users: readonly string[]): void => slack.setGroup(group, users);
  setMembers(doors.map((door) => slackUser('member', door)));
  const named = doors.map((door) => `slack:${slackUser('named', door)}`);
  const house = (await openHouse(onEnd)).settle({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    [variable]: [...named, `slack:${group}`, `slack:${slack.channels.random}`].join(),
  });
  if (house.config.slack === null) throw new Error('Slack is off');
  const platform = createSlackPlatform({
    deliveries: memoryDeliveries(),
    painter: noPictures,
    ...house.config.slack,
    apiUrl: slack.url,
    now,
    log,
  });
  onEnd(async () => {
    await platform.stop();
    await slack.stop();
  });
  await platform.start(house.conversation);

  async function post(card: Reply, channel: string, thread: string | null): Promise<EmulatedMessage> {
    const options = { key: crypto.randomUUID(), attemptedAt: null, isLoud: false };
    const { message } = await platform.post({ platform: 'slack', channel, thread }, card, options, signal);
    return slack.waitFor(() => slack.messages(channel).find(({ ts }) => ts === message));
  }

  /** Opens the form of a button. */
  async function open(cards: readonly EmulatedMessage[], { button: { text } }: Deed, user: string) {
    const click = slack.press(cardWith(cards, text), text, { user });
    await slack.waitFor(() => click.modal);
    return click;
  }

  /** Clicks a button, and fills in its form and sends it when it has one. */
  async function click(cards: readonly EmulatedMessage[], deed: Deed, user: string): Promise<string> {
    const { text, asks } = deed.button;
    if (asks.length === 0) return slack.press(cardWith(cards, text), text, { user }).id;
    return slack.submit(await open(cards, deed, user), deed.written);
  }

  /** All ways to do things in a place. */
  async function waysIn(place: SlackPlace, kind: SlackKind): Promise<readonly Way[]> {
    const channel = slack.channels[place === 'thread' ? 'random' : place];
    const thread = place === 'thread' ? slack.say('what now?', { channel }) : null;
    const by = (door: Door) => ({ user: slackUser(kind, door), channel, ...(thread === null ? {} : { thread }) });
    const write = place === 'direct' ? slack.direct : slack.mention;
    const way = (door: Door, deeds: readonly Deed[], act: Way['act']): Way => {
      return { person: `slack:${slackUser(kind, door)}`, via: door === 'form' ? 'button' : door, deeds, act };
    };
    const clicking = async (door: 'button' | 'form', deeds: readonly Deed[]): Promise<Way> => {
      const cards = await Promise.all(cardsFor(deeds).map((card) => post(card, channel, thread)));
      return way(door, deeds, (deed) => click(cards, deed, slackUser(kind, door)));
    };
    const every = everyDeed(house.commands);
    return [
      // Slack has no commands in threads.
      ...(thread === null ? [way('slash', every, ({ line }) => slack.command(`/ops ${line}`, by('slash')).id)] : []),
      way('mention', every, ({ line }) => write(line, by('mention')).id),
      await clicking('button', every),
      await clicking('form', everyForm(house.commands)),
    ];
  }

  return { house, slack, setMembers, post, open, click, waysIn };
}

function cardWith(cards: readonly EmulatedMessage[], label: string): EmulatedMessage {
  const card = cards.find((one) => buttonsOf(one).includes(label));
  if (card === undefined) throw new Error(`no card has a button "${label}"`);
  return card;
}
