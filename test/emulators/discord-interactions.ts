import { listOf } from './discord-component-checks.ts';
import type { EmulatedInteraction, EmulatedMessage, Payload } from './discord-state.ts';

/** The labels of a message's buttons as it stands now. */
export function buttonsOf({ components }: Pick<EmulatedMessage, 'components'>): readonly string[] {
  return components.flatMap((row) => listOf(row.components)).map(({ label }) => String(label));
}

/** What Discord tells of a click on the button with this label. */
export function clickData({ components }: EmulatedMessage, label: string): Payload {
  const button = components.flatMap((row) => listOf(row.components)).find((one) => one.label === label);
  if (button === undefined) throw new Error(`nobody can click "${label}": there is no such button`);
  return { component_type: 2, id: 1, custom_id: button.custom_id };
}

/** What Discord tells of a form, as its client makes it of what the bot opened. */
export function formData({ id, callback }: EmulatedInteraction, values: Readonly<Record<string, string>>): Payload {
  if (callback?.type !== 9) throw new Error(`click ${id} has opened no form`);
  const labels = listOf(callback.data.components);
  const fields = labels.filter(({ type }) => type === 18).map(({ component }) => component as Payload);
  const unknown = Object.keys(values).filter((option) => !fields.some(({ custom_id }) => custom_id === option));
  if (unknown.length > 0) throw new Error(`the form does not ask for ${unknown.join(', ')}`);
  const components = fields.map((field, at) => ({ type: 18, id: at, component: filled(field, at, values) }));
  return { custom_id: callback.data.custom_id, components };
}

function filled({ type, custom_id, required, options, max_length }: Payload, at: number, values: Payload): Payload {
  const name = String(custom_id);
  const value = values[name];
  if (value === undefined && required !== false) throw new Error(`the form can not be sent without ${name}`);
  if (type === 3) {
    const isOffered = value === undefined || listOf(options).some((option) => option.value === value);
    if (!isOffered) throw new Error(`nobody can choose "${value}" for ${name}`);
    return { type, id: 100 + at, custom_id, values: value === undefined ? [] : [value] };
  }
  if (String(value ?? '').length > Number(max_length ?? 4_000)) throw new Error(`${name} is too long`);
  return { type, id: 100 + at, custom_id, value: value ?? '' };
}

/** A message as it comes with what is done to it; in a direct message it is of no server. */
export function wholeWire(message: EmulatedMessage, guild: string | null): Payload {
  const { id, channel, author, content, embeds, components, onlyFor } = message;
  return {
    id,
    channel_id: channel,
    ...(guild === null ? {} : { guild_id: guild }),
    author: { ...author, discriminator: '0', avatar: null },
    content,
    embeds,
    components,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    pinned: false,
    type: 0,
    flags: onlyFor === null ? 0 : 64,
  };
}
