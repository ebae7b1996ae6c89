import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { createDiscordPlatform } from '../../../src/chat/discord/platform.ts';
import type { ChatEvent, Conversation } from '../../../src/core/chat.ts';
import { type Command, defineCommand } from '../../../src/core/command.ts';
import type { Log } from '../../../src/core/log.ts';
import { say } from '../../../src/core/reply.ts';
import { type DiscordEmulator, type DiscordEmulatorOptions, startDiscordEmulator } from '../../emulators/discord.ts';
import { noPictures } from '../../small-things.ts';

function command(path: Command['path'], options: Command['options'] = []): Command {
  const summary = `what ${path.join(' ')} does`;
  return defineCommand({
    path,
    summary,
    effect: 'read',
    role: 'viewer',
    options,
    input: z.unknown(),
    run: async () => say(''),
  });
}

export const commands: readonly Command[] = [
  command(['help']),
  command(['query'], [{ name: 'promql', summary: 'what to ask', required: true, choices: [], completes: true }]),
  command(
    ['ai', 'switch'],
    [{ name: 'provider', summary: 'who answers', required: true, choices: ['auto', 'gemini'], completes: false }],
  ),
];

/** A conversation that answers "you asked" and remembers what it heard, unless a test says otherwise. */
export function createListener(answers: Partial<Conversation> = {}): Conversation & { readonly heard: ChatEvent[] } {
  const heard: ChatEvent[] = [];
  const handle: Conversation['handle'] =
    answers.handle ?? ((event, show) => show(say(`you asked ${event.request.kind}`)));
  return {
    heard,
    complete: answers.complete ?? (async () => []),
    formOf: answers.formOf ?? (() => []),
    handle(event, show, signal) {
      heard.push(event);
      return handle(event, show, signal);
    },
  };
}

export type Line = { readonly level: string; readonly message: string; readonly facts: string };

export function createRecordingLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const at =
    (level: string) =>
    (message: string, facts: object = {}): void => {
      lines.push({ level, message, facts: inspect(facts, { depth: 8 }) });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

type BotOptions = DiscordEmulatorOptions & {
  readonly answers?: Partial<Conversation>;
  readonly now?: () => number;
  readonly discord?: DiscordEmulator;
  readonly givenToken?: string;
};

/** A bot that is connected to a Discord of its own; both are gone when the test is. */
export async function startBot({
  answers = {},
  now = Date.now,
  discord: given,
  givenToken,
  ...options
}: BotOptions = {}) {
  const discord = given ?? (await startDiscordEmulator(options));
  const log = createRecordingLog();
  const conversation = createListener(answers);
  const token = givenToken ?? discord.token;
  const platform = createDiscordPlatform({ painter: noPictures, token, apiUrl: discord.url, commands, log, now });
  onTestFinished(async () => {
    await platform.stop();
    if (given === undefined) await discord.stop();
  });
  await platform.start(conversation);
  if (givenToken === undefined) await discord.waitFor(() => discord.commands().length > 0);
  return { discord, platform, log, conversation };
}
