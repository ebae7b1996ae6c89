import { backoffMs } from '../../core/backoff.ts';
import type { Command } from '../../core/command.ts';
import type { Log } from '../../core/log.ts';
import { pause } from '../pause.ts';
import { isRetryable } from './failure.ts';
import { discordRegistration, isRegistered } from './registration.ts';
import type { Rest } from './rest.ts';

const firstPauseMs = 5_000;
const longestPauseMs = 600_000;

/** Makes Discord's list of commands ours when it is not already; tries again while that can help. Never rejects. */
export async function register(
  rest: Rest,
  application: string,
  commands: readonly Command[],
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const route = `/applications/${application}/commands` as const;
  const what = 'the list of commands';
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const wanted = discordRegistration(commands);
      if (isRegistered(wanted, await rest.send({ method: 'GET', route, what }, signal))) return;
      await rest.send({ method: 'PUT', route, what, body: wanted }, signal);
      log.info('registered the commands with Discord', { commands: commands.length });
      return;
    } catch (error) {
      if (signal.aborted) return;
      log.warn('the commands are not registered with Discord', { error });
      if (!isRetryable(error)) return;
      await pause(backoffMs(failures, firstPauseMs, longestPauseMs), signal);
    }
  }
}
