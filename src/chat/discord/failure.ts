import { messageOf, UpstreamError } from '../../core/errors.ts';
import type { DiscordJs } from './discord-js.ts';

export const refusedToken =
  'Discord refused DISCORD_TOKEN: make a new one at discord.com/developers -> your application -> Bot -> Reset Token';

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const instructions: ReadonlyMap<number, string> = new Map([
  [10003, 'Discord knows no such channel: copy its id anew (right click on the channel -> Copy Channel ID)'],
  [10008, 'the message is gone from Discord'],
  [10062, 'Discord no longer waits for an answer to this'],
  [40060, 'this was already answered'],
  [50001, 'the bot cannot see the channel: add it there with the permissions View Channel and Read Message History'],
  [
    50013,
    'the bot may not write in the channel: give it Send Messages and Embed Links (in threads Send Messages in Threads)',
  ],
  [50027, 'Discord no longer takes an answer to this'],
]);

/** What went wrong with a call to Discord, in words that say what to do, and whether trying again can help. */
export function asUpstreamError(discord: DiscordJs, error: unknown, what: string): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (error instanceof discord.RateLimitError) {
    const waitMs = Math.ceil(Math.max(error.retryAfter, error.timeToReset, error.sublimitTimeout));
    return new UpstreamError('discord', `Discord asks to wait ${Math.ceil(waitMs / 1_000)} s before it takes ${what}`, {
      retryable: true,
      retryAfterMs: waitMs,
    });
  }
  if (error instanceof discord.DiscordAPIError) {
    const code = Number(error.code);
    const instruction = instructions.get(code) ?? (error.status === 401 ? refusedToken : null);
    const answer = `Discord answered ${error.status} (code ${code}): ${messageOf(error)}`;
    const said = instruction ?? `${answer} to ${what}`;
    return new UpstreamError('discord', said, { retryable: error.status === 408, cause: { code } });
  }
  if (error instanceof discord.HTTPError)
    return new UpstreamError('discord', `Discord answered ${error.status} to ${what}`, { retryable: true });
  const isLate = error instanceof Error && /^(AbortError|TimeoutError)$/.test(error.name);
  const because = isLate ? `did not answer ${what} in time` : `could not be reached for ${what} (${reasonOf(error)})`;
  return new UpstreamError('discord', `Discord ${because}`, { retryable: true });
}

/** Discord's own number of why it refused; null when it said none. */
export function codeOf({ cause }: UpstreamError): number | null {
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'number'
    ? cause.code
    : null;
}

/** `fetch failed` says nothing; what is beneath it does. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}

export function isRetryable(error: unknown): boolean {
  return error instanceof UpstreamError && error.retryable;
}
