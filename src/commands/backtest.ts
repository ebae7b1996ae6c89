import { z } from 'zod';
import type { BacktestControl, BacktestEnding, BacktestProgress } from '../core/backtest.ts';
import { type Command, type CommandOption, defineCommand } from '../core/command.ts';
import { UsageError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import { type Reply, say } from '../core/reply.ts';
import { backtestReply, type Context } from './backtest-reply.ts';
import { createPaced } from './paced.ts';
import { chosenWatch, matching, watchInput, watchOption } from './watch-option.ts';

export type BacktestDeps = {
  readonly backtests: BacktestControl;
  readonly watches: readonly string[];
  readonly simulated: boolean;
  /** IANA name; the times of a picture are written in it. */
  readonly timeZone: string;
  readonly now: () => number;
};

/** It begins nothing new after eight minutes, and ends before Discord takes no more edits. */
const deadlineMs = 13 * 60_000;
const usualDays = 7;
const mostDays = 30;
const barLength = 20;
const cancel = 'cancel';

const options: readonly CommandOption[] = [
  {
    name: 'days',
    summary: `how many days of history, up to ${mostDays}; ${usualDays} when left out`,
    required: false,
    choices: [],
    completes: false,
    shape: /^\d+d?$/,
  },
  {
    name: 'action',
    summary: 'ends the one that runs instead of beginning one',
    required: false,
    choices: [cancel],
    completes: false,
    shape: /^cancel$/i,
  },
  watchOption,
];

const daysOf = (text: string): number => Number(text.replace('d', ''));

const daysInput = z
  .string()
  .trim()
  .regex(/^\d{1,4}d?$/, 'The days are a number, for instance 7.')
  .refine((text) => daysOf(text) >= 1 && daysOf(text) <= mostDays, `The days are between 1 and ${mostDays}.`);

/** How well the detector does on this deployment's own history: shows how far it is, and in the same place what came of it. */
export function createBacktest({ backtests, watches, simulated, timeZone, now }: BacktestDeps): Command {
  return defineCommand({
    path: ['backtest'],
    summary: 'How well faults are caught, measured on your own history',
    effect: 'read',
    role: 'viewer',
    options,
    input: z.strictObject({
      days: daysInput.optional(),
      action: z.string().trim().toLowerCase().pipe(z.literal(cancel)).optional(),
      watch: watchInput,
    }),
    deadlineMs,
    run: async ({ days, action, watch }, { by, role, show }, signal) => {
      if (action === cancel) {
        if (days !== undefined || watch !== undefined)
          throw new UsageError('"backtest cancel" takes nothing else: there is one backtest at a time.');
        const cancelled = backtests.cancel(by, role);
        return say(`The backtest of ${cancelled.watch} that ${cancelled.by.name} began is cancelled.`);
      }
      const name = chosenWatch(watches, watch);
      const request = { watch: name, days: days === undefined ? usualDays : daysOf(days) };
      const shown = createPaced(show, now);
      const startedAt = now();
      const onProgress = (progress: BacktestProgress): void => shown.offer(() => working(name, progress));
      const ending = backtests.run(request, by, onProgress, signal).finally(shown.end);
      return replyTo(name, await ending, { tookMs: now() - startedAt, simulated, timeZone, days: request.days });
    },
    complete: async (option, typed) => (option === 'watch' ? matching(watches, typed) : []),
  });
}

function working(watch: string, { part, doing }: BacktestProgress): Reply {
  const filled = Math.round(part * barLength);
  const percent = `${Math.round(100 * part)} %`;
  return {
    summary: `Backtest of ${watch}: ${percent}`,
    blocks: [
      { kind: 'text', text: `Backtest of ${watch}: ${doing}.` },
      { kind: 'code', text: `${'█'.repeat(filled)}${'░'.repeat(barLength - filled)} ${percent}` },
      { kind: 'note', text: '"backtest cancel" ends it.' },
    ],
    onlyYou: false,
  };
}

function replyTo(watch: string, ending: BacktestEnding, context: Context): Reply {
  switch (ending.kind) {
    case 'done':
      return backtestReply(ending.report, context);
    case 'cancelled':
      return say(
        `The backtest of ${watch} was cancelled by ${ending.by.name} at ${Math.round(100 * ending.part)} %. Nothing was measured.`,
      );
    case 'too little history': {
      const has = ending.knownMs === 0 ? 'no history' : `${formatDuration(ending.knownMs)} of history`;
      const needs = `a backtest needs ${formatDuration(ending.neededMs)}, half to learn from and half to judge`;
      const asked = context.days * 86_400_000;
      const hint = asked < ending.neededMs ? ` Ask for ${Math.ceil(ending.neededMs / 86_400_000)} days or more.` : '';
      return say(`In the last ${formatDuration(asked)} ${watch} has ${has}; ${needs}.${hint}`);
    }
  }
}
