import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import type { ModelDeps } from './model-show.ts';
import { modelBlocks } from './model-words.ts';
import { chosenWatch, matching, watchInput, watchOption } from './watch-option.ts';

/** Takes an older model into use, until the next training. */
export function createModelRollback({ models, watches, now }: ModelDeps): Command {
  return defineCommand({
    path: ['model', 'rollback'],
    summary: 'Take an older model into use, until the next training',
    effect: 'write',
    role: 'admin',
    options: [
      watchOption,
      {
        name: 'version',
        summary: 'which version; without it the one that was in use before the current one',
        required: false,
        choices: [],
        completes: true,
      },
    ],
    input: z.strictObject({ watch: watchInput, version: z.string().trim().max(100).optional() }),
    run: async ({ watch, version }, _context, signal) => {
      const name = chosenWatch(watches, watch);
      const { info, passedOver } = await models.rollBack(name, version ?? null, signal);
      const summary = `${name} is back on the model ${info.version}.`;
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone: passedOver.length === 0 ? 'good' : 'warning' },
          ...passedOver.map((because) => ({ kind: 'text' as const, text: `Passed over: ${because}.` })),
          ...modelBlocks(info, now()),
          { kind: 'note', text: 'In use from now on and after a restart; the next training moves on from it.' },
        ],
        onlyYou: false,
      };
    },
    complete: async (option, typed, signal) => {
      if (option === 'watch') return matching(watches, typed);
      const all = await Promise.all(watches.map((name) => models.history(name, signal)));
      const older = all.flat().filter(({ isCurrent }) => !isCurrent);
      return matching(
        older.map(({ info }) => info.version),
        typed,
      );
    },
  });
}
