import { z } from 'zod';
import type { Command, CommandOption } from '../../core/command.ts';
import { ConfigError } from '../../core/errors.ts';
import { cutToFit } from './escape.ts';
import { choicesPerOption, commandDescriptionLength, optionsPerCommand } from './limits.ts';

/** The one word all commands stand under. */
export const topCommand = 'ops';

/** https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-types */
const chatInput = 1;
const optionTypes = { subCommand: 1, subCommandGroup: 2, string: 3 } as const;
/** In servers and in the bot's own direct messages; installed to a server. */
const contexts = [0, 1];
const integrationTypes = [0];

/**
 * The application commands as Discord's API takes them: one `/ops` with a sub-command for a path of one word and a group for
 * paths of two. Throws `ConfigError` when there are more than Discord can show.
 */
export function discordRegistration(commands: readonly Command[]): object[] {
  const singles = commands.filter((command) => command.path.length === 1);
  const pairs = commands.filter((command) => command.path.length === 2);
  const groups = Map.groupBy(pairs, (command) => command.path[0]);
  const options = [
    ...singles.map(subCommand),
    ...[...groups].map(([name, members]) => ({
      type: optionTypes.subCommandGroup,
      name,
      description: describe(members.map((member) => `${member.path[1]}: ${member.summary}`).join(' · ')),
      options: atMost(optionsPerCommand, members.map(subCommand), `commands under "${name}"`),
    })),
  ];
  return [
    {
      type: chatInput,
      name: topCommand,
      description: 'What is going on, why, and what can be done about it',
      options: atMost(optionsPerCommand, options, 'commands'),
      contexts,
      integration_types: integrationTypes,
    },
  ];
}

function subCommand(command: Command): object {
  const ordered = [...command.options].sort((a, b) => Number(b.required) - Number(a.required));
  return {
    type: optionTypes.subCommand,
    name: command.path.at(-1),
    description: describe(command.summary),
    options: atMost(optionsPerCommand, ordered.map(stringOption), `options of "${command.path.join(' ')}"`),
  };
}

function stringOption(option: CommandOption): object {
  const choices = option.choices.map((choice) => ({ name: choice, value: choice }));
  return {
    type: optionTypes.string,
    name: option.name,
    description: describe(option.summary),
    required: option.required,
    ...(choices.length > 0 ? { choices: atMost(choicesPerOption, choices, `choices of "${option.name}"`) } : {}),
    // Discord takes either choices or suggestions.
    ...(choices.length === 0 && option.completes ? { autocomplete: true } : {}),
  };
}

function describe(text: string): string {
  return cutToFit(text, commandDescriptionLength);
}

function atMost<Item>(most: number, items: readonly Item[], what: string): readonly Item[] {
  if (items.length > most) throw new ConfigError([`Discord takes ${most} ${what}, and there are ${items.length}`]);
  return items;
}

type Option = {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly autocomplete: boolean;
  readonly choices: readonly { readonly name: string; readonly value: string | number }[];
  readonly options: readonly Option[];
};

const optionSchema: z.ZodType<Option> = z.object({
  type: z.number(),
  name: z.string(),
  description: z.string(),
  required: z.boolean().default(false),
  autocomplete: z.boolean().default(false),
  choices: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]) })).default([]),
  get options() {
    return z.array(optionSchema).default([]);
  },
});

/** What of a command is ours to decide, with Discord's defaults filled in; what Discord adds falls away. */
const registeredSchema = z.array(
  z.object({
    type: z.number().default(chatInput),
    name: z.string(),
    description: z.string(),
    options: z.array(optionSchema).default([]),
    contexts: z.array(z.number()).nullish(),
    integration_types: z.array(z.number()).nullish(),
  }),
);

/** Whether what Discord has is what we want it to have. */
export function isRegistered(wanted: readonly object[], registered: unknown): boolean {
  const [ours, theirs] = [registeredSchema.safeParse(wanted), registeredSchema.safeParse(registered)];
  return ours.success && theirs.success && JSON.stringify(ours.data) === JSON.stringify(theirs.data);
}
