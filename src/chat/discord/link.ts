import type { Client, ClientOptions } from 'discord.js';
import { backoffMs } from '../../core/backoff.ts';
import type { Connection } from '../../core/chat.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { pause } from '../pause.ts';
import type { DiscordJs } from './discord-js.ts';
import { asUpstreamError, refusedToken } from './failure.ts';
import { createGateway } from './gateway.ts';
import { restOptions } from './rest.ts';

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** A refused token or intent is not mended by asking again; but should Discord have erred, the bot comes back by itself. */
const refusedPauseMs = 300_000;

export type LinkOptions = {
  readonly discord: DiscordJs;
  readonly token: string;
  readonly apiUrl: string | null;
  readonly log: Log;
  readonly now: () => number;
  /** Attaches what listens to a new client; called before it connects. */
  readonly attach: (client: Client, signal: AbortSignal) => void;
};

/** Being connected to Discord's gateway: one client after another until it is stopped. */
export type Link = { connection(): Connection; start(): Promise<void>; stop(): Promise<void> };

export function createLink({ discord, token, apiUrl, log, now, attach }: LinkOptions): Link {
  const stopping = new AbortController();
  let connection: Connection = { kind: 'starting' };
  let running: Promise<void> | null = null;
  let settled: () => void = () => {};

  function up(): void {
    if (connection.kind !== 'connected') log.info('connected to Discord');
    connection = { kind: 'connected', since: now() };
    settled();
  }

  function down(because: string): void {
    if (connection.kind !== 'disconnected' || connection.because !== because)
      log.warn('not connected to Discord', { because });
    const since = connection.kind === 'disconnected' ? connection.since : now();
    connection = { kind: 'disconnected', since, because };
    settled();
  }

  /** One client from login to its end: says whether asking again soon can help. */
  async function connectOnce(signal: AbortSignal): Promise<'refused' | 'failed'> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => end(), { once: true });
    const events = { up, down, ended: (because: string) => [down(because), end()] };
    const client = new discord.Client(clientOptions(discord, apiUrl, events, log));
    try {
      // Without these two listeners an error event ends the process.
      client.on('error', (error) => log.warn('discord.js reports an error', { reason: messageOf(error) }));
      client.on('shardError', (error) => log.warn('the gateway reports an error', { reason: messageOf(error) }));
      attach(client, signal);
      await client.login(token);
      await ended;
      return 'refused';
    } catch (error) {
      const isRefused = error instanceof Error && 'code' in error && error.code === 'TokenInvalid';
      down(isRefused ? refusedToken : asUpstreamError(discord, error, 'the way to its gateway').message);
      return isRefused ? 'refused' : 'failed';
    } finally {
      client.removeAllListeners();
      client.on('error', () => {});
      await client.destroy();
    }
  }

  async function keep(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const outcome = await connectOnce(signal).catch((error: unknown) => {
        log.error('the connection to Discord broke', { error });
        return 'failed';
      });
      failures += 1;
      const waitMs = outcome === 'refused' ? refusedPauseMs : backoffMs(failures, firstPauseMs, longestPauseMs);
      await pause(waitMs, signal);
    }
  }

  return {
    connection: () => connection,
    start() {
      const first = new Promise<void>((resolve) => {
        settled = resolve;
      });
      running ??= keep(stopping.signal);
      return first;
    },
    async stop() {
      stopping.abort();
      await running;
      connection = { kind: 'disconnected', since: now(), because: 'stopped' };
      settled();
    },
  };
}

function clientOptions(
  discord: DiscordJs,
  apiUrl: string | null,
  events: Parameters<typeof createGateway>[2],
  log: Log,
): ClientOptions {
  const { GatewayIntentBits, Options } = discord;
  return {
    // None of these is privileged; a message that mentions the bot carries its text without MessageContent.
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
    allowedMentions: { parse: [] },
    rest: restOptions(apiUrl),
    ws: { buildStrategy: (manager) => createGateway(discord, manager, events, log) },
    // A command that comes before every server is known is answered at once all the same.
    waitGuildTimeout: 0,
    makeCache: Options.cacheWithLimits({ ...emptyCaches, ...ownCaches }),
    sweepers: { threads: { interval: 3_600, lifetime: 14_400 } },
  };
}

/** What this bot never looks up is not kept; servers, channels and roles are, for their names. */
const emptyCaches = {
  ApplicationCommandManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  DMMessageManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildMessageManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadMemberManager: 0,
  VoiceStateManager: 0,
} as const;

const isSelf = (entry: { readonly id: string; readonly client: Client }): boolean => entry.id === entry.client.user?.id;
const ownCaches = {
  GuildMemberManager: { maxSize: 200, keepOverLimit: isSelf },
  UserManager: { maxSize: 200, keepOverLimit: isSelf },
} as const;
