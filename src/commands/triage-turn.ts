import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { say } from '../core/reply.ts';
import type { TriageDeps } from './triage-show.ts';
import { chosenWatch, matching, watchInput, watchOption } from './watch-option.ts';

const words = {
  on: 'From now on what is likely noise goes on one card a day, but for what is critical, and one in ten that is shown all the same',
  off: 'Everything has a card of its own again',
} as const;

/** Puts likely noise of a watch on a card of its own, or no longer. */
export function createTriageTurn({ triage, watches }: TriageDeps, to: keyof typeof words): Command {
  return defineCommand({
    path: ['triage', to],
    summary: to === 'on' ? 'Put likely noise of a watch on a card of its own' : 'Give everything its own card again',
    effect: 'write',
    role: 'admin',
    options: [watchOption],
    input: z.strictObject({ watch: watchInput }),
    run: async ({ watch: named }) => {
      const watch = chosenWatch(watches, named);
      await triage.turn(watch, to === 'on');
      return say(`${watch}: ${words[to]}.`);
    },
    complete: async (_option, typed) => matching(watches, typed),
  });
}
