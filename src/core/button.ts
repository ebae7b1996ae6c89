/** A command whose words and values have already been taken apart. */
export type CommandRequest = {
  readonly kind: 'command';
  readonly path: readonly string[];
  readonly values: Readonly<Record<string, string>>;
};

/**
 * Something that can be done with one click: a command with its values. What it `asks` (names of the command's options) a person
 * writes into a form before it runs. Whoever clicks it does it, under their own role.
 */
export type Button = {
  readonly text: string;
  readonly style: 'plain' | 'good' | 'danger';
  readonly path: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly asks: readonly string[];
};

export type Action = Pick<Button, 'path' | 'values' | 'asks'>;

/** The narrowest platform has room for so many characters of an action. */
export const actionLength = 100;
const askMark = '~';

/** An action as the text that a platform keeps with its button: "ack?incident=1a2b3c4d". Throws `RangeError` when it is too long. */
export function encodeAction({ path, values, asks }: Action): string {
  const query = new URLSearchParams([...Object.entries(values), ...asks.map((name) => [`${askMark}${name}`, ''])]);
  const text = `${path.join(' ')}?${query}`;
  if (text.length > actionLength) throw new RangeError(`the action "${text}" has over ${actionLength} characters`);
  return text;
}

/** Reads `encodeAction`'s text back; null when it is none. */
export function decodeAction(text: string): Action | null {
  const match = /^([a-z]+(?: [a-z]+)?)\?(.*)$/s.exec(text);
  if (match === null || text.length > actionLength) return null;
  const [, path = '', query = ''] = match;
  const entries = [...new URLSearchParams(query)];
  return {
    path: path.split(' '),
    values: Object.fromEntries(entries.filter(([name]) => !name.startsWith(askMark))),
    asks: entries.filter(([name]) => name.startsWith(askMark)).map(([name]) => name.slice(askMark.length)),
  };
}

/** What a click asks for, with what was written into its form. */
export function requestOf(
  { path, values, asks }: Action,
  written: Readonly<Record<string, string>> = {},
): CommandRequest {
  const answers = Object.entries(written).filter(([name, value]) => asks.includes(name) && value.trim() !== '');
  return { kind: 'command', path, values: { ...values, ...Object.fromEntries(answers) } };
}
