import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';
import { createSlackPlatform, type SlackOptions } from '../../../src/chat/slack/platform.ts';
import type { ChatEvent, ChatPlatform, Conversation } from '../../../src/core/chat.ts';
import type { Log } from '../../../src/core/log.ts';
import { say } from '../../../src/core/reply.ts';
import { type SlackEmulator, type SlackEmulatorOptions, startSlackEmulator } from '../../emulators/slack.ts';
import { memoryDeliveries, noPictures } from '../../small-things.ts';

export const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';

/** A conversation that answers "you asked: …" and remembers what it heard, unless a test says otherwise. */
export function createListener(
  handle?: Conversation['handle'],
  formOf: Conversation['formOf'] = () => [],
): Conversation & { readonly heard: ChatEvent[] } {
  const heard: ChatEvent[] = [];
  const answer: Conversation['handle'] = handle ?? ((event, show) => show(say(`you asked: ${textOf(event)}`)));
  return {
    heard,
    complete: async () => [],
    formOf,
    handle(event, show, signal) {
      heard.push(event);
      return answer(event, show, signal);
    },
  };
}

export function textOf({ request }: ChatEvent): string {
  return request.kind === 'command' ? request.path.join(' ') : request.text;
}

export type Line = {
  readonly level: string;
  readonly message: string;
  readonly facts: string;
  readonly given: Readonly<Record<string, unknown>>;
};

export function createRecordingLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const at =
    (level: string) =>
    (message: string, given: Readonly<Record<string, unknown>> = {}): void => {
      lines.push({ level, message, facts: inspect(given, { depth: 8 }), given });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export type BotOptions = SlackEmulatorOptions & {
  readonly handle?: Conversation['handle'];
  readonly formOf?: Conversation['formOf'];
  readonly now?: () => number;
  readonly slack?: SlackEmulator;
  readonly given?: Partial<SlackOptions>;
};

export type Bot = {
  readonly slack: SlackEmulator;
  readonly platform: ChatPlatform;
  readonly log: ReturnType<typeof createRecordingLog>;
  readonly conversation: ReturnType<typeof createListener>;
};

/** Connections that a bot keeps open in Socket Mode. */
export const socketsKept = 2;

/** A bot that is connected to a Slack of its own; both are gone when the test is. */
export async function startBot(start: BotOptions = {}) {
  const { handle, formOf, now = Date.now, slack: own, given = {}, ...options } = start;
  const slack = own ?? (await startSlackEmulator(options));
  const log = createRecordingLog();
  const conversation = createListener(handle, formOf);
  const { botToken, appToken, url: apiUrl } = slack;
  const settings = {
    botToken,
    appToken,
    signingSecret,
    mode: 'socket',
    port: 0,
    apiUrl,
    groups: [],
    log,
    now,
  } as const;
  const platform = createSlackPlatform({ deliveries: memoryDeliveries(), painter: noPictures, ...settings, ...given });
  onTestFinished(async () => {
    await platform.stop();
    await slack.stop();
  });
  await platform.start(conversation);
  if (given.mode === 'http') listenOverHttp(slack, log);
  else if (platform.connection().kind === 'connected')
    await slack.waitFor(() => slack.socket.connections() === socketsKept);
  return { slack, platform, log, conversation } satisfies Bot;
}

/** Tells the emulator where the bot listens, as whoever sets up the app does. */
function listenOverHttp(slack: SlackEmulator, log: Bot['log']): void {
  const line = log.lines.find(({ message }) => message === 'listening for Slack');
  if (line === undefined) return;
  slack.useHttp({ url: `http://127.0.0.1:${line.given.port}${line.given.path}`, secret: signingSecret });
}

export const isUp = ({ platform }: Bot): boolean => platform.connection().kind === 'connected';

/** Resolves when the bot was heard out: a delivery that comes after all others has been answered. */
export async function untilQuiet({ slack, conversation }: Bot): Promise<void> {
  const { ts } = slack.mention(`are you done ${crypto.randomUUID()}?`);
  await slack.waitFor(() => conversation.heard.some(({ at }) => at.thread === ts));
  await slack.waitFor(() => slack.messages().some((message) => message.thread === ts));
}
