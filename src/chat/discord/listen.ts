import type {
  AutocompleteInteraction,
  BaseInteraction,
  ChatInputCommandInteraction,
  Client,
  Message,
  User,
} from 'discord.js';
import type { Address } from '../../core/address.ts';
import type { ChatEvent, Conversation } from '../../core/chat.ts';
import type { Log } from '../../core/log.ts';
import type { Person } from '../../core/person.ts';
import { createCommandShow } from './answer-command.ts';
import { type Asked, acknowledge, suggest } from './callback.ts';
import { isAddressed, plainText } from './mention-text.ts';
import type { Messages } from './messages.ts';
import { readCommand } from './read-command.ts';
import type { Rest } from './rest.ts';
import { createChannelShow } from './show-in-channel.ts';
import { standingOf } from './standing.ts';

/** Suggestions that take longer are none: Discord waits 3 s in all. */
const suggestionMs = 2_000;

export type ListenOptions = {
  readonly conversation: Conversation;
  readonly rest: Rest;
  readonly messages: Messages;
  readonly log: Log;
  readonly now: () => number;
  /** Runs the work of an event once, catches what goes wrong in it, and hands it a signal that ends it. */
  readonly answer: (what: string, id: string, work: (signal: AbortSignal) => Promise<void>) => void;
};

/** Turns what a client hears into events for the conversation, and shows what comes of them. */
export function listen(client: Client, { conversation, rest, messages, log, now, answer }: ListenOptions): void {
  client.on('interactionCreate', (interaction) => {
    if (interaction.isChatInputCommand())
      answer('a command', interaction.id, (signal) => onCommand(interaction, signal));
    else if (interaction.isAutocomplete())
      answer('what is being typed', interaction.id, (signal) => onTyping(interaction, signal));
  });
  client.on('messageCreate', (message) => {
    const bot = client.user?.id;
    if (bot === undefined || message.author.bot || message.webhookId !== null) return;
    if (isAddressed(message.content, bot)) answer('a mention', message.id, (signal) => onMention(message, bot, signal));
  });

  async function onCommand(interaction: ChatInputCommandInteraction, signal: AbortSignal): Promise<void> {
    const asked = askedBy(interaction);
    await acknowledge(rest, asked, 'everybody', log, signal);
    const at: Address = { platform: 'discord', channel: interaction.channelId, thread: null };
    const showInChannel = createChannelShow(messages, at, `command:${asked.id}`, signal);
    const show = createCommandShow({ rest, draw: messages.draw, asked, now, showInChannel }, signal);
    const request = { kind: 'command', ...readCommand(interaction) } as const;
    const who = { person: personOf(interaction.user), standing: standingOf(interaction) };
    await conversation.handle({ id: asked.id, ...who, at, via: 'slash', request }, show, signal);
  }

  async function onTyping(interaction: AutocompleteInteraction, signal: AbortSignal): Promise<void> {
    const { name, value } = interaction.options.getFocused(true);
    const soon = AbortSignal.any([signal, AbortSignal.timeout(suggestionMs)]);
    const late = new Promise<readonly string[]>((resolve) => {
      soon.addEventListener('abort', () => resolve([]), { once: true });
    });
    const found = conversation.complete(readCommand(interaction).path, name, value, soon).catch((error: unknown) => {
      log.warn('there were no suggestions', { error });
      return [];
    });
    await suggest(rest, askedBy(interaction), await Promise.race([found, late]), signal);
  }

  async function onMention(message: Message, bot: string, signal: AbortSignal): Promise<void> {
    const { id, channelId, author, guild } = message;
    const typing = { method: 'POST', route: `/channels/${channelId}/typing`, what: 'a sign of life' } as const;
    rest.send(typing, signal).catch((error: unknown) => log.debug('no sign of life was shown', { error }));
    const text = plainText(message.content, bot, {
      user: (user) => message.mentions.users.get(user)?.displayName ?? null,
      role: (role) => guild?.roles.cache.get(role)?.name ?? null,
      channel: (channel) => guild?.channels.cache.get(channel)?.name ?? null,
    });
    const at: Address = { platform: 'discord', channel: channelId, thread: id };
    const who = { person: personOf(author), standing: standingOf(message) };
    const event: ChatEvent = { id, ...who, at, via: 'mention', request: { kind: 'mention', text } };
    await conversation.handle(event, createChannelShow(messages, at, `mention:${id}`, signal), signal);
  }
}

export function askedBy(interaction: BaseInteraction): Asked {
  const { id, token, applicationId: application, createdTimestamp: at } = interaction;
  return { id, token, application, at };
}

export function personOf(user: User): Person {
  return { platform: 'discord', id: user.id, name: user.displayName };
}
