import { z } from 'zod';
import { UpstreamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { type Bolt, boltLogger } from './bolt.ts';
import { answeredStatus, asUpstreamError, isTokenRefusal, refusalOf, type TokenKind } from './failure.ts';

/** Every call ends by then, whatever its caller's patience. */
const callDeadlineMs = 10_000;

/** The bot as Slack knows it. */
export type Identity = { readonly user: string; readonly bot: string | null };

export type Call = {
  readonly method: string;
  /** What is being done, for the error's sentence. */
  readonly what: string;
  readonly args?: Readonly<Record<string, unknown>>;
};

/** Slack's Web API. All calls throw `UpstreamError`. */
export type Api = {
  /** Gives Slack's answer, parsed by `schema`. */
  call<Answer>(call: Call, schema: z.ZodType<Answer>, signal: AbortSignal): Promise<Answer>;
  /** The address of a new Socket Mode connection. */
  openSocket(signal: AbortSignal): Promise<string>;
  /** Answers where Slack said an answer may go; "gone" when it is taken there no more. */
  respond(url: string, body: object, signal: AbortSignal): Promise<'taken' | 'gone'>;
  /** Sends the bytes of a file to where Slack said that they may go. */
  upload(url: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  whoAmI(signal: AbortSignal): Promise<Identity>;
  /** What `whoAmI` last learned; null before. */
  me(): Identity | null;
  /** Since when (epoch ms) Slack refuses the bot's token, and the words for it; null while it takes it. */
  refusal(): { readonly since: number; readonly because: string } | null;
};

export type ApiOptions = {
  readonly bolt: Bolt;
  readonly botToken: string;
  readonly appToken: string | null;
  readonly apiUrl: string | null;
  readonly log: Log;
  readonly now: () => number;
};

const identitySchema = z.object({ user_id: z.string(), bot_id: z.string().nullish() });
const socketSchema = z.object({ url: z.string() });

export function createApi({ bolt, botToken, appToken, apiUrl, log, now }: ApiOptions): Api {
  const logger = boltLogger(bolt, log);
  let identity: Identity | null = null;
  let refusal: ReturnType<Api['refusal']> = null;

  /**
   * A client of its own for every call (0.05 ms): the SDK takes no signal, and one client for all holds its calls in one queue.
   * Nothing is repeated behind the caller's back: a durable queue, or a person, stands behind every call.
   */
  function clientFor(token: string, signal: AbortSignal): InstanceType<Bolt['webApi']['WebClient']> {
    return new bolt.webApi.WebClient(token, {
      ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
      logger,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      fetch: (input, init) => fetch(input, { ...init, signal }),
    });
  }

  async function send({ method, what, args = {} }: Call, kind: TokenKind, signal: AbortSignal): Promise<unknown> {
    const token = kind === 'bot' ? botToken : (appToken ?? '');
    const soon = AbortSignal.any([signal, AbortSignal.timeout(callDeadlineMs)]);
    try {
      const answer = await clientFor(token, soon).apiCall(method, { ...args });
      if (kind === 'bot') refusal = null;
      return answer;
    } catch (error) {
      const failure = asUpstreamError(bolt, error, what, kind);
      if (kind === 'bot' && isTokenRefusal(refusalOf(bolt, error)))
        refusal = { since: refusal?.since ?? now(), because: failure.message };
      throw failure;
    }
  }

  return {
    call: async (call, schema, signal) => parsed(schema, await send(call, 'bot', signal)),
    async openSocket(signal) {
      const call = { method: 'apps.connections.open', what: 'the way to its Socket Mode' };
      return parsed(socketSchema, await send(call, 'app', signal)).url;
    },
    async whoAmI(signal) {
      const call = { method: 'auth.test', what: 'the question who this bot is' };
      const { user_id: user, bot_id: bot } = parsed(identitySchema, await send(call, 'bot', signal));
      identity = { user, bot: bot ?? null };
      return identity;
    },
    async upload(url, bytes, signal) {
      const soon = AbortSignal.any([signal, AbortSignal.timeout(callDeadlineMs)]);
      const headers = { 'content-type': 'application/octet-stream' };
      const request = { method: 'POST', headers, body: Buffer.from(bytes), redirect: 'error', signal: soon } as const;
      const response = await fetch(url, request).catch((error: unknown) => {
        throw asUpstreamError(bolt, error, 'a picture');
      });
      await response.body?.cancel();
      if (!response.ok) throw answeredStatus(response.status, response.headers.get('retry-after'), 'a picture');
    },
    me: () => identity,
    refusal: () => refusal,
    async respond(url, body, signal) {
      const soon = AbortSignal.any([signal, AbortSignal.timeout(callDeadlineMs)]);
      const what = 'an answer';
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const request = { method: 'POST', headers, body: JSON.stringify(body), redirect: 'error', signal: soon } as const;
      const response = await fetch(url, request).catch((error: unknown) => {
        throw asUpstreamError(bolt, error, what);
      });
      await response.body?.cancel();
      if (response.ok) return 'taken';
      if (response.status === 404 || response.status === 410) return 'gone';
      throw answeredStatus(response.status, response.headers.get('retry-after'), what);
    },
  };
}

function parsed<Value>(schema: z.ZodType<Value>, answer: unknown): Value {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new UpstreamError('slack', 'Slack answered something that is not its API: check SLACK_API_URL', {
    retryable: true,
  });
}
