import { messageOf, UpstreamError } from '../../core/errors.ts';
import { type Bolt, withoutTokens } from './bolt.ts';

export const refusedBotToken =
  'Slack refused SLACK_BOT_TOKEN: install the app at api.slack.com/apps -> your app -> OAuth & Permissions, and copy the Bot User OAuth Token';
export const refusedAppToken =
  'Slack refused SLACK_APP_TOKEN: make a new one with the scope connections:write at api.slack.com/apps -> your app -> Basic Information -> App-Level Tokens';
export const socketModeIsOff =
  'Socket Mode is off for this app: turn it on at api.slack.com/apps -> your app -> Socket Mode, or set SLACK_MODE=http';

/** Answers that mean that the token is no good, whatever is asked with it. */
const tokenErrors: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'not_allowed_token_type',
  'not_authed',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
]);

/** Answers that pass by themselves. */
const passing: ReadonlySet<string> = new Set([
  'accesslimited',
  'fatal_error',
  'internal_error',
  'ratelimited',
  'request_timeout',
  'rollup_error',
  'service_unavailable',
  'team_added_to_org',
]);

const invite = 'invite the bot there with /invite, and check the ID of the channel';
const instructions: ReadonlyMap<string, string> = new Map([
  ['not_in_channel', `the bot is not in the channel: ${invite}`],
  [
    'channel_not_found',
    `Slack knows no such channel, or the bot is not in it: ${invite} (its name -> About, at the bottom)`,
  ],
  ['is_archived', 'the channel is archived: name another one'],
  ['restricted_action', 'the bot may not write in the channel: ask who administers it to let the bot post there'],
  ['message_not_found', 'the message is gone from Slack'],
  ['cant_update_message', 'the message was not written by this bot and can not be edited'],
  ['edit_window_closed', 'the message is too old for Slack to edit it'],
  ['link_disabled', socketModeIsOff],
  ['expired_trigger_id', 'Slack opens a form within three seconds of a click, and they were over'],
]);

/** Which of the two tokens a call was made with. */
export type TokenKind = 'bot' | 'app';

/** What Slack said no with, in its own word; null when it was not a no. */
export function refusalOf({ webApi }: Bolt, error: unknown): string | null {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : null;
}

export function isTokenRefusal(refusal: string | null): boolean {
  return refusal !== null && tokenErrors.has(refusal);
}

/** What went wrong with a call to Slack, in words that say what to do, and whether trying again can help. */
export function asUpstreamError(bolt: Bolt, error: unknown, what: string, token: TokenKind = 'bot'): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const { webApi } = bolt;
  if (error instanceof webApi.WebAPIRateLimitedError) return askedToWait(error.retryAfter, what);
  if (error instanceof webApi.WebAPIPlatformError) return saidNo(error.data, what, token);
  if (error instanceof webApi.WebAPIHTTPError) {
    const { statusCode, headers } = error;
    return answeredStatus(statusCode, headers['retry-after'] ?? null, what);
  }
  const cause = error instanceof webApi.WebAPIRequestError ? error.original : error;
  const isLate = cause instanceof Error && /^(AbortError|TimeoutError)$/.test(cause.name);
  const because = isLate ? `did not answer ${what} in time` : `could not be reached for ${what} (${reasonOf(cause)})`;
  return failed(`Slack ${because}`, true);
}

/** An answer whose status is not 200. `retryAfter` is the header: seconds. */
export function answeredStatus(status: number, retryAfter: string | null, what: string): UpstreamError {
  const seconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  if (status === 429 && seconds !== null) return askedToWait(seconds, what);
  const isPassing = status >= 500 || status === 408 || status === 429;
  return failed(`Slack answered ${status} to ${what}`, isPassing, seconds === null ? null : seconds * 1_000);
}

type No = { readonly error: string; readonly needed?: unknown; readonly response_metadata?: unknown };

function saidNo({ error, needed, response_metadata }: No, what: string, token: TokenKind): UpstreamError {
  if (!/^[a-z0-9_]{1,60}$/i.test(error))
    return failed(`Slack answered ${what} with something that is not its API: check SLACK_API_URL`, true);
  if (tokenErrors.has(error)) return failed(`${token === 'bot' ? refusedBotToken : refusedAppToken} (${error})`, false);
  if (error === 'missing_scope') return failed(missingScope(needed, token), false);
  const instruction = instructions.get(error);
  if (instruction !== undefined) return failed(instruction, false);
  return failed(`Slack answered ${error} to ${what}${detailsOf(response_metadata)}`, passing.has(error));
}

function missingScope(needed: unknown, token: TokenKind): string {
  if (token === 'app') return refusedAppToken;
  const scope = typeof needed === 'string' && /^[\w:., ]+$/.test(needed) ? needed : 'that this needs';
  return `the Slack app lacks the scope ${scope}: add it at api.slack.com/apps -> your app -> OAuth & Permissions, and install the app again`;
}

/** Slack says of a message that it does not take which part it means. */
function detailsOf(metadata: unknown): string {
  const messages =
    typeof metadata === 'object' && metadata !== null && 'messages' in metadata ? metadata.messages : null;
  return Array.isArray(messages) && messages.length > 0 ? ` (${messages.slice(0, 3).map(String).join('; ')})` : '';
}

function askedToWait(seconds: number, what: string): UpstreamError {
  return failed(`Slack asks to wait ${seconds} s before it takes ${what}`, true, seconds * 1_000);
}

function failed(message: string, retryable: boolean, retryAfterMs: number | null = null): UpstreamError {
  return new UpstreamError('slack', withoutTokens(message), { retryable, retryAfterMs });
}

/** `fetch failed` says nothing; what is beneath it does. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}

export function isRetryable(error: unknown): boolean {
  return error instanceof UpstreamError && error.retryable;
}
