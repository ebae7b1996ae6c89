import { parse, validate } from 'node-cron';
import { formatDuration } from '../core/format.ts';
import { bridgedSteps, type Watch } from '../core/watch.ts';

const dayMs = 86_400_000;

/** The longest pause between two runs of a cron expression within its days, in ms; days on which it never runs are meant so. */
export function longestPauseMs(expression: string): number {
  const { hour, minute, second } = parse(expression);
  const runs = hour.flatMap((hours) =>
    minute.flatMap((minutes) => second.map((seconds) => ((hours * 60 + minutes) * 60 + seconds) * 1_000)),
  );
  const sorted = runs.toSorted((a, b) => a - b);
  const pauses = sorted.map((at, index) => (sorted[index + 1] ?? (sorted[0] ?? 0) + dayMs) - at);
  return pauses.reduce((a, b) => Math.max(a, b));
}

/** A watch that is looked at so rarely that each look finds a hole behind it would never be judged. */
export function paceProblems(pollCron: string, watches: readonly Watch[]): readonly string[] {
  if (!validate(pollCron)) return [];
  const pause = longestPauseMs(pollCron);
  const [fastest] = watches.toSorted((a, b) => a.stepMs - b.stepMs);
  const longest = fastest === undefined ? Number.POSITIVE_INFINITY : (bridgedSteps + 1) * fastest.stepMs;
  if (fastest === undefined || pause <= longest) return [];
  return [
    `POLL_CRON leaves ${formatDuration(pause)} between two looks, but the watch ${fastest.name} has a step of ` +
      `${formatDuration(fastest.stepMs)}: look at least every ${formatDuration(longest)}, or give it a longer step.`,
  ];
}
