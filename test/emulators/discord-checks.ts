import { componentProblems, modalProblems } from './discord-component-checks.ts';
import type { EmulatedInteraction } from './discord-state.ts';

/**
 * What Discord refuses, written from its documentation and not from our renderer:
 * https://discord.com/developers/docs/resources/message, .../interactions/application-commands
 */

type Json = Readonly<Record<string, unknown>>;

/** A line for each thing Discord would refuse about a message; an edit may leave things out. */
export function messageProblems(body: unknown, kind: 'new' | 'edit'): readonly string[] {
  const { content, embeds, nonce, components } = objectOf(body);
  const list = Array.isArray(embeds) ? embeds.map(objectOf) : [];
  const isEmpty = (content === undefined || content === '' || content === null) && list.length === 0;
  return [
    ...(kind === 'new' && isEmpty ? ['Cannot send an empty message'] : []),
    ...tooLong('content', content, 2_000),
    ...tooLong('nonce', nonce, 25),
    ...(list.length > 10 ? ['embeds: Must be 10 or fewer in length.'] : []),
    ...(list.reduce((sum, embed) => sum + embedLength(embed), 0) > 6_000
      ? ['embeds: Embed size exceeds maximum size of 6000']
      : []),
    ...list.flatMap((embed, at) => embedProblems(embed).map((problem) => `embeds[${at}].${problem}`)),
    ...componentProblems(components),
  ];
}

/** Whom a message would ping if its words were read as Discord reads them. */
export function pingsOf(body: unknown): readonly string[] {
  const { content, allowed_mentions: allowed } = objectOf(body);
  const { parse = null, users, roles } = allowed === undefined || allowed === null ? {} : objectOf(allowed);
  const text = typeof content === 'string' ? content : '';
  const found = [...text.matchAll(/@everyone|@here|<@[!&]?\d+>/g)].map(([mention]) => mention);
  if (!Array.isArray(parse) || parse.length > 0) return found;
  const named = [...listOf(users).map((one) => `<@${one}>`), ...listOf(roles).map((one) => `<@&${one}>`)];
  return found.filter((mention) => named.includes(mention));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function embedProblems(embed: Json): readonly string[] {
  const { title, description, footer, fields } = embed;
  const list = Array.isArray(fields) ? fields.map(objectOf) : [];
  return [
    ...(embedLength(embed) === 0 && embed.image === undefined ? ['description: This field is required'] : []),
    ...tooLong('title', title, 256),
    ...tooLong('description', description, 4_096),
    ...tooLong('footer.text', objectOf(footer).text, 2_048),
    ...(list.length > 25 ? ['fields: Must be 25 or fewer in length.'] : []),
    ...list.flatMap(({ name, value }, at) => [
      ...missing(`fields[${at}].name`, name),
      ...missing(`fields[${at}].value`, value),
      ...tooLong(`fields[${at}].name`, name, 256),
      ...tooLong(`fields[${at}].value`, value, 1_024),
    ]),
  ];
}

function embedLength(embed: Json): number {
  const fields = Array.isArray(embed.fields) ? embed.fields.map(objectOf) : [];
  const parts = [embed.title, embed.description, objectOf(embed.footer).text, objectOf(embed.author).name];
  return [...parts, ...fields.flatMap(({ name, value }) => [name, value])]
    .filter((part) => typeof part === 'string')
    .reduce((sum, part) => sum + part.trim().length, 0);
}

/** Which answers each kind of interaction may get first. */
const callbackTypes: Readonly<Record<EmulatedInteraction['kind'], readonly number[]>> = {
  command: [4, 5, 9],
  typing: [8],
  click: [4, 5, 6, 7, 9],
  form: [4, 5, 6, 7],
};

export function callbackProblems(body: unknown, kind: EmulatedInteraction['kind']): readonly string[] {
  const { type, data } = objectOf(body);
  if (!callbackTypes[kind].includes(Number(type)))
    return [`type: Value must be one of {${callbackTypes[kind].join(', ')}}, got ${String(type)}`];
  if (type === 4 || type === 7) return messageProblems(data, type === 4 ? 'new' : 'edit');
  if (type === 5 || type === 6) return [];
  if (type === 9) return modalProblems(data).map((problem) => `data.${problem}`);
  const { choices } = objectOf(data);
  if (!Array.isArray(choices)) return ['data.choices: This field is required'];
  return [
    ...(choices.length > 25 ? ['data.choices: Must be 25 or fewer in length.'] : []),
    ...choices
      .map(objectOf)
      .flatMap(({ name, value }, at) => [
        ...missing(`data.choices[${at}].name`, name),
        ...tooLong(`data.choices[${at}].name`, name, 100),
        ...tooLong(`data.choices[${at}].value`, value, 100),
      ]),
  ];
}

export function commandProblems(body: unknown): readonly string[] {
  return Array.isArray(body)
    ? body.flatMap((command, at) => optionProblems(objectOf(command), `[${at}]`))
    : ['Only lists of commands are accepted'];
}

function optionProblems(entry: Json, path: string): readonly string[] {
  const { name, description, options, choices, autocomplete } = entry;
  const below = Array.isArray(options) ? options.map(objectOf) : [];
  const firstOptional = below.findIndex(({ type, required }) => Number(type) >= 3 && required !== true);
  const isOutOfOrder = firstOptional >= 0 && below.slice(firstOptional).some(({ required }) => required === true);
  const offered = Array.isArray(choices) ? choices.map(objectOf) : [];
  return [
    ...(typeof name === 'string' && /^[-_\p{Ll}\p{N}]{1,32}$/u.test(name)
      ? []
      : [`${path}.name: String value did not match`]),
    ...missing(`${path}.description`, description),
    ...tooLong(`${path}.description`, description, 100),
    ...(below.length > 25 ? [`${path}.options: Must be 25 or fewer in length.`] : []),
    ...(isOutOfOrder ? [`${path}.options: Required options must be placed before non-required options`] : []),
    ...(new Set(below.map((option) => option.name)).size < below.length ? [`${path}.options: name is duplicated`] : []),
    ...(offered.length > 25 ? [`${path}.choices: Must be 25 or fewer in length.`] : []),
    ...(offered.length > 0 && autocomplete === true ? [`${path}.autocomplete: not with choices`] : []),
    ...offered.flatMap((choice, at) => tooLong(`${path}.choices[${at}].name`, choice.name, 100)),
    ...below.flatMap((option, at) => optionProblems(option, `${path}.options[${at}]`)),
  ];
}

function tooLong(what: string, value: unknown, most: number): readonly string[] {
  const isTooLong = typeof value === 'string' && value.length > most;
  return isTooLong ? [`${what}: Must be ${most} or fewer in length.`] : [];
}

function missing(what: string, value: unknown): readonly string[] {
  return typeof value === 'string' && value.trim() !== '' ? [] : [`${what}: This field is required`];
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
