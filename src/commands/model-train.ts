import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { UsageError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import type { ModelInUse, Training } from '../core/model.ts';
import { type Reply, say } from '../core/reply.ts';
import type { ModelDeps } from './model-show.ts';
import { modelBlocks } from './model-words.ts';
import { chosenWatch, matching, watchInput, watchOption } from './watch-option.ts';

/** A training has ten minutes of its own and may have to wait for another one. It ends before Discord takes no more edits. */
const deadlineMs = 13 * 60_000;

/** Learns anew what is normal, now; says at once that it works, and what came of it in the same place. */
export function createModelTrain({ models, watches, now }: ModelDeps): Command {
  return defineCommand({
    path: ['model', 'train'],
    summary: 'Learn anew what is normal',
    effect: 'write',
    role: 'admin',
    options: [watchOption],
    input: z.strictObject({ watch: watchInput }),
    deadlineMs,
    run: async ({ watch }, { show }, signal) => {
      const name = chosenWatch(watches, watch);
      const start = models.train(name, signal);
      if (start.kind === 'busy') throw new UsageError(start.because);
      const [ending] = await Promise.all([start.ending, show(working(name))]);
      return replyTo(name, ending, models.inUse(name), now());
    },
    complete: async (_option, typed) => matching(watches, typed),
  });
}

function working(watch: string): Reply {
  return say(`Training the model of ${watch}: its history is read and learnt from. This message will say how it went.`);
}

function replyTo(watch: string, ending: Training, inUse: ModelInUse, now: number): Reply {
  if (ending.kind === 'trained') {
    const summary = `The model of ${watch} was trained in ${formatDuration(ending.tookMs)} and is in use: ${ending.info.version}`;
    return {
      summary,
      blocks: [{ kind: 'heading', text: summary, tone: 'good' }, ...modelBlocks(ending.info, now)],
      onlyYou: false,
    };
  }
  const stays = inUse.kind === 'ready' ? `The model ${inUse.info.version} stays in use.` : 'There is still no model.';
  const text =
    ending.kind === 'failed'
      ? `Training the model of ${watch} failed: ${ending.because}`
      : `${watch} has ${ending.rows} of ${ending.needed} rows of history that a model needs`;
  return {
    summary: text,
    blocks: [
      { kind: 'heading', text: `The model of ${watch} was not trained`, tone: 'warning' },
      { kind: 'text', text: `${text}. ${stays}` },
    ],
    onlyYou: false,
  };
}
