import type { FormField } from '../../core/chat.ts';
import { isChoice, writtenLength } from '../form.ts';
import { cutToFit, plainLine } from './escape.ts';
import {
  choiceLength,
  choicesPerOption,
  fieldsPerForm,
  formHintLength,
  formLabelLength,
  formTitleLength,
} from './limits.ts';

/** https://discord.com/developers/docs/components/reference */
const componentTypes = { select: 3, input: 4, words: 10, label: 18 } as const;
const oneLine = 1;

/** A form as a modal. `action` is what it does when it is sent; every field is a label with the name of the option below it. */
export function renderForm(title: string, action: string, fields: readonly FormField[]): object {
  const isWhole = fields.length <= fieldsPerForm;
  // What a form has no room for can be typed; what is required comes first.
  const ordered = isWhole ? fields : fields.toSorted((a, b) => Number(b.required) - Number(a.required));
  const shown = isWhole ? ordered : ordered.slice(0, fieldsPerForm - 1);
  const left = fields.length - shown.length;
  return {
    custom_id: action,
    title: cutToFit(title, formTitleLength, plainLine) || '—',
    components: [
      ...shown.map(labelled),
      ...(left === 0 ? [] : [{ type: componentTypes.words, content: `… ${left} more, which the typed command takes` }]),
    ],
  };
}

/** A label is short: a long one becomes the hint below it, and the option's name stands in. */
function labelled(field: FormField): object {
  const label = plainLine(field.label);
  const isShort = label !== '' && label.length <= formLabelLength;
  const hint = isShort || label === '' ? {} : { description: cutToFit(field.label, formHintLength, plainLine) };
  return {
    type: componentTypes.label,
    label: isShort ? label : cutToFit(field.option, formLabelLength, plainLine),
    ...hint,
    component: isChoice(field, { most: choicesPerOption, length: choiceLength })
      ? selectOf(field)
      : {
          type: componentTypes.input,
          custom_id: field.option,
          style: oneLine,
          required: field.required,
          max_length: writtenLength,
        },
  };
}

function selectOf({ option, required, choices }: FormField): object {
  const options = choices.map((choice) => ({ label: cutToFit(choice, choiceLength, plainLine), value: choice }));
  return { type: componentTypes.select, custom_id: option, required, options };
}
