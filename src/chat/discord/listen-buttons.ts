import type { ButtonInteraction, Client, Message, ModalSubmitInteraction } from 'discord.js';
import type { Address } from '../../core/address.ts';
import { decodeAction, requestOf } from '../../core/button.ts';
import type { FormField } from '../../core/chat.ts';
import { unknownButton } from '../kept-buttons.ts';
import { createButtonShow } from './answer-button.ts';
import { acknowledge, ephemeral, openForm } from './callback.ts';
import { renderForm } from './form.ts';
import { askedBy, type ListenOptions, personOf } from './listen.ts';
import { createChannelShow } from './show-in-channel.ts';
import { standingOf } from './standing.ts';

type Written = Readonly<Record<string, string>>;

/** Turns clicks on the bot's buttons, and the forms they open, into events for the conversation. */
export function listenToButtons(client: Client, options: ListenOptions): void {
  const { conversation, rest, messages, log, now, answer } = options;
  client.on('interactionCreate', (interaction) => {
    if (!interaction.isButton() && !interaction.isModalSubmit()) return;
    const [card, bot] = [interaction.message, client.user?.id];
    // What another application or a webhook wrote is not ours to act on.
    if (card === null || bot === undefined || card.author?.id !== bot) return;
    if (interaction.isButton()) answer('a click', interaction.id, (signal) => onClick(interaction, card, signal));
    else answer('a form', interaction.id, (signal) => run(interaction, card, writtenIn(interaction), signal));
  });

  async function onClick(interaction: ButtonInteraction, card: Message, signal: AbortSignal): Promise<void> {
    const action = decodeAction(interaction.customId);
    const fields = action === null ? [] : conversation.formOf(action.path, action.asks);
    if (fields.length === 0) return run(interaction, card, {}, signal);
    const form = renderForm(titleOf(interaction, fields), interaction.customId, fields);
    await openForm(rest, askedBy(interaction), form, signal);
  }

  async function run(
    interaction: ButtonInteraction | ModalSubmitInteraction,
    card: Message,
    written: Written,
    signal: AbortSignal,
  ): Promise<void> {
    const asked = askedBy(interaction);
    await acknowledge(rest, asked, 'asker', log, signal);
    const at = addressOf(card);
    const showInChannel = createChannelShow(messages, at, `click:${asked.id}`, signal);
    const { show, end } = createButtonShow({ rest, draw: messages.draw, asked, now, showInChannel }, signal);
    const action = decodeAction(interaction.customId);
    if (action === null) return show(unknownButton);
    const request = requestOf(action, written);
    const who = { person: personOf(interaction.user), standing: standingOf(interaction) };
    await conversation.handle({ id: asked.id, ...who, at, via: 'button', request }, show, signal);
    await end();
  }
}

/** Under the message with the button, unless one person alone sees that. */
function addressOf({ id, channelId: channel, flags }: Message): Address {
  return { platform: 'discord', channel, thread: flags.has(ephemeral) ? null : id };
}

function titleOf({ component }: ButtonInteraction, fields: readonly FormField[]): string {
  const label = component !== null && 'label' in component ? component.label : null;
  return label ?? fields.map(({ option }) => option).join(', ');
}

/** What was written, by the names of the options, which are the names of the form's fields. */
function writtenIn({ fields }: ModalSubmitInteraction): Written {
  const written = fields.fields.map((field, option) => [option, 'values' in field ? field.values[0] : field.value]);
  return Object.fromEntries(written.map(([option, value]) => [option, typeof value === 'string' ? value : '']));
}
