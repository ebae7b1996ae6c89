import type { Button } from '../../src/core/button.ts';
import type { FormField } from '../../src/core/chat.ts';
import type { Reply } from '../../src/core/reply.ts';

const button = (text: string, rest: Partial<Button> = {}): Button => ({
  ...{ text, style: 'plain', path: ['ack'], values: { incident: '7' }, asks: [] },
  ...rest,
});

export const acknowledge = button('Acknowledge', { style: 'good' });
export const silence = button('Silence …', {
  ...{ style: 'danger', path: ['silence', 'add'], values: { incident: '7' }, asks: ['for', 'reason'] },
});

/** A card with these buttons, or with none. */
export const cardWith = (...buttons: readonly Button[]): Reply => ({
  summary: 'Critical: anomaly on web-1',
  blocks: [
    { kind: 'heading', text: 'Critical: anomaly on web-1', tone: 'critical' },
    { kind: 'text', text: 'cpu 93 %' },
    ...(buttons.length === 0 ? [] : [{ kind: 'buttons', buttons } as const]),
    { kind: 'note', text: 'incident 7' },
  ],
  onlyYou: false,
});

const fields: readonly FormField[] = [
  { option: 'for', label: 'how long', required: true, choices: ['1h', 'till morning'] },
  { option: 'reason', label: 'why', required: false, choices: [] },
];

/** The form of `silence`. */
export const formOf = (_path: readonly string[], asks: readonly string[]): readonly FormField[] =>
  fields.filter(({ option }) => asks.includes(option));

/** Buttons that nobody would make who means well; of those that can be shown at all some do the same. */
export function hostileButtons(text: (most: number) => string, size: number, round: number): readonly Button[] {
  const paths = [['ack'], ['silence', 'add'], [text(2)], ['a', 'b', 'c']];
  const styles = ['plain', 'good', 'danger'] as const;
  return Array.from({ length: (round * 7) % 40 }, (_button, at) => ({
    text: text(Math.min(size, 60)),
    style: styles[at % 3] ?? 'plain',
    path: paths[(at * at) % paths.length] ?? [],
    values: { incident: at % 5 === 0 ? text(8) : String(at % 30) },
    asks: at % 4 === 0 ? [text(1)] : [],
  }));
}
