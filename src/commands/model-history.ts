import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { formatDuration } from '../core/format.ts';
import type { ModelVersion } from '../core/model.ts';
import type { ModelDeps } from './model-show.ts';
import { numbers } from './model-words.ts';
import { chosenWatch, matching, watchInput, watchOption } from './watch-option.ts';

/** The stored models of a watch, newest first. */
export function createModelHistory({ models, watches, now }: ModelDeps): Command {
  return defineCommand({
    path: ['model', 'history'],
    summary: 'The stored models of a watch, newest first',
    effect: 'read',
    role: 'admin',
    options: [watchOption],
    input: z.strictObject({ watch: watchInput }),
    run: async ({ watch }, _context, signal) => {
      const name = chosenWatch(watches, watch);
      const versions = await models.history(name, signal);
      const count = versions.length === 1 ? 'one stored model' : `${versions.length} stored models`;
      const summary = versions.length === 0 ? `${name} has no stored model.` : `${name} has ${count}.`;
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone: 'neutral' },
          {
            kind: 'table',
            columns: ['version', 'trained', 'rows', 'entities', 'measures', 'by'],
            rows: versions.map((version) => rowOf(version, now())),
          },
          { kind: 'note', text: '"model rollback" leads to the one that was in use before the current one.' },
        ],
        onlyYou: false,
      };
    },
    complete: async (_option, typed) => matching(watches, typed),
  });
}

function rowOf({ info, isCurrent }: ModelVersion, now: number): readonly string[] {
  return [
    isCurrent ? `${info.version} (current)` : info.version,
    `${formatDuration(now - info.trainedAt)} ago`,
    String(info.rows),
    String(info.entities),
    numbers(info.measures),
    info.code,
  ];
}
