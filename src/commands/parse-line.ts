import { closest, distance } from 'fastest-levenshtein';
import type { Command, CommandOption } from '../core/command.ts';

/** A typed line taken apart: a command with its raw values, or what is wrong with it in words. */
export type ParsedLine =
  | { readonly kind: 'command'; readonly command: Command; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'unknown'; readonly nearest: Command | null; readonly word: string }
  | { readonly kind: 'malformed'; readonly command: Command; readonly because: string };

/**
 * Reads `ai switch openai`, `query rate(x[5m]) --range 1h` or `forecast cpu web-1 24h`: a command's words, its required values by
 * position (the last takes the rest of the line, unless it is one word) and the others as `--name value`, or by position where
 * that can be told. A word with blanks in it stands in quotes. An empty line is `help`.
 */
export function parseLine(commands: readonly Command[], line: string): ParsedLine {
  const text = line.trim();
  if (text === '') return parseLine(commands, 'help');
  const command = commandAt(commands, text);
  if (command === null) return { kind: 'unknown', nearest: nearestCommand(commands, text), word: text };
  return readValues(command, afterPath(text, command.path.length));
}

/** The command whose words the text begins with; two words before one. */
export function commandAt(commands: readonly Command[], text: string): Command | null {
  const words = text.trim().toLowerCase().split(/\s+/);
  const fits = (command: Command): boolean => command.path.every((word, index) => words[index] === word);
  return [...commands].sort((a, b) => b.path.length - a.path.length).find(fits) ?? null;
}

/** The command that was probably meant, or null when nothing is near. */
export function nearestCommand(commands: readonly Command[], text: string): Command | null {
  const words = text.trim().toLowerCase().split(/\s+/);
  const byPath = new Map(commands.map((command) => [command.path.join(' '), command]));
  const isGroup = commands.find((command) => command.path.length === 2 && command.path[0] === words[0]);
  const candidates = [...byPath.keys()].filter((path) => isGroup === undefined || path.startsWith(`${words[0]} `));
  if (candidates.length === 0) return null;
  const scored = [words.slice(0, 1).join(' '), words.slice(0, 2).join(' ')].map((typed) => {
    const path = closest(typed, candidates);
    return { path, off: distance(typed, path) / Math.max(typed.length, path.length) };
  });
  const best = scored.reduce((a, b) => (b.off < a.off ? b : a));
  return isGroup !== undefined || best.off <= 0.5 ? (byPath.get(best.path) ?? null) : null;
}

/** Whether the text begins with a group of commands and nearly one of its members: "ai swich openai". */
export function isNearlyCommand(commands: readonly Command[], text: string): boolean {
  const [group, word = ''] = text.trim().toLowerCase().split(/\s+/);
  return commands.some(({ path: [first, second] }) => {
    const member = second ?? '';
    return first === group && member !== '' && word !== '' && distance(word, member) <= Math.min(2, member.length / 2);
  });
}

function afterPath(text: string, words: number): string {
  return text.replace(new RegExp(`^(?:\\S+\\s*){${words}}`), '');
}

function readValues(command: Command, rest: string): ParsedLine {
  const values: Record<string, string> = {};
  let left = takeNamed(command, rest, values);
  const malformed = (because: string): ParsedLine => ({ kind: 'malformed', command, because });
  const required = command.options.filter((option) => option.required);
  for (const [index, option] of required.entries()) {
    const isRest = index === required.length - 1 && option.oneWord !== true;
    const found = isRest ? { word: left, rest: '' } : firstWord(left);
    if (found === null || found.word === '') return malformed(`<${option.name}> is missing: ${option.summary}`);
    values[option.name] = found.word;
    left = found.rest;
  }
  for (let found = firstWord(left); found !== null; found = firstWord(found.rest)) {
    const option = optionFor(found.word, command, values);
    if (found.word.startsWith('--') || option === undefined)
      return malformed(`"${found.word}" is not understood.${command.options.length > 0 ? quoteHint : ''}`);
    values[option.name] = found.word;
  }
  return { kind: 'command', command, values };
}

const quoteHint = ' A value with blanks in it stands in quotes.';

/** Takes `--name value` and `--name=value` of the options that are not required out of a text; gives what is left of it. */
function takeNamed(command: Command, text: string, into: Record<string, string>): string {
  let left = text;
  for (const option of command.options) {
    if (option.required) continue;
    const flag = new RegExp(`(?:^|\\s)--${option.name}(?:\\s+|=)("[^"]*"|\\S+)`).exec(left);
    if (flag === null) continue;
    into[option.name] = (flag[1] ?? '').replaceAll(/^"|"$/g, '');
    left = `${left.slice(0, flag.index)} ${left.slice(flag.index + flag[0].length)}`;
  }
  return left.trim();
}

/** The first word of a text, out of its quotes when it stands in some, and what follows; null of nothing. */
function firstWord(text: string): { readonly word: string; readonly rest: string } | null {
  const match = /^\s*(?:"([^"]*)"|'([^']*)'|(\S+))(?:\s+([\s\S]*))?$/.exec(text);
  return match === null ? null : { word: match[1] ?? match[2] ?? match[3] ?? '', rest: match[4] ?? '' };
}

/** Whose value a word without a name is: the first that is open and of its looks, else the first that is open and has none. */
function optionFor(
  word: string,
  command: Command,
  values: Readonly<Record<string, string>>,
): CommandOption | undefined {
  const open = command.options.filter((option) => !option.required && values[option.name] === undefined);
  return open.find((option) => option.shape?.test(word)) ?? open.find((option) => option.shape === undefined);
}
