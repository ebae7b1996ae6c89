import { UsageError } from '../core/errors.ts';

/** Flags by name, and what is wrong with the command line, half a sentence each. */
export type Flags<Name extends string> = {
  readonly flags: Readonly<Partial<Record<Name, string>>>;
  readonly problems: readonly string[];
};

/** Reads `--name value` and `--name=value` for the names that a tool knows. */
export function readFlags<const Name extends string>(args: readonly string[], names: readonly Name[]): Flags<Name> {
  const flags: Partial<Record<Name, string>> = {};
  const problems: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const [, given = '', written] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
    const name = names.find((known) => known === given);
    if (name === undefined) {
      problems.push(`${JSON.stringify(arg)} is not known here`);
      continue;
    }
    const next = args[index + 1];
    const value = written ?? (next?.startsWith('--') === false ? next : undefined);
    if (written === undefined && value !== undefined) index += 1;
    if (value === undefined || value === '') problems.push(`--${name} has no value`);
    else if (flags[name] !== undefined) problems.push(`--${name} is given twice`);
    else flags[name] = value;
  }
  return { flags, problems };
}

/** Throws `UsageError` with every problem at once, and with how the tool is used, when there are any. */
export function refuse(problems: readonly string[], usage: string): void {
  if (problems.length > 0) throw new UsageError([...problems.map((problem) => `${problem}.`), usage].join('\n'));
}
