import type { BaseInteraction, Message } from 'discord.js';
import { noStanding, type Standing } from '../../core/person.ts';

type Said = Pick<BaseInteraction | Message, 'guildId' | 'channelId' | 'channel' | 'member'>;

/** Where somebody stands: Discord sends their roles with all they say or click. A thread counts as the channel it belongs to, too. */
export function standingOf({ guildId, channelId, channel, member }: Said): Standing {
  if (guildId === null) return noStanding;
  const parent = channel?.isThread() === true ? channel.parentId : null;
  const channels = [channelId, parent].filter((id) => id !== null);
  return { groups: rolesOf(member), channels, unsure: null };
}

/** Of a server that is not known yet there are the bare ids. */
function rolesOf(member: Said['member']): readonly string[] {
  if (member === null) return [];
  return Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
}
