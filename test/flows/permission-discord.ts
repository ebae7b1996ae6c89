import { onTestFinished } from 'vitest';
import { createDiscordPlatform } from '../../src/chat/discord/platform.ts';
import { silentLog as log } from '../../src/core/log.ts';
import type { Reply } from '../../src/core/reply.ts';
import { buttonsOf, type EmulatedMessage, startDiscordEmulator } from '../emulators/discord.ts';
import { noPictures } from '../small-things.ts';
import { cardsFor, type Deed, everyDeed, everyForm, type Way } from './permission-deeds.ts';
import { type OnEnd, openHouse, typed } from './permission-house.ts';

const signal = new AbortController().signal;

/** Nobody asks for more than one may in a minute: each door has people of its own. */
const doors = ['slash', 'mention', 'button', 'form'] as const;
type Door = (typeof doors)[number];
const kinds = ['other', 'named', 'member'] as const;
export type DiscordKind = (typeof kinds)[number];
export type DiscordPlace = 'ops' | 'random' | 'thread' | 'direct';
type Who = { readonly user: { readonly id: string; readonly name: string }; readonly roles: readonly string[] };

const userOf = (kind: DiscordKind, door: Door): Who['user'] => ({
  id: `223456789012345${kinds.indexOf(kind)}${doors.indexOf(door)}9`,
  name: `${kind} ${door}`,
});

/** A house on Discord where this variable names people, a role and the channel "ops", to which the thread belongs. */
export async function openDiscord(variable: string, { onEnd = onTestFinished as OnEnd } = {}) {
  const discord = await startDiscordEmulator({ bucket: { limit: 10_000, windowMs: 1_000 } });
  const named = doors.map((door) => `discord:${userOf('named', door).id}`);
  const house = (await openHouse(onEnd)).settle({
    DISCORD_TOKEN: discord.token,
    [variable]: [...named, `discord:role:${discord.role}`, `discord:channel:${discord.channels.ops}`].join(),
  });
  const { commands } = house;
  const { token, url: apiUrl } = discord;
  const platform = createDiscordPlatform({ painter: noPictures, token, apiUrl, commands, now: Date.now, log });
  onEnd(async () => {
    await platform.stop();
    await discord.stop();
  });
  await platform.start(house.conversation);
  await discord.waitFor(() => discord.commands().length > 0);

  const who = (kind: DiscordKind, door: Door): Who => {
    return { user: userOf(kind, door), roles: kind === 'member' ? [discord.role] : [] };
  };

  async function post(card: Reply, channel: string): Promise<EmulatedMessage> {
    const options = { key: crypto.randomUUID(), attemptedAt: null, isLoud: false };
    const { message } = await platform.post({ platform: 'discord', channel, thread: null }, card, options, signal);
    return discord.waitFor(() => discord.messages(channel).find(({ id }) => id === message));
  }

  /** Opens the form of a button. */
  async function open(cards: readonly EmulatedMessage[], { button: { text } }: Deed, by: Who) {
    const click = discord.press(cardWith(cards, text), text, by);
    await discord.waitFor(() => click.callback);
    return click;
  }

  /** Clicks a button, and fills in its form and sends it when it has one. */
  async function click(cards: readonly EmulatedMessage[], deed: Deed, by: Who): Promise<string> {
    const { text, asks } = deed.button;
    if (asks.length === 0) return discord.press(cardWith(cards, text), text, by).id;
    return discord.submit(await open(cards, deed, by), deed.written, by).id;
  }

  /** All ways to do things in a place. */
  async function waysIn(place: DiscordPlace, kind: DiscordKind): Promise<readonly Way[]> {
    const channel = discord.channels[place];
    const by = (door: Door) => ({ ...who(kind, door), channel });
    const way = (door: Door, deeds: readonly Deed[], act: Way['act']): Way => {
      return { person: `discord:${userOf(kind, door).id}`, via: door === 'form' ? 'button' : door, deeds, act };
    };
    const slash = ({ line }: Deed): string => {
      const { path, values } = typed(commands, line);
      return discord.slash(path, values, by('slash')).id;
    };
    const clicking = async (door: 'button' | 'form', deeds: readonly Deed[]): Promise<Way> => {
      const cards = await Promise.all(cardsFor(deeds).map((card) => post(card, channel)));
      return way(door, deeds, (deed) => click(cards, deed, who(kind, door)));
    };
    const every = everyDeed(commands);
    return [
      way('slash', every, slash),
      // The bot does not hear what is written to it alone.
      ...(place === 'direct' ? [] : [way('mention', every, ({ line }) => discord.mention(line, by('mention')))]),
      await clicking('button', every),
      await clicking('form', everyForm(commands)),
    ];
  }

  return { house, discord, who, post, open, click, waysIn };
}

function cardWith(cards: readonly EmulatedMessage[], label: string): EmulatedMessage {
  const card = cards.find((one) => buttonsOf(one).includes(label));
  if (card === undefined) throw new Error(`no card has a button "${label}"`);
  return card;
}
