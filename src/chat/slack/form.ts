import type { types } from '@slack/bolt';
import type { FormField } from '../../core/chat.ts';
import { isChoice, writtenLength } from '../form.ts';
import { inputLabelLength, modalBlocks, modalTitleLength, optionsPerSelect, optionTextLength } from './limits.ts';
import { cutToSize, plainLine } from './text.ts';

export type SlackForm = Omit<types.ModalView, 'private_metadata'>;

/** A form as a modal. Every field is a block with the name of the option, in the order given. */
export function renderForm(title: string, fields: readonly FormField[]): SlackForm {
  return {
    type: 'modal',
    callback_id: 'form',
    title: plain(title, modalTitleLength),
    submit: plain('Do it', modalTitleLength),
    close: plain('Cancel', modalTitleLength),
    blocks: fields.slice(0, modalBlocks).map((field) => ({
      type: 'input',
      block_id: field.option,
      optional: !field.required,
      label: plain(field.label.trim() === '' ? field.option : field.label, inputLabelLength),
      element: isChoice(field, { most: optionsPerSelect, length: optionTextLength })
        ? { type: 'static_select', action_id: 'value', options: optionsOf(field.choices) }
        : { type: 'plain_text_input', action_id: 'value', max_length: writtenLength },
    })),
  };
}

function optionsOf(choices: readonly string[]): types.PlainTextOption[] {
  return choices.map((choice) => ({ text: plain(choice, optionTextLength), value: choice }));
}

function plain(text: string, most: number): types.PlainTextElement {
  return { type: 'plain_text', text: cutToSize(plainLine(text), most) || '—', emoji: false };
}
