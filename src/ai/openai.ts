import type OpenAI from 'openai';
import { z } from 'zod';
import type { AiEvent, AiProvider, AiRequest } from '../core/ai.ts';
import { attempt } from './attempt.ts';
import { brokenOff, type FailureContext, failureOf, noAnswer } from './failure.ts';
import type { ModelOptions } from './gemini.ts';

/** What of a streamed chunk is used; servers that are only compatible leave fields out or say null. */
const chunkSchema = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number().default(0), completion_tokens: z.number().default(0) }).nullish(),
});

const modelList = z.array(z.object({ id: z.string() }));

/** OpenAI, or any server that speaks its chat completions, through the official SDK; it is loaded when it is first asked. */
export function createOpenAiProvider(options: ModelOptions): AiProvider {
  const { apiKey, model, baseUrl, deadlineMs } = options;
  const context: FailureContext = { service: 'openai', title: 'OpenAI', model, apiKey, baseUrl };
  let loading: Promise<OpenAI> | null = null;

  function load(): Promise<OpenAI> {
    // Trying again is the router's to decide, and so is how long to wait.
    loading ??= import('openai').then(
      ({ OpenAI: Client }) => new Client({ apiKey, baseURL: baseUrl, maxRetries: 0, logLevel: 'off' }),
    );
    return loading;
  }

  async function* stream(request: AiRequest, signal: AbortSignal): AsyncIterable<AiEvent> {
    const client = await load();
    const chunks = await client.chat.completions.create(
      {
        model,
        messages: messagesOf(request),
        stream: true,
        stream_options: { include_usage: true },
        // Servers that are only compatible know the older name.
        ...(baseUrl === null
          ? { max_completion_tokens: request.maxOutputTokens }
          : { max_tokens: request.maxOutputTokens }),
      },
      { signal, timeout: deadlineMs },
    );
    let [text, name, finish, refusal] = ['', model, '', ''];
    let tokens = { input: 0, output: 0 };
    for await (const raw of chunks) {
      const { model: answering, choices, usage } = chunkSchema.parse(raw);
      const [choice] = choices ?? [];
      const delta = choice?.delta?.content ?? '';
      name = answering || name;
      finish = choice?.finish_reason ?? finish;
      refusal += choice?.delta?.refusal ?? '';
      if (usage) tokens = { input: usage.prompt_tokens, output: usage.completion_tokens };
      text += delta;
      if (delta !== '') yield { kind: 'text', delta };
    }
    if (finish === '') throw brokenOff(context);
    if (refusal !== '') throw noAnswer(context, 'it refused the question; ask in other words');
    if (text.trim() === '' || !['stop', 'length'].includes(finish)) throw noAnswer(context, finish);
    const message = { text: finish === 'stop' ? text : `${text} …`, provider: 'openai', model: name } as const;
    yield { kind: 'done', message, tokens, passedOver: [] };
  }

  return {
    name: 'openai',
    ask: (request, signal) => attempt(context, deadlineMs, signal, (either) => stream(request, either)),
    async models(signal) {
      try {
        const client = await load();
        const page = await client.models.list({ signal, timeout: deadlineMs });
        return modelList.parse(page.data).map(({ id }) => id);
      } catch (error) {
        throw failureOf(error, { ...context, model: null });
      }
    },
  };
}

function messagesOf({ system, picture, turns }: AiRequest): OpenAI.Chat.ChatCompletionMessageParam[] {
  const said = turns.map(({ role, text }) => ({ role, content: text }));
  const data = picture === '' ? [] : [{ role: 'user' as const, content: picture }];
  return [{ role: 'system', content: system }, ...said.slice(0, -1), ...data, ...said.slice(-1)];
}
