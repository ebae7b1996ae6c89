import { listOf, objectOf, type Payload } from './slack-state.ts';

/**
 * What Slack refuses about buttons and modals, written from its documentation and not from our renderer:
 * https://docs.slack.dev/reference/block-kit/block-elements/button-element, https://docs.slack.dev/reference/views
 */

export function textProblems(where: string, text: unknown, most: number, types: readonly string[]): string[] {
  const { type, text: words } = objectOf(text);
  const length = typeof words === 'string' ? words.length : 0;
  return [
    ...(types.includes(String(type)) ? [] : [`${where}/type: must be ${types.join(' or ')}`]),
    ...(length === 0 ? [`${where}/text: must be more than 0 characters`] : []),
    ...(length > most ? [`${where}/text: must be less than ${most + 1} characters, not ${length}`] : []),
  ];
}

const plain = ['plain_text'];

export function actionsProblems({ elements }: Payload): string[] {
  const parts = listOf(elements);
  return [
    ...(parts.length === 0 || parts.length > 25
      ? [`/elements: 1 to 25 items are allowed, not ${String(parts.length)}`]
      : []),
    ...parts.flatMap((part, at) => buttonProblems(part).map((problem) => `/elements/${at}${problem}`)),
  ];
}

function buttonProblems({ type, text, action_id, value, style, url }: Payload): string[] {
  return [
    ...(type === 'button' ? [] : [`/type: unsupported type ${String(type)}`]),
    ...textProblems('/text', text, 75, plain),
    ...idProblems('/action_id', action_id),
    ...(value !== undefined && (typeof value !== 'string' || value.length > 2_000 || value === '')
      ? ['/value: must be 1 to 2000 characters']
      : []),
    ...(style === undefined || style === 'primary' || style === 'danger' ? [] : ['/style: must be primary or danger']),
    ...(url === undefined || (typeof url === 'string' && url.length <= 3_000) ? [] : ['/url: invalid url']),
  ];
}

function idProblems(where: string, id: unknown): string[] {
  const isSound = typeof id === 'string' && id.length > 0 && id.length <= 255;
  return isSound ? [] : [`${where}: must be 1 to 255 characters`];
}

/** Names that must be told apart: `action_id` in a message, `block_id` in a modal. */
export function doubledIn(ids: readonly unknown[], name: string): string[] {
  const given = ids.filter((id) => id !== undefined);
  return new Set(given).size < given.length ? [`${name}: must be unique`] : [];
}

/** A line for each thing Slack would refuse about a modal. */
export function slackModalProblems(view: unknown): string[] {
  const { type, title, submit, close, blocks, private_metadata: kept, callback_id, ...rest } = objectOf(view);
  const list = listOf(blocks);
  const hasInput = list.some((block) => block.type === 'input');
  return [
    ...(type === 'modal' ? [] : ['/type: must be modal']),
    ...textProblems('/title', title, 24, plain),
    ...(submit === undefined ? [] : textProblems('/submit', submit, 24, plain)),
    ...(submit === undefined && hasInput ? ['/submit: required when there are inputs'] : []),
    ...(close === undefined ? [] : textProblems('/close', close, 24, plain)),
    ...(typeof kept === 'string' && kept.length > 3_000
      ? ['/private_metadata: must be less than 3001 characters']
      : []),
    ...(callback_id === undefined ? [] : idProblems('/callback_id', callback_id)),
    ...(list.length === 0 || list.length > 100 ? ['/blocks: 1 to 100 items are allowed'] : []),
    ...doubledIn(
      list.map((block) => block.block_id),
      '/blocks/block_id',
    ),
    ...list.flatMap((block, at) => inputProblems(block).map((problem) => `/blocks/${at}${problem}`)),
    ...Object.keys(rest).map((name) => `/${name}: is not allowed`),
  ];
}

function inputProblems({ type, label, element, optional, block_id }: Payload): string[] {
  if (type !== 'input') return [`/type: unsupported type ${String(type)}`];
  return [
    ...textProblems('/label', label, 2_000, plain),
    ...idProblems('/block_id', block_id),
    ...(optional === undefined || typeof optional === 'boolean' ? [] : ['/optional: must be a boolean']),
    ...elementProblems(objectOf(element)).map((problem) => `/element${problem}`),
  ];
}

function elementProblems({ type, action_id, max_length, options, placeholder }: Payload): string[] {
  const common = [
    ...idProblems('/action_id', action_id),
    ...(placeholder === undefined ? [] : textProblems('/placeholder', placeholder, 150, plain)),
  ];
  if (type === 'plain_text_input') {
    const most = Number(max_length ?? 1);
    return [...common, ...(most >= 1 && most <= 3_000 ? [] : ['/max_length: must be 1 to 3000'])];
  }
  if (type !== 'static_select') return [`/type: unsupported type ${String(type)}`];
  const list = listOf(options);
  return [
    ...common,
    ...(list.length === 0 || list.length > 100 ? ['/options: 1 to 100 items are allowed'] : []),
    ...list.flatMap(({ text, value }, at) => [
      ...textProblems(`/options/${at}/text`, text, 75, plain),
      ...(typeof value === 'string' && value.length > 0 && value.length <= 150
        ? []
        : [`/options/${at}/value: must be 1 to 150 characters`]),
    ]),
    ...doubledIn(
      list.map((option) => option.value),
      '/options/value',
    ),
  ];
}
