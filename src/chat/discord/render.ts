import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { Mention } from '../../core/mention.ts';
import type { Block, Fact, Reply, Tone } from '../../core/reply.ts';
import { moreButtons } from '../kept-buttons.ts';
import { type ButtonRow, drawButtons } from './buttons.ts';
import { cutToFit, escapeMarkdown, fence, oneLine, plainLine } from './escape.ts';
import {
  descriptionLength,
  embedsPerMessage,
  embedsTotalLength,
  fieldNameLength,
  fieldsPerEmbed,
  fieldValueLength,
  titleLength,
} from './limits.ts';
import { tableText } from './table.ts';

/** A message as Discord takes it: every word is in its embeds, what can be clicked below them, and nobody is ever pinged. */
export type DiscordMessage = {
  readonly embeds: readonly APIEmbed[];
  /** Always there: an edit without it would leave old buttons standing. */
  readonly components: readonly ButtonRow[];
  readonly allowed_mentions: {
    readonly parse: readonly never[];
    readonly users?: readonly string[];
    readonly roles?: readonly string[];
  };
  /** Nothing but those who are called by name. */
  readonly content?: string;
};

const colours: Readonly<Record<Tone, number>> = {
  critical: 0xd92d20,
  warning: 0xf79009,
  good: 0x12b76a,
  neutral: 0x5d6b98,
};
/** The tone in a sign and in words; the words are left out where the title begins with one of `said`. */
const tones: Readonly<Record<Tone, { readonly sign: string; readonly word: string; readonly said: RegExp }>> = {
  critical: { sign: '🔴', word: 'Critical', said: /^critical\b/i },
  warning: { sign: '🟠', word: 'Warning', said: /^warning\b/i },
  good: { sign: '🟢', word: 'Good', said: /^(good|ok|resolved|healthy)\b/i },
  neutral: { sign: '', word: '', said: /^/ },
};

/** Kept free for the word about what had no room. */
const lastWordRoom = 40;
/** Small print is small: longer footers than this push out what matters. */
const longestFooter = 600;
/** Facts as short as this stand side by side. */
const longestInline = 48;

type Draft = {
  title: string;
  colour: number | null;
  description: string;
  fields: APIEmbedField[];
  image: string | null;
};

/** The file that shows a block. */
type Images = ReadonlyMap<Block, string>;

/**
 * A reply as embeds. Text is escaped, so that no label, question or model output pings, links or formats. What does not fit into
 * Discord's limits is cut where it stands and counted. `ref` is a mark of this message by which it is found again.
 */
export function renderDiscord(reply: Reply, ref: string | null = null, images: Images = new Map()): DiscordMessage {
  const { rows: components, left: leftButtons } = drawButtons(reply.blocks);
  const { body, notes } = splitNotes(reply.blocks.filter(({ kind }) => kind !== 'buttons'));
  const footer = footerOf(leftButtons === 0 ? notes : [moreButtons(leftButtons), ...notes], ref);
  const drafts: Draft[] = [];
  let left = embedsTotalLength - lastWordRoom - footer.length;
  for (const [at, block] of body.entries()) {
    const used = place(drafts, block, left, images);
    if (used === null) {
      sayHowMuchMore(drafts, body.length - at);
      break;
    }
    left -= used;
  }
  const shown = drafts.filter(
    (draft) => draft.title !== '' || draft.description.trim() !== '' || draft.fields.length > 0 || draft.image !== null,
  );
  if (shown.length === 0)
    shown.push(emptyDraft(null, cutToFit(reply.summary, descriptionLength, escapeMarkdown).trim() || '—'));
  return {
    embeds: shown.map((draft, at) => embedOf(draft, at === shown.length - 1 ? footer : '')),
    components,
    allowed_mentions: { parse: [] },
  };
}

/** A message that calls some by name, and nobody else whatever is in it. Ids come from the configuration. */
export function calling<Message extends DiscordMessage>(message: Message, mentions: readonly Mention[]): Message {
  if (mentions.length === 0) return message;
  const of = (to: Mention['to']): readonly string[] => mentions.filter((one) => one.to === to).map(({ id }) => id);
  const [users, roles] = [of('person'), of('role')];
  const content = [...users.map((id) => `<@${id}>`), ...roles.map((id) => `<@&${id}>`)].join(' ');
  return { ...message, content, allowed_mentions: { parse: [], users, roles } };
}

/** Puts a block behind the others; gives the characters it took, or null when there was no room for any of it. */
function place(drafts: Draft[], block: Block, left: number, images: Images): number | null {
  if (block.kind === 'heading') {
    const title = cutToFit(titleOf(block.text, block.tone), Math.min(titleLength, left), escapeMarkdown).trim();
    const draft = open(drafts, colours[block.tone], (last) => isEmpty(last));
    if (draft === null || left <= 0) return null;
    draft.title = title;
    draft.colour = colours[block.tone];
    return title.length;
  }
  const colour = drafts.at(-1)?.colour ?? null;
  const image = images.get(block);
  if (image !== undefined) {
    const draft = open(drafts, colour, (last) => last.image === null);
    if (draft === null) return null;
    draft.image = image;
    return 0;
  }
  if (block.kind === 'facts') {
    const draft = open(drafts, colour, (last) => last.fields.length + block.facts.length <= fieldsPerEmbed);
    return draft === null ? null : placeFacts(draft, block.facts, left);
  }
  const whole = textOf(block, Math.min(descriptionLength, left));
  // A draft's fields stand under its description: text behind facts needs a new one to keep its place.
  const draft = open(
    drafts,
    colour,
    (last) => last.fields.length === 0 && last.description.length + whole.length < descriptionLength,
  );
  if (draft === null) return null;
  if (whole === '') return isBlank(block) ? 0 : null;
  const added = draft.description === '' ? whole : `\n${whole}`;
  const text = added.length <= left ? added : `\n${textOf(block, left - 1)}`;
  draft.description += text;
  return text.length;
}

function placeFacts(draft: Draft, facts: readonly Fact[], left: number): number | null {
  let used = 0;
  for (const [at, fact] of facts.entries()) {
    const name = cutToFit(oneLine(fact.name), fieldNameLength, escapeMarkdown).trim() || '—';
    const value = cutToFit(fact.value.trim(), fieldValueLength, escapeMarkdown).trim() || '—';
    const isLastPlace = draft.fields.length === fieldsPerEmbed - 1 && at < facts.length - 1;
    if (isLastPlace || used + name.length + value.length > left - lastWordRoom) {
      const more = { name: '…', value: `${facts.length - at} more`, inline: false };
      if (used + more.name.length + more.value.length > left) return at === 0 ? null : used;
      draft.fields.push(more);
      return used + more.name.length + more.value.length;
    }
    draft.fields.push({ name, value, inline: value.length <= longestInline });
    used += name.length + value.length;
  }
  return used;
}

type Written = Exclude<Block, { kind: 'heading' | 'facts' }>;

function textOf(block: Written, room: number): string {
  switch (block.kind) {
    case 'text':
      return cutToFit(block.text.trim(), room, escapeMarkdown);
    case 'code':
      return cutToFit(block.text, room, fence);
    case 'table':
      return tableText(block, room);
    case 'link':
      return linkText(block.text, block.url, room);
    case 'chart':
      return cutToFit(block.chart.alt.trim(), room, escapeMarkdown);
    case 'buttons':
      return '';
    case 'note':
      return cutToFit(oneLine(block.text), room, (text) => `-# ${escapeMarkdown(text)}`);
  }
}

/** A link says where it leads; what is no web address is written out. */
function linkText(text: string, url: string, room: number): string {
  const target = URL.canParse(url) ? new URL(url) : null;
  if (target === null || !/^https?:$/.test(target.protocol)) return cutToFit(`${text}: ${url}`, room, escapeMarkdown);
  const href = target.href.replaceAll(
    /[()<>[\]\\*_~`|]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return cutToFit(oneLine(text) || target.hostname, room, (label) => `[${escapeMarkdown(label)}](<${href}>)`);
}

function titleOf(text: string, tone: Tone): string {
  const { sign, word, said } = tones[tone];
  const line = oneLine(text);
  return [sign, said.test(line) ? line : `${word}: ${line}`].filter(Boolean).join(' ');
}

function splitNotes(blocks: readonly Block[]): { readonly body: readonly Block[]; readonly notes: readonly string[] } {
  const end = blocks.findLastIndex((block) => block.kind !== 'note') + 1;
  return {
    body: blocks.slice(0, end),
    notes: blocks.slice(end).flatMap((block) => ('text' in block ? block.text : [])),
  };
}

function footerOf(notes: readonly string[], ref: string | null): string {
  const mark = ref === null ? '' : refMark(ref);
  const small = cutToFit(notes.join(' · '), longestFooter, plainLine);
  return [small, mark].filter(Boolean).join(' · ');
}

/** How a message carries its mark; `carriesRef` recognises it. */
function refMark(ref: string): string {
  return `ref ${ref}`;
}

export function carriesRef(footers: readonly string[], ref: string): boolean {
  return footers.some((footer) => footer === refMark(ref) || footer.endsWith(` · ${refMark(ref)}`));
}

/** The last draft when it has room, else a new one; null when a message can't have more. */
function open(drafts: Draft[], colour: number | null, hasRoom: (last: Draft) => boolean): Draft | null {
  const last = drafts.at(-1);
  if (last !== undefined && hasRoom(last)) return last;
  if (drafts.length === embedsPerMessage) return null;
  const draft = emptyDraft(colour, '');
  drafts.push(draft);
  return draft;
}

function emptyDraft(colour: number | null, description: string): Draft {
  return { title: '', colour, description, fields: [], image: null };
}

function isEmpty(draft: Draft): boolean {
  return draft.title === '' && draft.description === '' && draft.fields.length === 0 && draft.image === null;
}

/** Nothing to show, as opposed to no room to show it. */
function isBlank(block: Written): boolean {
  return textOf(block, descriptionLength) === '';
}

/** Says how much was left out. */
function sayHowMuchMore(drafts: Draft[], parts: number): void {
  const last = drafts.at(-1);
  if (last === undefined) return;
  const word = `… ${parts} more part${parts === 1 ? '' : 's'}`;
  if (last.fields.length > 0 && last.fields.length < fieldsPerEmbed)
    last.fields.push({ name: '…', value: word.slice(2), inline: false });
  else if (last.description.length + word.length < descriptionLength)
    last.description = `${last.description}\n${word}`.trim();
}

function embedOf(draft: Draft, footer: string): APIEmbed {
  return {
    ...(draft.title === '' ? {} : { title: draft.title }),
    ...(draft.colour === null ? {} : { color: draft.colour }),
    ...(draft.description.trim() === '' ? {} : { description: draft.description }),
    ...(draft.fields.length === 0 ? {} : { fields: draft.fields }),
    ...(draft.image === null ? {} : { image: { url: `attachment://${draft.image}` } }),
    ...(footer === '' ? {} : { footer: { text: footer } }),
  };
}
