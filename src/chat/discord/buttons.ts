import type { Block } from '../../core/reply.ts';
import { countButtons, type KeptButton, keepButtons } from '../kept-buttons.ts';
import { cutToFit, plainLine } from './escape.ts';
import { buttonLabelLength, buttonsPerRow, rowsPerMessage } from './limits.ts';

/** https://discord.com/developers/docs/components/reference */
const componentTypes = { row: 1, button: 2 } as const;
const styles = { plain: 2, good: 3, danger: 4 } as const;

type DiscordButton = {
  readonly type: typeof componentTypes.button;
  readonly style: (typeof styles)[keyof typeof styles];
  readonly label: string;
  readonly custom_id: string;
};
export type ButtonRow = { readonly type: typeof componentTypes.row; readonly components: readonly DiscordButton[] };

/** The buttons of a whole reply, which stand below its words; `left` counts those that no row shows. */
export function drawButtons(blocks: readonly Block[]): { readonly rows: readonly ButtonRow[]; readonly left: number } {
  const rows = keepButtons(blocks)
    .flatMap(({ kept }) => inRows(kept))
    .slice(0, rowsPerMessage);
  return { rows, left: countButtons(blocks) - rows.reduce((sum, { components }) => sum + components.length, 0) };
}

function inRows(buttons: readonly KeptButton[]): readonly ButtonRow[] {
  return Array.from({ length: Math.ceil(buttons.length / buttonsPerRow) }, (_row, at) => ({
    type: componentTypes.row,
    components: buttons.slice(at * buttonsPerRow, (at + 1) * buttonsPerRow).map(({ label, style, action }) => ({
      type: componentTypes.button,
      style: styles[style],
      label: cutToFit(label, buttonLabelLength, plainLine),
      custom_id: action,
    })),
  }));
}
