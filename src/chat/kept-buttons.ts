import { type Button, decodeAction, encodeAction } from '../core/button.ts';
import { type Block, say } from '../core/reply.ts';

/** A button with the text that a platform keeps with it and gives back at a click. */
export type KeptButton = { readonly label: string; readonly style: Button['style']; readonly action: string };

export type KeptRow = { readonly block: Block; readonly kept: readonly KeptButton[] };

/**
 * The buttons of a reply, block by block, as any platform can keep them: of those that do the same the first, and none
 * whose action is too long or would not come back as it is.
 */
export function keepButtons(blocks: readonly Block[]): readonly KeptRow[] {
  const seen = new Set<string>();
  return blocks.flatMap((block) => {
    if (block.kind !== 'buttons') return [];
    const kept = block.buttons.flatMap((button) => {
      const action = actionOf(button);
      if (action === null || seen.has(action)) return [];
      seen.add(action);
      return { label: labelOf(button), style: button.style, action };
    });
    return { block, kept };
  });
}

export function countButtons(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + (block.kind === 'buttons' ? block.buttons.length : 0), 0);
}

/** What is said of buttons that a platform can not show. */
export function moreButtons(left: number): string {
  return `… ${left} more button${left === 1 ? '' : 's'}`;
}

/** What a click is told whose action can not be read. */
export const unknownButton = say(
  'I can not tell any more what this button does: another version of me made it. "/ops help" lists the commands.',
  { onlyYou: true },
);

function actionOf({ path, values, asks }: Button): string | null {
  try {
    const action = encodeAction({ path, values, asks });
    return JSON.stringify(decodeAction(action)) === JSON.stringify({ path, values, asks }) ? action : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A label that shows nothing would be refused, or could not be found: the command stands in for it. */
function labelOf({ text, path }: Button): string {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? text : path.join(' ');
}
