import { z } from 'zod';
import type { AiControl, ProviderTest } from '../core/ai.ts';
import { type Command, defineCommand } from '../core/command.ts';
import { formatDuration } from '../core/format.ts';

/** Asks every configured provider for itself. */
export function createAiTest(ai: AiControl): Command {
  return defineCommand({
    path: ['ai', 'test'],
    summary: 'Ask every configured AI provider whether it works',
    effect: 'read',
    role: 'viewer',
    options: [],
    input: z.strictObject({}),
    run: async (_input, _context, signal) => {
      const tests = await ai.test(signal);
      const works = tests.filter((test) => test.kind === 'works').length;
      const summary = `${works} of ${tests.length} AI providers work.`;
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone: works === tests.length ? 'good' : 'warning' },
          {
            kind: 'table',
            columns: ['provider', 'model', 'result', 'took'],
            rows: tests.map((test) => [test.provider, test.model, resultOf(test), formatDuration(test.latencyMs)]),
          },
        ],
        onlyYou: false,
        data: { tests },
      };
    },
  });
}

function resultOf(test: ProviderTest): string {
  return test.kind === 'works' ? 'works' : test.because;
}
