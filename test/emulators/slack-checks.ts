import { actionsProblems, doubledIn, textProblems } from './slack-modal-checks.ts';
import { listOf, objectOf, type Payload } from './slack-state.ts';

/**
 * What Slack refuses, written from its documentation and not from our renderer: https://docs.slack.dev/reference/block-kit
 */

/** A line for each thing Slack would refuse about a message; empty when it is sound. */
export function slackMessageProblems(payload: unknown): string[] {
  const { text, blocks, metadata } = objectOf(payload);
  const list = Array.isArray(blocks) ? blocks : [];
  const length = JSON.stringify(list).length;
  return [
    ...(blocks !== undefined && !Array.isArray(blocks) ? ['blocks: must be an array'] : []),
    ...(list.length === 0 && (typeof text !== 'string' || text === '') ? ['no_text'] : []),
    ...(typeof text === 'string' && text.length > 4_000 ? [`text: ${text.length} characters are more than 4000`] : []),
    ...(list.length > 50 ? [`blocks: no more than 50 items allowed, not ${list.length}`] : []),
    ...(length > 13_100 ? [`msg_blocks_too_long: ${length} characters`] : []),
    ...list.flatMap((block, at) => blockProblems(objectOf(block)).map((problem) => `/blocks/${at}${problem}`)),
    ...doubledIn(
      list.map(objectOf).flatMap(({ elements }) => listOf(elements).map((element) => element.action_id)),
      'action_id',
    ),
    ...(metadata === undefined ? [] : metadataProblems(objectOf(metadata))),
  ];
}

function blockProblems(block: Payload): string[] {
  const { type, text, fields, elements } = block;
  const parts = listOf(elements);
  switch (type) {
    case 'header':
      return textProblems('/text', text, 150, ['plain_text']);
    case 'section':
      return [
        ...(text === undefined && listOf(fields).length === 0 ? [': text or fields are required'] : []),
        ...(text === undefined ? [] : textProblems('/text', text, 3_000, ['plain_text', 'mrkdwn'])),
        ...(listOf(fields).length > 10 ? ['/fields: no more than 10 items allowed'] : []),
        ...listOf(fields).flatMap((field, at) => textProblems(`/fields/${at}`, field, 2_000, ['plain_text', 'mrkdwn'])),
      ];
    case 'context':
      return [
        ...(parts.length === 0 || parts.length > 10 ? ['/elements: 1 to 10 items are allowed'] : []),
        ...parts.flatMap((part, at) => textProblems(`/elements/${at}`, part, 3_000, ['plain_text', 'mrkdwn'])),
      ];
    case 'rich_text':
      return [
        ...(parts.length === 0 ? ['/elements: must not be empty'] : []),
        ...parts.flatMap((part, at) => richTextProblems(part).map((problem) => `/elements/${at}${problem}`)),
      ];
    case 'actions':
      return actionsProblems(block);
    case 'image':
      return [
        ...(typeof objectOf(block.slack_file).id === 'string' ? [] : ['/slack_file: an id is required']),
        ...(typeof block.alt_text === 'string' && block.alt_text !== '' && block.alt_text.length <= 2_000
          ? []
          : ['/alt_text: must be 1 to 2000 characters']),
      ];
    case 'divider':
      return [];
    default:
      return [`/type: unsupported type ${String(type)}`];
  }
}

const inlineTypes = ['text', 'link', 'emoji', 'user', 'usergroup', 'channel', 'broadcast', 'date', 'color', 'team'];

function richTextProblems({ type, elements }: Payload): string[] {
  const parts = listOf(elements);
  if (!['rich_text_section', 'rich_text_preformatted', 'rich_text_quote'].includes(String(type)))
    return [`/type: unsupported type ${String(type)}`];
  return [
    ...(parts.length === 0 ? ['/elements: must not be empty'] : []),
    ...parts.flatMap(({ type: kind, text, url }, at) => [
      ...(inlineTypes.includes(String(kind)) ? [] : [`/elements/${at}/type: unsupported type ${String(kind)}`]),
      ...((kind === 'text' || text !== undefined) && (typeof text !== 'string' || text === '')
        ? [`/elements/${at}/text: must be more than 0 characters`]
        : []),
      ...(kind === 'link' && !/^(https?|mailto|tel):\S+$/.test(String(url))
        ? [`/elements/${at}/url: invalid url`]
        : []),
    ]),
  ];
}

function metadataProblems({ event_type, event_payload }: Payload): string[] {
  const isSound =
    typeof event_type === 'string' && /^\w{1,255}$/.test(event_type) && Object.keys(objectOf(event_payload)).length > 0;
  return isSound ? [] : ['invalid_metadata_format'];
}

/**
 * What Slack would make more of than letters, in every place where it reads markup: the text, and texts of the type mrkdwn.
 * Mentions and links that are elements of their own are named too; links of ours begin with "link ".
 */
export function liveMarkupIn(payload: unknown): string[] {
  const { text, blocks } = objectOf(payload);
  return [...(typeof text === 'string' ? aliveIn(text) : []), ...listOf(blocks).flatMap(aliveInPart)];
}

function aliveInPart(part: Payload): string[] {
  const { type, text, elements, fields, url } = part;
  const own = type === 'mrkdwn' && typeof text === 'string' ? aliveIn(text) : [];
  const inline = ['user', 'usergroup', 'channel', 'broadcast', 'emoji', 'team', 'date'].includes(String(type));
  return [
    ...own,
    ...(inline ? [String(type)] : []),
    ...(type === 'link' ? [`link ${String(url)}`] : []),
    ...(type === 'plain_text' && part.emoji !== false && /:[^\s:]+:/.test(String(text)) ? ['emoji'] : []),
    ...[...listOf(fields), ...listOf(elements), ...(typeof text === 'object' ? [objectOf(text)] : [])].flatMap(
      aliveInPart,
    ),
  ];
}

const alive = [
  /<[^>]*>/g,
  /&(?!(amp|lt|gt);)/g,
  /https?:\/\/\S/g,
  /@(here|channel|everyone)/g,
  /:[a-z0-9_+-]+:/g,
  /([*_~`])(?!\u200b)/g,
  /^>/gm,
];

function aliveIn(mrkdwn: string): string[] {
  return alive.flatMap((pattern) => [...mrkdwn.matchAll(pattern)].map(([found]) => found));
}
