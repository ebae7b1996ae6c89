import type OpenAI from 'openai';
import type { AiEvent, AiProvider, AiRequest } from '../core/ai.ts';
import { attempt } from './attempt.ts';
import { brokenOff, type FailureContext, failureOf, noAnswer } from './failure.ts';
import type { ModelOptions } from './gemini.ts';

/** OpenAI, or any server that speaks its chat completions, through the official SDK; it is loaded when it is first asked. */
export function createOpenAiProvider(options: ModelOptions): AiProvider {
  const { apiKey, model, baseUrl, deadlineMs } = options;
  const context: FailureContext = { service: 'openai', title: 'OpenAI', model, apiKey };
  let loading: Promise<OpenAI> | null = null;

  function load(): Promise<OpenAI> {
    // Trying again is the router's to decide, and so is how long to wait.
    loading ??= import('openai').then(({ OpenAI: Client }) => new Client({ apiKey, baseURL: baseUrl, maxRetries: 0 }));
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
    for await (const chunk of chunks) {
      const [choice] = chunk.choices;
      const delta = choice?.delta.content ?? '';
      name = chunk.model || name;
      finish = choice?.finish_reason ?? finish;
      refusal += choice?.delta.refusal ?? '';
      if (chunk.usage) tokens = { input: chunk.usage.prompt_tokens, output: chunk.usage.completion_tokens };
      text += delta;
      if (delta !== '') yield { kind: 'text', delta };
    }
    if (finish === '') throw brokenOff(context);
    if (refusal !== '') throw noAnswer(context, 'it refused the question');
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
        return page.data.map(({ id }) => id);
      } catch (error) {
        throw failureOf(error, context);
      }
    },
  };
}

function messagesOf({ system, picture, turns }: AiRequest): OpenAI.Chat.ChatCompletionMessageParam[] {
  const said = turns.map(({ role, text }) => ({ role, content: text }));
  const data = picture === '' ? [] : [{ role: 'user' as const, content: picture }];
  return [{ role: 'system', content: system }, ...said.slice(0, -1), ...data, ...said.slice(-1)];
}
