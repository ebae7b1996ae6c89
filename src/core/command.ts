import type { ZodType } from 'zod';
import type { Show } from './chat.ts';
import type { Person, Role } from './person.ts';
import type { Reply } from './reply.ts';

/**
 * One thing a value may be given for. In a typed line required options come by position and the others as `--name value`.
 * The last required option takes the rest of the line, unless it is `oneWord`: then the others may follow by position as well.
 * On Discord each is an option of its own.
 */
export type CommandOption = {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  readonly choices: readonly string[];
  /** Suggestions while it is typed come from the command's `complete`. */
  readonly completes: boolean;
  /** A required option that ends at the first blank outside quotes. */
  readonly oneWord?: true;
  /** What its values look like: a word by position is for the first option of its looks, else for the first that has none. */
  readonly shape?: RegExp;
};

/** Whether values of options that are not required can be told from the others without their names. */
export function takesByPosition(options: readonly CommandOption[]): boolean {
  const last = options.filter((option) => option.required).at(-1);
  return last === undefined || last.oneWord === true;
}

/** Nobody waits longer for an answer, unless a command says that it takes longer. */
const usualDeadlineMs = 60_000;

/** Who asks, with what rights, and how to show something before the end. */
export type CommandContext = { readonly by: Person; readonly role: Role; readonly show: Show };

/**
 * A verb that a person, the HTTP API or the model may use, the same everywhere.
 * `path` is one word or two ("ai switch"). `run` gets input that has passed `input`.
 */
export type Command<Input = unknown> = {
  readonly path: readonly [string] | readonly [string, string];
  readonly summary: string;
  readonly effect: 'read' | 'write';
  readonly role: Role;
  readonly options: readonly CommandOption[];
  readonly input: ZodType<Input>;
  /** After so long it is given up. */
  readonly deadlineMs: number;
  run(input: Input, context: CommandContext, signal: AbortSignal): Promise<Reply>;
  complete(option: string, typed: string, signal: AbortSignal): Promise<readonly string[]>;
};

type Defaulted = 'complete' | 'deadlineMs';

/** Erases the input's type once its parser is bound to it, so that unlike commands fit in one list. */
export function defineCommand<Input>(
  command: Omit<Command<Input>, Defaulted> & Partial<Pick<Command<Input>, Defaulted>>,
): Command {
  return {
    deadlineMs: usualDeadlineMs,
    ...command,
    run: (input, context, signal) => command.run(command.input.parse(input), context, signal),
    complete: command.complete ?? (async () => []),
  };
}

export function usageOf(command: Command, prefix = '/ops'): string {
  const byPosition = takesByPosition(command.options);
  const options = command.options.map((option) => {
    const value = option.choices.length > 0 ? option.choices.join('|') : option.name;
    if (option.required) return `<${value}>`;
    return byPosition ? `[${value}]` : `[--${option.name} ${value}]`;
  });
  return [prefix, ...command.path, ...options].join(' ');
}
