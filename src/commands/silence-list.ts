import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { formatTime } from '../core/format.ts';
import { endOf, matchWords } from '../incidents/silence.ts';
import type { SilenceDeps } from './silence-add.ts';

/** The silences that are on. */
export function createSilenceList({ silences }: Pick<SilenceDeps, 'silences'>): Command {
  return defineCommand({
    path: ['silence', 'list'],
    summary: 'The silences that are on: of what, until when, whose and why',
    effect: 'read',
    role: 'viewer',
    options: [],
    input: z.strictObject({}),
    run: async () => {
      const active = await silences.active();
      const summary =
        active.length === 0 ? 'Nothing is silenced.' : `${active.length} silence${active.length === 1 ? '' : 's'} on.`;
      const rows = active.map((one) => [
        one.id,
        matchWords(one.match),
        formatTime(endOf(one)),
        one.by.name,
        one.reason,
      ]);
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone: 'neutral' },
          ...(rows.length === 0
            ? []
            : [{ kind: 'table' as const, columns: ['silence', 'of', 'until', 'by', 'why'], rows }]),
        ],
        onlyYou: false,
        data: { silences: active },
      };
    },
  });
}
