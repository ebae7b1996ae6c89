import type { RESTOptions } from 'discord.js';
import type { DiscordJs } from './discord-js.ts';
import { asUpstreamError } from './failure.ts';

/** Every call ends by then, whatever its caller's patience. */
const callDeadlineMs = 10_000;
/** A shorter pause that Discord asks for is simply made; a longer one is the caller's to know. */
const longestPauseMs = 2_000;

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export type Call = {
  readonly method: Method;
  readonly route: `/${string}`;
  /** What is being done, for the error's sentence. */
  readonly what: string;
  readonly body?: object;
  readonly files?: readonly File[];
  readonly query?: Readonly<Record<string, string>>;
  /** False where a token in the address is the permission (answers to commands). */
  readonly auth?: boolean;
  readonly deadlineMs?: number;
};

/** What goes with a message. */
export type File = { readonly key: string; readonly name: string; readonly data: Uint8Array };

/** Calls Discord's HTTP API; gives the parsed body, unchecked. Throws `UpstreamError`. */
export type Rest = { send(call: Call, signal: AbortSignal): Promise<unknown>; stop(): void };

/** Nothing is repeated behind the caller's back: a durable queue, or a person, stands behind every call. */
export function restOptions(apiUrl: string | null): Partial<RESTOptions> {
  return {
    ...(apiUrl === null ? {} : { api: apiUrl }),
    retries: 0,
    timeout: callDeadlineMs,
    rejectOnRateLimit: (limit) => Math.max(limit.retryAfter, limit.timeToReset, limit.sublimitTimeout) > longestPauseMs,
  };
}

export function createRest(discord: DiscordJs, token: string, apiUrl: string | null): Rest {
  const rest = new discord.REST(restOptions(apiUrl));
  return {
    async send({ method, route, what, body, files = [], query, auth = true, deadlineMs = callDeadlineMs }, signal) {
      // discord.js forgets the token after a 401, and would later speak of a missing one.
      rest.setToken(token);
      try {
        return await rest.request({
          method: discord.RequestMethod[methodNames[method]],
          fullRoute: route,
          auth,
          signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
          ...(body === undefined ? {} : { body }),
          ...(files.length === 0
            ? {}
            : {
                files: files.map(({ data, ...file }) => ({
                  ...file,
                  data: Buffer.from(data),
                  contentType: 'image/png',
                })),
              }),
          ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
        });
      } catch (error) {
        throw asUpstreamError(discord, error, what);
      }
    },
    stop() {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}

const methodNames = { GET: 'Get', POST: 'Post', PATCH: 'Patch', PUT: 'Put', DELETE: 'Delete' } as const;
