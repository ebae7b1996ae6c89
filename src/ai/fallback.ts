import type { AiEvent, AiProvider } from '../core/ai.ts';
import { messageOf, UpstreamError } from '../core/errors.ts';
import type { MetricSource } from '../core/metric-source.ts';
import type { Situation } from '../core/situation.ts';
import type { Watch } from '../core/watch.ts';
import { type Intent, intentOf } from './intent.ts';
import { metricAnswer } from './metric-answer.ts';
import { queryAnswer } from './query-answer.ts';
import { entityText, overviewText, watchedText, wrongText } from './state-answers.ts';

export type FallbackOptions = {
  readonly source: MetricSource;
  readonly watches: readonly Watch[];
  readonly situation: () => Situation;
  /** Whether a model is configured that could have answered; else the answer says how to configure one. */
  readonly hasModel: boolean;
  readonly now: () => number;
};

const model = 'rules';
/** A question that means more than that is too wide to be answered in numbers. */
const mostMetrics = 6;
const mostEntities = 4;

const howToConfigure =
  'I answered by rules. For free questions an admin can set GEMINI_API_KEY or OPENAI_API_KEY and start me again.';
const examples =
  'Ask me for instance: "what is wrong?", "highest cpu", "memory of <host> in the last hour", "is <host> healthy?", or PromQL in backquotes.';

/** Answers without any model: recognises what is asked for, reads the numbers and says them. The same question, the same words. */
export function createFallbackProvider(options: FallbackOptions): AiProvider {
  const { watches, situation, hasModel } = options;

  /** What every answer says: that hosts are not real, and how to get more than rules. */
  function whole(text: string, { simulated }: Situation): string {
    const notes = [simulated ? 'These hosts are simulated.' : '', hasModel ? '' : howToConfigure];
    return [text, notes.filter(Boolean).join(' ')].filter(Boolean).join('\n\n');
  }

  return {
    name: 'fallback',
    models: async () => [model],
    async *ask({ turns }, signal): AsyncIterable<AiEvent> {
      try {
        const seen = situation();
        const intent = intentOf(turns.at(-1)?.text ?? '', watches, seen);
        const text = whole(await answer(intent, seen, options, signal), seen);
        yield { kind: 'text', delta: text };
        const message = { text, provider: 'fallback', model } as const;
        yield { kind: 'done', message, tokens: { input: 0, output: 0 }, passedOver: [] };
      } catch (error) {
        const failure = new UpstreamError('prometheus', messageOf(error), { retryable: true, cause: error });
        yield { kind: 'failed', error: failure };
      }
    },
  };
}

async function answer(intent: Intent, seen: Situation, options: FallbackOptions, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const { source, watches, now } = options;
  const at = now();
  switch (intent.kind) {
    case 'promql':
      return queryAnswer(source, intent.query, at, signal);
    case 'metric': {
      const metrics = intent.metrics.slice(0, mostMetrics);
      const parts = await Promise.all(metrics.map((one) => metricAnswer(source, one, intent, seen, at, signal)));
      return parts.join('\n\n');
    }
    case 'entities':
      return intent.entities
        .slice(0, mostEntities)
        .map((entity) => entityText(entity, seen))
        .join('\n\n');
    case 'stranger':
      return `I know no ${intent.name}.\n${watchedText(seen)}`;
    case 'wrong':
      return wrongText(seen);
    case 'overview':
      return `${wrongText(seen)}\n\n${overviewText(seen)}`;
    case 'watched':
      return watchedText(seen);
    case 'help':
      return `I watch ${watches.map(({ name }) => name).join(', ')} and tell you when something is unusual. ${examples}`;
    default:
      return fixedAnswers[intent.kind];
  }
}

const fixedAnswers: Readonly<Record<'thanks' | 'change' | 'future' | 'unknown', string>> = {
  thanks: 'You are welcome.',
  change: `I only read; I can not change anything. ${examples}`,
  future: `What will be is for the command "forecast": for instance "forecast cpu" or "forecast memory <host> 24h 95". ${examples}`,
  unknown: `I can not tell what you ask for. ${examples}`,
};
