import { z } from 'zod';
import type { Answer, Ask } from '../core/ai.ts';
import { type Command, defineCommand } from '../core/command.ts';

/** Long enough for a question, short enough for a bill. */
export const longestQuestion = 500;

/** A question in words, put to the AI router with a picture of now. */
export function createAsk(ask: Ask, simulated: boolean): Command {
  return defineCommand({
    path: ['ask'],
    summary: 'Ask in your own words',
    effect: 'read',
    role: 'viewer',
    options: [{ name: 'question', summary: 'what you want to know', required: true, choices: [], completes: false }],
    input: z.strictObject({
      question: z
        .string()
        .trim()
        .min(1, 'The question is empty. Ask something, for instance "what is wrong?"')
        .max(longestQuestion, `The question is over ${longestQuestion} characters. Ask it in fewer words.`),
    }),
    run: async ({ question }, _context, signal) => {
      const answer = await ask(question, signal);
      return {
        summary: answer.text,
        blocks: [
          ...answer.text.split(/\n{2,}/).map((text) => ({ kind: 'text' as const, text })),
          { kind: 'note', text: simulated ? `${sourceOf(answer)} · simulated cluster` : sourceOf(answer) },
        ],
        onlyYou: false,
        data: { answer },
      };
    },
  });
}

function sourceOf(answer: Answer): string {
  const who =
    answer.provider === 'fallback' ? 'answered without a model' : `answered by ${answer.model} (${answer.provider})`;
  return [who, ...answer.passedOver.map((passed) => `${passed.provider} was passed over: ${passed.because}`)].join(
    ' · ',
  );
}
