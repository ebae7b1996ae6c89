import type { AiStatus } from './ai.ts';
import type { Connection } from './chat.ts';
import type { Situation } from './situation.ts';

export type PlatformStatus = {
  readonly name: string;
  readonly configured: boolean;
  readonly connection: Connection | null;
};

export type TickReport = {
  readonly at: number;
  readonly tookMs: number;
  readonly outcome: 'ok' | 'failed';
  /** Why what was seen could not be kept; null when it was. */
  readonly unkept: string | null;
};

/** All that `/status` says. Made from what is known now, without asking anybody: it answers while everything hangs. */
export type StatusReport = {
  readonly state: 'ok' | 'degraded' | 'failing';
  /** What is wrong, a sentence each; empty when `state` is ok. */
  readonly problems: readonly string[];
  readonly version: string;
  readonly startedAt: number;
  readonly now: number;
  /** The longest pause between two ticks that is meant, ms. */
  readonly pollPauseMs: number;
  readonly lastTick: TickReport | null;
  readonly situation: Situation;
  readonly platforms: readonly PlatformStatus[];
  readonly ai: AiStatus;
  readonly owed: { readonly notices: number; readonly oldestMs: number | null };
  readonly store: string;
};
