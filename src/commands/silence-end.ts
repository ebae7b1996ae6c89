import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { say } from '../core/reply.ts';
import { matchWords } from '../incidents/silence.ts';
import { actorOf } from './incident-option.ts';
import type { SilenceDeps } from './silence-add.ts';
import { matching } from './watch-option.ts';

/** Ends a silence before its time: what it kept quiet and is not over is told. */
export function createSilenceEnd({ silences }: Pick<SilenceDeps, 'silences'>): Command {
  return defineCommand({
    path: ['silence', 'end'],
    summary: 'End a silence before its time',
    effect: 'write',
    role: 'responder',
    options: [
      {
        name: 'silence',
        summary: 'the silence, as "silence list" names it',
        required: true,
        choices: [],
        completes: true,
        oneWord: true,
      },
    ],
    input: z.strictObject({ silence: z.string().trim().min(1, 'Say which silence.').max(64) }),
    run: async ({ silence: id }, context) => {
      const ended = await silences.end(id, actorOf(context));
      const text =
        ended === null
          ? `There is no silence "${id}" any more. "/ops silence list" lists what is on.`
          : `The silence of ${matchWords(ended.match)} has ended.`;
      return { ...say(text, { onlyYou: true }), data: { ended: ended !== null } };
    },
    complete: async (_option, typed) =>
      matching(
        (await silences.active()).map(({ id }) => id),
        typed,
      ),
  });
}
