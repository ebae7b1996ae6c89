import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import type { CommandOption } from '../core/command.ts';
import { UsageError } from '../core/errors.ts';

/** The option by which a command is told which watch is meant. */
export const watchOption: CommandOption = {
  name: 'watch',
  summary: 'which watch; needed when there are several',
  required: false,
  choices: [],
  completes: true,
};

export const watchInput = z.string().trim().max(100).optional();

/** The watch that is meant: the one that is named, or the only one. Throws `UsageError`, with the nearest name. */
export function chosenWatch(names: readonly string[], named: string | undefined): string {
  const [only = ''] = names;
  if (named !== undefined && names.includes(named)) return named;
  if (named !== undefined) throw new UsageError(`"${named}" is not a watch. Did you mean "${closest(named, names)}"?`);
  if (names.length === 1) return only;
  throw new UsageError(`There are ${names.length} watches; say which: ${names.join(', ')}.`);
}

/** Names that hold what was typed so far; those that begin with it first. */
export function matching(names: readonly string[], typed: string): readonly string[] {
  const wanted = typed.trim().toLowerCase();
  const found = names.filter((name) => name.toLowerCase().includes(wanted));
  const begins = (name: string): boolean => name.toLowerCase().startsWith(wanted);
  return [...found.filter(begins), ...found.filter((name) => !begins(name))];
}
