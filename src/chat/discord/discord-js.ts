import type * as discordJs from 'discord.js';

export type DiscordJs = typeof discordJs;

/** The package, loaded when it is first needed: it costs a third of a second and 40 MB that an unconfigured bot saves. */
export function loadDiscordJs(): Promise<DiscordJs> {
  return import('discord.js');
}
