import { createStatusReader, type StatusParts } from './commands/read-status.ts';
import type { Config } from './config/config.ts';
import { chatChannelsOf } from './config/outside.ts';
import type { ChatPlatform } from './core/chat.ts';
import type { HeartbeatState } from './core/heartbeat.ts';
import type { Log } from './core/log.ts';
import type { StatusReport } from './core/status.ts';
import type { Desk } from './desk.ts';
import { createHeartbeat, heartbeatTroubles } from './heartbeat.ts';
import { createUnkeptNotice } from './unkept.ts';

export type HealthParts = Omit<StatusParts, 'pollPauseMs' | 'platforms'> & {
  readonly platforms: () => ReadonlyMap<string, ChatPlatform>;
  readonly audit: Desk['audit'];
  readonly log: Log;
};

export type Health = {
  readonly status: () => StatusReport;
  /** Null when nobody outside is told that the bot is well. */
  readonly heartbeat: (() => HeartbeatState) | null;
  /** Says how the bot is to those who should know: somebody outside, and people when nothing can be kept. Never throws. */
  afterTick(signal: AbortSignal): void;
};

/** How the bot itself is, and who is told. */
export function composeHealth(config: Config, { audit, log, ...parts }: HealthParts): Health {
  const { lastTick, situation, platforms, now } = parts;
  const url = config.heartbeatUrl;
  const heartbeat = url === null ? null : createHeartbeat({ url, fetch, lastTick, audit, now, log });
  const channels = chatChannelsOf(config);
  const unkept = createUnkeptNotice({ platforms, channels, lastTick, situation, now, log });
  return {
    status: createStatusReader({
      ...parts,
      pollPauseMs: config.pollPauseMs,
      troubles: () => [...parts.troubles(), ...(heartbeat === null ? [] : heartbeatTroubles(heartbeat.state()))],
    }),
    heartbeat: heartbeat?.state ?? null,
    afterTick(signal) {
      void heartbeat?.beat();
      void unkept.look(signal);
    },
  };
}
