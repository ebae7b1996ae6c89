import type { types } from '@slack/bolt';
import type { Block } from '../../core/reply.ts';
import { countButtons, type KeptButton, keepButtons } from '../kept-buttons.ts';
import { buttonsPerBlock, buttonTextLength } from './limits.ts';
import { cutToSize, plainLine, weightOf } from './text.ts';

/** Buttons take no more than half of a message, in rows and in letters: words have to stay beside them. */
const mostRows = 10;
const mostWeight = 6_000;

/** Rows of buttons by the part of the reply that asks for them; `left` counts the buttons that no row shows. */
export type ButtonRows = {
  readonly rows: ReadonlyMap<Block, types.ActionsBlock>;
  readonly left: number;
  readonly weight: number;
};

/** The buttons of a whole reply, which can be clicked whatever else has no room. */
export function drawButtons(blocks: readonly Block[]): ButtonRows {
  const rows = new Map<Block, types.ActionsBlock>();
  let [shown, weight] = [0, 0];
  for (const { block, kept } of keepButtons(blocks)) {
    const elements: types.Button[] = [];
    for (const button of rows.size < mostRows ? kept.slice(0, buttonsPerBlock) : []) {
      const element = elementOf(button, shown + 1);
      if (weight + weightOf(element) + frame > mostWeight) break;
      weight += weightOf(element) + 1;
      shown += 1;
      elements.push(element);
    }
    if (elements.length === 0) continue;
    weight += frame;
    rows.set(block, { type: 'actions', elements });
  }
  return { rows, left: countButtons(blocks) - shown, weight };
}

/** What an actions block takes beside its buttons. */
const frame = 40;
const styles = { plain: {}, good: { style: 'primary' }, danger: { style: 'danger' } } as const;

/** Slack wants every `action_id` of a message to be its own; what a click does is in the value. */
function elementOf({ label, style, action }: KeptButton, place: number): types.Button {
  const text = cutToSize(plainLine(label), buttonTextLength);
  return {
    type: 'button',
    action_id: `button ${place}`,
    text: { type: 'plain_text', text, emoji: false },
    value: action,
    ...styles[style],
  };
}
