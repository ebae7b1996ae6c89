import type { FormField } from '../core/chat.ts';

/** Nothing that a form asks for needs more characters. */
export const writtenLength = 1_000;

/** Whether a field can be a list to choose from; else its value is typed. */
export function isChoice({ choices }: FormField, limits: { readonly most: number; readonly length: number }): boolean {
  const fits = choices.every((choice) => choice.trim() !== '' && choice.length <= limits.length);
  return choices.length > 0 && choices.length <= limits.most && fits;
}
