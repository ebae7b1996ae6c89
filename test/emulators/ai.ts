import type { IncomingMessage, ServerResponse } from 'node:http';
import { LLMock } from '@copilotkit/aimock';

export type Wire = 'gemini' | 'openai';

/** How the server behaves from now on. What aimock can play it plays; the rest is written byte by byte. */
export type Behaviour =
  | {
      readonly kind: 'says';
      readonly text: string;
      readonly finish?: 'stop' | 'length' | 'content_filter';
      readonly tokens?: { readonly input: number; readonly output: number };
      /** Between chunks of a few letters. */
      readonly latencyMs?: number;
    }
  | {
      readonly kind: 'fails';
      readonly status: number;
      readonly message?: string;
      readonly code?: string;
      readonly retryAfter?: number;
    }
  /** Closes the line after the third chunk of a few letters. */
  | { readonly kind: 'cut'; readonly text: string }
  /** Takes the request and stays silent, after these first chunks if any. */
  | { readonly kind: 'hangs'; readonly chunks?: readonly unknown[] }
  /** A stream of chunks of the test's own, ended properly. */
  | { readonly kind: 'streams'; readonly chunks: readonly unknown[] }
  | {
      readonly kind: 'raw';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

export type AiEmulator = {
  /** What GEMINI_BASE_URL or OPENAI_BASE_URL would be. */
  readonly baseUrl: string;
  behave(behaviour: Behaviour): void;
  /** What the list of models holds; a status in its place refuses the list. */
  offer(models: readonly string[] | number): void;
  /** Method, path and headers of every request so far. */
  readonly asked: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** The last question as aimock read it, the same on both wires. */
  lastBody(): unknown;
  /** Cuts the lines of all requests that hang. */
  cut(): void;
  /** Resolves once as many requests have come in all. */
  whenAsked(count: number): Promise<void>;
  /** Resolves once a request that hangs was given up by whoever asked. */
  whenGivenUp(): Promise<void>;
  stop(): Promise<void>;
};

const roots: Readonly<Record<Wire, string>> = { gemini: '/v1beta', openai: '/v1' };

/** A provider on a port of its own. */
export async function startAi(
  wire: Wire,
  first: Behaviour = { kind: 'says', text: 'All is well.' },
): Promise<AiEmulator> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 4 });
  const asked: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const waiting: (() => void)[] = [];
  const open = new Set<ServerResponse>();
  let isRunning = true;
  const givenUp = Promise.withResolvers<void>();
  let behaviour = first;
  let models: readonly string[] | number = ['gemini-3.8-flash', 'gpt-6.1-terra'];

  const behave = (next: Behaviour): void => {
    behaviour = next;
    mock.clearFixtures();
    script(mock, next);
  };

  mock.mount(roots[wire], {
    async handleRequest(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
      asked.push({ path: request.url ?? '', headers: request.headers });
      for (const look of waiting) look();
      if (request.method === 'GET') return list(wire, request, response, models);
      open.add(response);
      response.on('close', () => {
        open.delete(response);
        if (!response.writableEnded) givenUp.resolve();
      });
      return play(wire, behaviour, response);
    },
  });
  behave(first);
  await mock.start();

  return {
    baseUrl: wire === 'gemini' ? mock.url : `${mock.url}/v1`,
    behave,
    offer: (next) => {
      models = next;
    },
    asked,
    lastBody: () => mock.getLastRequest()?.body,
    whenAsked: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (asked.length >= count) resolve();
        };
        waiting.push(look);
        look();
      }),
    whenGivenUp: () => givenUp.promise,
    cut: () => {
      for (const response of open) response.destroy();
    },
    stop: async () => {
      if (isRunning) await mock.stop();
      isRunning = false;
    },
  };
}

/** What aimock can play. */
function script(mock: LLMock, behaviour: Behaviour): void {
  if (behaviour.kind === 'says') {
    const { text, finish = 'stop', tokens = { input: 11, output: 7 }, latencyMs = 0 } = behaviour;
    const usage = {
      prompt_tokens: tokens.input,
      completion_tokens: tokens.output,
      promptTokenCount: tokens.input,
      candidatesTokenCount: tokens.output,
    };
    mock.on({}, { content: text, finishReason: finish, usage }, { latency: latencyMs });
  }
  if (behaviour.kind === 'cut') mock.on({}, { content: behaviour.text }, { truncateAfterChunks: 3, latency: 5 });
  if (behaviour.kind === 'fails') {
    const { status, message = 'no', code, retryAfter } = behaviour;
    const error = { message, ...(code === undefined ? {} : { code, type: code }) };
    mock.on({}, { error, status, ...(retryAfter === undefined ? {} : { retryAfter }) });
  }
}

/** What it can not; gives whether it was played. */
function play(wire: Wire, behaviour: Behaviour, response: ServerResponse): boolean {
  if (behaviour.kind === 'raw') {
    response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers });
    response.end(behaviour.body);
    return true;
  }
  if (behaviour.kind !== 'streams' && behaviour.kind !== 'hangs') return false;
  const chunks = behaviour.chunks ?? [];
  if (behaviour.kind === 'streams' || chunks.length > 0) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\r\n\r\n`);
  }
  if (behaviour.kind === 'streams') response.end(wire === 'openai' ? 'data: [DONE]\n\n' : '');
  return true;
}

/** The lists as both services write them; Gemini's comes in pages of two. */
function list(
  wire: Wire,
  request: IncomingMessage,
  response: ServerResponse,
  models: readonly string[] | number,
): boolean {
  response.setHeader('content-type', 'application/json');
  if (typeof models === 'number') {
    response.statusCode = models;
    response.end(JSON.stringify({ error: { message: 'no list', code: models } }));
    return true;
  }
  if (wire === 'openai') {
    response.end(JSON.stringify({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) }));
    return true;
  }
  const from = Number(new URL(request.url ?? '', 'http://ai').searchParams.get('pageToken') || 0);
  const page = models.slice(from, from + 2).map((name) => ({ name: `models/${name}` }));
  const next = from + 2 < models.length ? { nextPageToken: String(from + 2) } : {};
  response.end(JSON.stringify({ models: page, ...next }));
  return true;
}

/** A chunk as Gemini writes it. */
export function geminiChunk(text: string, finish: string | null, more: object = {}): unknown {
  const content = text === '' ? {} : { content: { role: 'model', parts: [{ text }] } };
  const end = finish === null ? {} : { finishReason: finish };
  return { candidates: [{ ...content, ...end, index: 0 }], ...more };
}

/** A chunk as OpenAI writes it. */
export function openaiChunk(delta: object, finish: string | null, more: object = {}): unknown {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-6.1-terra', choices, ...more };
}
