import { z } from 'zod';
import type { AiStatus } from '../core/ai.ts';
import { type Command, defineCommand } from '../core/command.ts';
import { formatTime } from '../core/format.ts';
import type { Reply } from '../core/reply.ts';

/** Who answers questions now. */
export function createAiShow(status: () => AiStatus): Command {
  return defineCommand({
    path: ['ai', 'show'],
    summary: 'Who answers questions now',
    effect: 'read',
    role: 'viewer',
    options: [],
    input: z.strictObject({}),
    run: async () => aiReply(status()),
  });
}

export function aiReply(status: AiStatus): Reply {
  const summary = `AI provider: ${status.choice}; ${status.current} would answer now.`;
  return {
    summary,
    blocks: [
      { kind: 'heading', text: summary, tone: 'neutral' },
      {
        kind: 'facts',
        facts: status.available.map((provider) => ({
          name: provider,
          value: status.models[provider] ?? 'no model needed',
        })),
      },
      ...status.resting.map((rest) => ({
        kind: 'text' as const,
        text: `${rest.provider} is resting until ${formatTime(rest.until)}: ${rest.because}`,
      })),
      ...status.warnings.map((text) => ({ kind: 'text' as const, text })),
    ],
    onlyYou: false,
    data: { status },
  };
}
