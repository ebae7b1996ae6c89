import type { AiStatus } from '../core/ai.ts';
import type { ChatPlatform } from '../core/chat.ts';
import { formatDuration } from '../core/format.ts';
import type { Situation } from '../core/situation.ts';
import type { PlatformStatus, StatusReport } from '../core/status.ts';

export type StatusParts = {
  readonly version: string;
  readonly startedAt: number;
  readonly now: () => number;
  readonly situation: () => Situation;
  readonly pollPauseMs: number;
  readonly lastTick: () => StatusReport['lastTick'];
  /** The chat platforms that are configured, by name. */
  readonly platforms: () => ReadonlyMap<string, ChatPlatform>;
  readonly ai: () => AiStatus;
  readonly owed: () => StatusReport['owed'];
  /** What else stands in the way, a sentence each. */
  readonly troubles: () => readonly string[];
  readonly store: string;
};

/** A tick that is later than this after its time is stuck. */
const lateTickMs = 120_000;
/** A notice that is owed for so long is a problem of delivery. */
const lateNoticeMs = 60_000;

/** Puts together what every part knows of itself, without asking anybody outside. */
export function createStatusReader(parts: StatusParts): () => StatusReport {
  return () => {
    const now = parts.now();
    const report = {
      version: parts.version,
      startedAt: parts.startedAt,
      now,
      pollPauseMs: parts.pollPauseMs,
      lastTick: parts.lastTick(),
      situation: parts.situation(),
      platforms: platformStatuses(parts.platforms()),
      ai: parts.ai(),
      owed: parts.owed(),
      store: parts.store,
    };
    const failing = failuresOf(report);
    const limits = [...limitsOf(report), ...parts.troubles()];
    const state = failing.length > 0 ? 'failing' : limits.length > 0 ? 'degraded' : 'ok';
    return { ...report, state, problems: [...failing, ...limits] };
  };
}

const knownPlatforms = ['slack', 'discord', 'console'];

function platformStatuses(platforms: ReadonlyMap<string, ChatPlatform>): readonly PlatformStatus[] {
  return knownPlatforms.map((name) => {
    const platform = platforms.get(name);
    return { name, configured: platform !== undefined, connection: platform?.connection() ?? null };
  });
}

type Known = Omit<StatusReport, 'state' | 'problems'>;

/** What keeps the bot from its main job. */
function failuresOf({ situation, lastTick, pollPauseMs, now, startedAt }: Known): readonly string[] {
  const problems: string[] = [];
  const { source } = situation;
  if (!source.reachable && lastTick !== null)
    problems.push(
      `Prometheus has not been readable for ${formatDuration(now - source.since)}: ${source.because ?? 'unknown'}`,
    );
  for (const { watch, unread } of situation.watches)
    if (unread !== null)
      problems.push(`The watch ${watch} can not be read for ${formatDuration(now - unread.since)}: ${unread.because}`);
  if (lastTick !== null && lastTick.unkept !== null)
    problems.push(`What happens can not be kept, and no new alert is announced: ${lastTick.unkept}`);
  const sinceTick = now - (lastTick?.at ?? startedAt);
  if (sinceTick > pollPauseMs + lateTickMs) problems.push(`No tick has run for ${formatDuration(sinceTick)}.`);
  return problems;
}

/** What works only in part. */
function limitsOf({ situation, platforms, ai, owed }: Known): readonly string[] {
  const problems: string[] = [];
  for (const { name, connection } of platforms)
    if (connection?.kind === 'disconnected') problems.push(`${name} is not connected: ${connection.because}`);
  for (const { watch, model } of situation.watches) {
    if (model.kind === 'none') problems.push(`The watch ${watch} has no model yet: ${model.because}`);
    else if (model.trouble !== null)
      problems.push(`The watch ${watch} uses its last good model, ${model.version}: ${model.trouble}`);
  }
  for (const rest of ai.resting)
    problems.push(`${rest.provider} is resting until ${new Date(rest.until).toISOString()}: ${rest.because}`);
  if (owed.oldestMs !== null && owed.oldestMs > lateNoticeMs)
    problems.push(`${owed.notices} notices are owed, the oldest for ${formatDuration(owed.oldestMs)}.`);
  return [...problems, ...ai.warnings];
}
