import { existsSync, readFileSync } from 'node:fs';
import { ConfigError } from '../core/errors.ts';
import { noRules } from '../core/routing.ts';
import { addressesIn } from '../rules.ts';
import { defaultWatches, demoWatches, loadWatches, type WatchesFile } from '../watches.ts';
import type { Values } from './values.ts';
import type { VariableName } from './variables.ts';

export type ReadWatches = WatchesFile & { readonly problems: readonly string[] };

/** The watches file, or what is built in. A file that is not there is the problem of the variable that names it. */
export function readWatches(values: Values): ReadWatches {
  const file = values.WATCHES_FILE;
  const builtIn = values.PROMETHEUS_URL === undefined ? demoWatches : defaultWatches;
  if (file === undefined) return { watches: builtIn(), rules: noRules, problems: [] };
  const nothing = { watches: [], rules: noRules };
  if (!existsSync(file)) return { ...nothing, problems: [] };
  try {
    return { ...loadWatches(readFileSync(file, 'utf8'), file), problems: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { ...nothing, problems: error.problems };
    const { code } = error as NodeJS.ErrnoException;
    return { ...nothing, problems: [`WATCHES_FILE ${file} can not be read: ${code}.`] };
  }
}

/** Alerts that would be owed for ever, because the bot does not speak where they go. */
export function deafAudiences(values: Values, { watches, rules }: WatchesFile): readonly string[] {
  const needs = new Map<string, VariableName>([
    ['slack', 'SLACK_BOT_TOKEN'],
    ['discord', 'DISCORD_TOKEN'],
  ]);
  const named = [
    ...watches.flatMap(({ name, audiences }) => audiences.map((address) => ({ where: `the watch ${name}`, address }))),
    ...addressesIn(rules),
  ];
  return named.flatMap(({ where, address: { platform, channel } }) => {
    const token = needs.get(platform);
    if (token === undefined || values[token] !== undefined) return [];
    return [`${token} is missing, but ${where} sends its alerts to ${platform}:${channel}.`];
  });
}
