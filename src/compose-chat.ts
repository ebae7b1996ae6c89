import { type ConsolePlatform, createConsolePlatform } from './chat/console/platform.ts';
import { createDiscordPlatform } from './chat/discord/platform.ts';
import { createSlackPlatform } from './chat/slack/platform.ts';
import type { Config } from './config/config.ts';
import type { Painter } from './core/chart.ts';
import type { ChatPlatform } from './core/chat.ts';
import type { Command } from './core/command.ts';
import type { Log } from './core/log.ts';
import type { Store } from './core/store.ts';

export type ChatParts = {
  readonly store: Pick<Store, 'console' | 'deliveries'>;
  readonly commands: readonly Command[];
  readonly painter: Painter;
  readonly now: () => number;
  readonly log: Log;
};

export type Chat = { readonly console: ConsolePlatform; readonly platforms: ReadonlyMap<string, ChatPlatform> };

/** The platforms that are configured, by name; the console always is. */
export function composeChat({ slack, discord }: Config, { store, commands, ...rest }: ChatParts): Chat {
  const console = createConsolePlatform({ store: store.console, ...rest });
  const platforms = new Map<string, ChatPlatform>([['console', console]]);
  if (slack !== null) platforms.set('slack', createSlackPlatform({ ...slack, deliveries: store.deliveries, ...rest }));
  if (discord !== null) platforms.set('discord', createDiscordPlatform({ ...discord, commands, ...rest }));
  return { console, platforms };
}
