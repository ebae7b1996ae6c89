import type { types } from '@slack/bolt';
import type { Mention } from '../../core/mention.ts';
import type { Block, Fact, Reply, Tone } from '../../core/reply.ts';
import { moreButtons } from '../kept-buttons.ts';
import { drawButtons } from './buttons.ts';
import { blocksPerMessage, blocksTotalLength, factLength, fallbackLength, headerLength, textLength } from './limits.ts';
import { fitting, layOut, moreOf } from './table.ts';
import { clean, cutToSize, escapedLine, oneLine, plainLine, sizeOf, weightOf } from './text.ts';

/** A message as Slack takes it. The blocks are what is shown; the text is what notifications and screen readers say. */
export type SlackMessage = { readonly text: string; readonly blocks: readonly types.KnownBlock[] };

/** The tone in a sign and in words; the words are left out where the title begins with one of `said`. */
const tones: Readonly<Record<Tone, { readonly sign: string; readonly word: string; readonly said: RegExp }>> = {
  critical: { sign: '🔴', word: 'Critical', said: /^critical\b/i },
  warning: { sign: '🟠', word: 'Warning', said: /^warning\b/i },
  good: { sign: '🟢', word: 'Good', said: /^(good|ok|resolved|healthy)\b/i },
  neutral: { sign: '', word: '', said: /^/ },
};

/** Kept free for the word about what had no room. */
const lastWordRoom = 160;
/** What a block takes beside its text, at most. */
const frame = 200;
/** With less room than this a part is counted instead of begun. */
const leastRoom = 60;
/** Longer addresses are not linked. */
const longestUrl = 2_000;

/** The file that shows a part. */
type Images = ReadonlyMap<Block, string>;

/** Words for those who don't see a picture. */
const altLength = 1_000;

type Element = types.RichTextElement;

/**
 * A reply as blocks. Words stand in rich text and plain text alone, where Slack reads no markup: no label, question or model output
 * mentions, links or formats; only `mentions` are called, above all else. What does not fit into Slack's limits is cut where it stands and counted.
 */
export function renderSlack(reply: Reply, images: Images = new Map(), mentions: readonly Mention[] = []): SlackMessage {
  const { rows, left, weight } = drawButtons(reply.blocks);
  const parts = reply.blocks.filter((block) => rows.has(block) || !isBlank(block));
  const blocks: types.KnownBlock[] = mentions.length === 0 ? [] : [paragraph(mentions.map(mentionElement))];
  const called = blocks.length;
  let room = blocksTotalLength - lastWordRoom * (left === 0 ? 1 : 2) - weight - weightOf(blocks);
  let places = blocksPerMessage - called - rows.size - (left === 0 ? 0 : 1);
  let isCut = false;
  for (const [at, part] of parts.entries()) {
    const row = rows.get(part);
    if (row !== undefined) blocks.push(row);
    if (row !== undefined || isCut) continue;
    const after = parts.slice(at).filter((one) => !rows.has(one)).length;
    const isFull = places === 1 && after > 1;
    const block = isFull ? null : (imageOf(part, images) ?? draw(part, room - frame));
    isCut = block === null;
    blocks.push(block ?? smallPrint(`… ${after} more part${after === 1 ? '' : 's'}`));
    room -= weightOf(blocks.at(-1)) + 1;
    places -= 1;
  }
  const text = escapedLine(reply.summary, fallbackLength - 1) || '—';
  if (blocks.length === rows.size + called)
    blocks.splice(called, 0, paragraph([plain(cutToSize(clean(reply.summary).trim(), textLength) || '—')]));
  if (left > 0) blocks.push(smallPrint(moreButtons(left)));
  return { text, blocks };
}

/** Somebody called by name. Ids come from the configuration, and an element of rich text holds nothing but an id. */
function mentionElement({ to, id }: Mention): Element {
  return to === 'group' ? { type: 'usergroup', usergroup_id: id } : { type: 'user', user_id: id };
}

/** The picture of a part that has one. */
function imageOf(part: Block, images: Images): types.KnownBlock | null {
  const id = part.kind === 'chart' ? images.get(part) : undefined;
  if (id === undefined || part.kind !== 'chart') return null;
  return { type: 'image', slack_file: { id }, alt_text: cutToSize(plainLine(part.chart.alt), altLength) || 'a chart' };
}

/** One part as a block; null when there is not enough room to begin it. `room` is for its text. */
function draw(part: Block, room: number): types.KnownBlock | null {
  if (room < leastRoom) return null;
  const most = Math.min(textLength, room);
  switch (part.kind) {
    case 'heading': {
      const text = cutToSize(titleOf(part.text, part.tone), Math.min(headerLength, room));
      return { type: 'header', text: { type: 'plain_text', text, emoji: false } };
    }
    case 'text':
      return paragraph([plain(cutToSize(clean(part.text).trim(), most))]);
    case 'facts':
      return paragraph(factElements(part.facts, room));
    case 'code':
      return fixedWidth(cutToSize(clean(part.text), most));
    case 'table':
      return tableBlock(part, most);
    case 'link':
      return paragraph([linkElement(part.text, part.url, most)]);
    case 'chart':
      return paragraph([plain(cutToSize(clean(part.chart.alt).trim(), most))]);
    case 'buttons':
      return null;
    case 'note':
      return smallPrint(cutToSize(plainLine(part.text), most));
  }
}

function factElements(facts: readonly Fact[], room: number): readonly Element[] {
  const lines = facts.map(({ name, value }) => [
    bold(`${cutToSize(oneLine(name), headerLength) || '—'}: `),
    plain(`${cutToSize(clean(value).trim(), Math.min(factLength, Math.max(1, room - frame))) || '—'}\n`),
  ]);
  const { kept, left } = fitting(lines, room, weightOf);
  return [...kept.flat(), ...(left === 0 ? [] : [plain(moreOf(left))])];
}

function tableBlock(table: Extract<Block, { kind: 'table' }>, room: number): types.KnownBlock {
  const laid = layOut(table);
  if (laid.kind === 'aligned') {
    const [head = '', ...rows] = laid.lines;
    const { kept, left } = fitting(rows, room - sizeOf(head), sizeOf);
    return fixedWidth([head, ...kept, ...(left === 0 ? [] : [moreOf(left)])].join('\n'));
  }
  const lines = laid.lines.map(({ name, rest }) => [bold(name), plain(`${rest}\n`)]);
  const { kept, left } = fitting(lines, room, weightOf);
  return paragraph([...kept.flat(), ...(left === 0 ? [] : [plain(moreOf(left))])]);
}

/** What is no web address is written out instead of linked. */
function linkElement(text: string, url: string, room: number): Element {
  const target = URL.canParse(url) ? new URL(url) : null;
  const isWeb = target !== null && /^https?:$/.test(target.protocol) && target.href.length <= longestUrl;
  if (!isWeb || sizeOf(target.href) + leastRoom > room) return plain(cutToSize(clean(`${text}: ${url}`).trim(), room));
  const label = cutToSize(oneLine(text) || target.hostname, Math.min(headerLength, room - sizeOf(target.href)));
  return { type: 'link', url: target.href, text: label };
}

function titleOf(text: string, tone: Tone): string {
  const { sign, word, said } = tones[tone];
  const line = plainLine(text);
  return [sign, said.test(line) ? line : `${word}: ${line}`].filter(Boolean).join(' ');
}

function paragraph(elements: readonly Element[]): types.KnownBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [...elements] }] };
}

function fixedWidth(text: string): types.KnownBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }] };
}

function smallPrint(text: string): types.KnownBlock {
  return { type: 'context', elements: [{ type: 'plain_text', text, emoji: false }] };
}

function plain(text: string): Element {
  return { type: 'text', text };
}

function bold(text: string): Element {
  return { type: 'text', text, style: { bold: true } };
}

/** Nothing to show, as opposed to no room to show it. Slack refuses blocks without text. */
function isBlank(part: Block): boolean {
  if (part.kind === 'facts') return part.facts.length === 0;
  if (part.kind === 'table') return part.columns.length === 0;
  if (part.kind === 'link') return oneLine(`${part.text}${part.url}`) === '';
  if (part.kind === 'chart') return oneLine(part.chart.alt) === '';
  if (part.kind === 'buttons') return true;
  return oneLine(part.text) === '';
}
