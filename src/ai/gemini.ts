import { z } from 'zod';
import type { AiEvent, AiProvider, AiRequest } from '../core/ai.ts';
import { attempt } from './attempt.ts';
import { brokenOff, type FailureContext, failureOf, noAnswer } from './failure.ts';
import { keepingHeaders } from './retry-after.ts';

export type ModelOptions = {
  readonly apiKey: string;
  readonly model: string;
  /** Null is the provider's own. */
  readonly baseUrl: string | null;
  /** How long one attempt may take, its last chunk included. */
  readonly deadlineMs: number;
};

const ownBaseUrl = 'https://generativelanguage.googleapis.com';
const mostPages = 10;

/** A thought is a part too, and no part of the answer. */
const partSchema = z
  .object({ text: z.string().default(''), thought: z.boolean().default(false) })
  .transform(({ text, thought }) => (thought ? '' : text));

/** What of a streamed chunk is used; the SDK's own type leaves out which model answered. */
const chunkSchema = z.object({
  modelVersion: z.string().optional(),
  promptFeedback: z.object({ blockReason: z.string().optional() }).optional(),
  candidates: z
    .array(
      z.object({
        finishReason: z.string().optional(),
        content: z.object({ parts: z.array(partSchema).default([]) }).optional(),
      }),
    )
    .default([]),
  usageMetadata: z
    .object({
      promptTokenCount: z.number().default(0),
      candidatesTokenCount: z.number().default(0),
      thoughtsTokenCount: z.number().default(0),
    })
    .optional(),
});

const modelPage = z.object({
  models: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

/** Gemini through Google's SDK, which is loaded when it is first asked. */
export function createGeminiProvider(options: ModelOptions): AiProvider {
  const { apiKey, model, deadlineMs } = options;
  const context: FailureContext = { service: 'gemini', title: 'Gemini', model, apiKey, baseUrl: options.baseUrl };
  const baseUrl = (options.baseUrl ?? ownBaseUrl).replace(/\/+$/, '');

  async function* stream(request: AiRequest, signal: AbortSignal): AsyncIterable<AiEvent> {
    const { GoogleGenerativeAI } = await import('@google/generative-ai');
    const client = new GoogleGenerativeAI(apiKey).getGenerativeModel(
      { model, systemInstruction: request.system, generationConfig: { maxOutputTokens: request.maxOutputTokens } },
      { baseUrl },
    );
    const answer = await keepingHeaders(() =>
      client.generateContentStream({ contents: contentsOf(request) }, { signal }),
    );
    // The SDK also collects the whole answer; nobody waits for it, and it fails when the stream does.
    answer.response.catch(() => {});
    let [text, name, finish] = ['', model, ''];
    let tokens = { input: 0, output: 0 };
    for await (const raw of answer.stream) {
      const chunk = chunkSchema.parse(raw);
      const blocked = chunk.promptFeedback?.blockReason;
      if (blocked !== undefined) throw noAnswer(context, `the question was blocked (${blocked}); ask in other words`);
      const [candidate] = chunk.candidates;
      const delta = candidate?.content?.parts.join('') ?? '';
      name = chunk.modelVersion ?? name;
      finish = candidate?.finishReason ?? finish;
      const usage = chunk.usageMetadata;
      if (usage !== undefined)
        tokens = { input: usage.promptTokenCount, output: usage.candidatesTokenCount + usage.thoughtsTokenCount };
      text += delta;
      if (delta !== '') yield { kind: 'text', delta };
    }
    if (finish === '') throw brokenOff(context);
    if (text.trim() === '' || !['STOP', 'MAX_TOKENS'].includes(finish)) throw noAnswer(context, finish);
    const message = { text: finish === 'STOP' ? text : `${text} …`, provider: 'gemini', model: name } as const;
    yield { kind: 'done', message, tokens, passedOver: [] };
  }

  return {
    name: 'gemini',
    ask: (request, signal) => attempt(context, deadlineMs, signal, (either) => stream(request, either)),
    models: (signal) => listModels(baseUrl, context, AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])),
  };
}

/** The names as they are configured; the SDK has no call for it. */
async function listModels(baseUrl: string, context: FailureContext, signal: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  let page: string | undefined = '';
  try {
    for (let count = 0; page !== undefined && count < mostPages; count += 1) {
      const url = `${baseUrl}/v1beta/models?pageSize=1000&pageToken=${encodeURIComponent(page)}`;
      const response = await fetch(url, { headers: { 'x-goog-api-key': context.apiKey }, signal });
      if (!response.ok) throw await refusalOf(response);
      const { models, nextPageToken } = modelPage.parse(await response.json());
      names.push(...models.map(({ name }) => name.replace(/^models\//, '')));
      page = nextPageToken || undefined;
    }
  } catch (error) {
    throw failureOf(error, { ...context, model: null });
  }
  return names;
}

/** As the SDK would have thrown it. */
async function refusalOf(response: Response): Promise<Error> {
  const text = await response.text();
  const body = z.object({ error: z.object({ message: z.string() }) }).safeParse(jsonOrNull(text));
  const { status, headers } = response;
  return Object.assign(new Error(body.success ? body.data.error.message : text), { status, headers });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The picture stands before the last question, as a part of its own. */
function contentsOf({ turns, picture }: AiRequest) {
  return turns.map(({ role, text }, at) => ({
    role: role === 'assistant' ? 'model' : 'user',
    parts: at === turns.length - 1 && picture !== '' ? [{ text: picture }, { text }] : [{ text }],
  }));
}
