import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import type { ModelControl, ModelInUse } from '../core/model.ts';
import type { Block } from '../core/reply.ts';
import { modelBlocks } from './model-words.ts';
import { chosenWatch, matching, watchInput, watchOption } from './watch-option.ts';

/** What the commands about models work with. `watches` are the names of all. */
export type ModelDeps = {
  readonly models: ModelControl;
  readonly watches: readonly string[];
  readonly now: () => number;
};

/** Which model of a watch, or of every one, is in use, and what it was made of. From memory: it answers while storage hangs. */
export function createModelShow({ models, watches, now }: ModelDeps): Command {
  return defineCommand({
    path: ['model', 'show'],
    summary: 'The model of what is normal that is in use',
    effect: 'read',
    role: 'viewer',
    options: [{ ...watchOption, summary: 'which watch; all of them without it' }],
    input: z.strictObject({ watch: watchInput }),
    run: async ({ watch }) => {
      const shown = watch === undefined ? watches : [chosenWatch(watches, watch)];
      const all = shown.map((name) => ({ name, model: models.inUse(name) }));
      return {
        summary: all.map(({ name, model }) => titleOf(name, model)).join(' · '),
        blocks: all.flatMap(({ name, model }) => blocksOf(name, model, now())),
        onlyYou: false,
      };
    },
    complete: async (_option, typed) => matching(watches, typed),
  });
}

function titleOf(watch: string, model: ModelInUse): string {
  return model.kind === 'none' ? `${watch} has no model` : `${watch} uses the model ${model.info.version}`;
}

function blocksOf(watch: string, model: ModelInUse, now: number): readonly Block[] {
  const text = titleOf(watch, model);
  if (model.kind === 'none')
    return [
      { kind: 'heading', text, tone: 'warning' },
      { kind: 'text', text: `${capital(model.because)}.` },
    ];
  return [
    { kind: 'heading', text, tone: model.trouble === null ? 'good' : 'warning' },
    ...(model.trouble === null ? [] : [{ kind: 'text' as const, text: `It is the last good one: ${model.trouble}.` }]),
    ...modelBlocks(model.info, now),
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
