import { z } from 'zod';
import type { AiEvent, AiProvider, AiRequest } from '../core/ai.ts';
import { attempt } from './attempt.ts';
import { brokenOff, type FailureContext, failureOf, noAnswer } from './failure.ts';

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

/** What of a streamed chunk is used; the SDK's own type leaves out which model answered. */
const chunkSchema = z.object({
  modelVersion: z.string().optional(),
  promptFeedback: z.object({ blockReason: z.string().optional() }).optional(),
  candidates: z
    .array(
      z.object({
        finishReason: z.string().optional(),
        content: z.object({ parts: z.array(z.object({ text: z.string().optional() })).default([]) }).optional(),
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
  const context: FailureContext = { service: 'gemini', title: 'Gemini', model, apiKey };
  const baseUrl = options.baseUrl ?? ownBaseUrl;

  async function* stream(request: AiRequest, signal: AbortSignal): AsyncIterable<AiEvent> {
    const { GoogleGenerativeAI } = await import('@google/generative-ai');
    const client = new GoogleGenerativeAI(apiKey).getGenerativeModel(
      { model, systemInstruction: request.system, generationConfig: { maxOutputTokens: request.maxOutputTokens } },
      { baseUrl },
    );
    const answer = await client.generateContentStream({ contents: contentsOf(request) }, { signal });
    // The SDK also collects the whole answer; nobody waits for it, and it fails when the stream does.
    answer.response.catch(() => {});
    let [text, name, finish] = ['', model, ''];
    let tokens = { input: 0, output: 0 };
    for await (const raw of answer.stream) {
      const chunk = chunkSchema.parse(raw);
      const blocked = chunk.promptFeedback?.blockReason;
      if (blocked !== undefined) throw noAnswer(context, `the question was blocked (${blocked})`);
      const [candidate] = chunk.candidates;
      const delta = (candidate?.content?.parts ?? []).map((part) => part.text ?? '').join('');
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
    async models(signal) {
      const names: string[] = [];
      let page: string | undefined = '';
      try {
        for (let count = 0; page !== undefined && count < mostPages; count += 1) {
          const url = `${baseUrl}/v1beta/models?pageSize=1000&pageToken=${encodeURIComponent(page)}`;
          const either = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
          const response = await fetch(url, { headers: { 'x-goog-api-key': apiKey }, signal: either });
          if (!response.ok) throw Object.assign(new Error(await response.text()), { status: response.status });
          const { models, nextPageToken } = modelPage.parse(await response.json());
          names.push(...models.map(({ name }) => name.replace(/^models\//, '')));
          page = nextPageToken;
        }
      } catch (error) {
        throw failureOf(error, context);
      }
      return names;
    },
  };
}

/** The picture stands before the last question, as a part of its own. */
function contentsOf({ turns, picture }: AiRequest) {
  return turns.map(({ role, text }, at) => ({
    role: role === 'assistant' ? 'model' : 'user',
    parts: at === turns.length - 1 && picture !== '' ? [{ text: picture }, { text }] : [{ text }],
  }));
}
