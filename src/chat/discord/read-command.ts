import type { AutocompleteInteraction, ChatInputCommandInteraction, CommandInteractionOption } from 'discord.js';

type Typed = { readonly path: readonly string[]; readonly values: Readonly<Record<string, string>> };

/** A command as it was put together in Discord: the words below `/ops`, and its options by name. */
export function readCommand(interaction: ChatInputCommandInteraction | AutocompleteInteraction): Typed {
  const { options } = interaction;
  const words = [options.getSubcommandGroup(false), options.getSubcommand(false)];
  return {
    path: words.filter((word) => word !== null),
    values: Object.fromEntries(leaves(options.data).map(({ name, value }) => [name, String(value)])),
  };
}

/** Options stand below the sub-command they belong to, and that below its group. */
function leaves(options: readonly CommandInteractionOption[]): readonly CommandInteractionOption[] {
  return options.flatMap((option) => (option.value === undefined ? leaves(option.options ?? []) : [option]));
}
