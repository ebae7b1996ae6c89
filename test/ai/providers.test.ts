import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createFallbackProvider } from '../../src/ai/fallback.ts';
import { createScriptedProvider } from '../../src/ai/scripted.ts';
import { UpstreamError } from '../../src/core/errors.ts';
import { aiProviderContract, eventsOf, request } from '../contracts/ai-provider.ts';
import { type Behaviour, geminiChunk, openaiChunk, startAi, type Wire } from '../emulators/ai.ts';
import { hosts, now, situationOf } from './situation.ts';
import { createNumberSource } from './source.ts';
import { apiKey, endOf, errorOf, models, providerOf, startProvider } from './start-provider.ts';

const wires: readonly Wire[] = ['gemini', 'openai'];

for (const wire of wires)
  aiProviderContract(wire, async () => {
    const ai = await startAi(wire);
    return {
      provider: providerOf(wire, ai.baseUrl),
      silence: () => ai.behave({ kind: 'hangs' }),
      breakDown: () => ai.behave({ kind: 'fails', status: 500 }),
      stop: ai.stop,
    };
  });

aiProviderContract('fallback', async () => ({
  provider: createFallbackProvider({
    source: createNumberSource(),
    watches: [hosts],
    situation: situationOf,
    hasModel: false,
    now: () => now,
  }),
  silence: null,
  breakDown: null,
  stop: async () => {},
}));

aiProviderContract('a script', async () => {
  let mode: 'says' | 'silent' | 'broken' = 'says';
  return {
    provider: createScriptedProvider('gemini', async function* (_request, signal) {
      signal.throwIfAborted();
      if (mode === 'broken') throw new Error('the script is lost');
      if (mode === 'silent') await new Promise((_, reject) => signal.addEventListener('abort', reject));
      yield { kind: 'text', delta: 'All is ' };
      yield { kind: 'text', delta: 'well.' };
      const message = { text: 'All is well.', provider: 'gemini', model: 'script' } as const;
      yield { kind: 'done', message, tokens: { input: 1, output: 1 }, passedOver: [] };
    }),
    silence: () => {
      mode = 'silent';
    },
    breakDown: () => {
      mode = 'broken';
    },
    stop: async () => {},
  };
});

describe.each(wires)('%s over the wire', (wire) => {
  const cap = wire === 'gemini' ? 'Gemini' : 'OpenAI';
  const name = wire.toUpperCase();

  it('streams the words as they come and counts tokens', async () => {
    const { provider } = await startProvider(wire, { kind: 'says', text: 'cpu of web-1 is 42 %', latencyMs: 1 });
    const events = await eventsOf(provider);
    expect(events.filter(({ kind }) => kind === 'text').length).toBeGreaterThan(2);
    expect(events.at(-1)).toMatchObject({
      kind: 'done',
      message: { text: 'cpu of web-1 is 42 %', provider: wire, model: models[wire] },
      tokens: { input: 11, output: 7 },
    });
  });

  it('sends the system text, the picture and the question, in this order', async () => {
    const { provider, ai } = await startProvider(wire);
    await endOf(provider);
    const sent = JSON.stringify(ai.lastBody());
    const places = ['Answer from the data.', 'web-1: cpu 42 %', 'What is the cpu of web-1?'].map((text) =>
      sent.indexOf(text),
    );
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(sent).toContain(models[wire]);
  });

  it('marks an answer that was cut for its length', async () => {
    const { provider } = await startProvider(wire, { kind: 'says', text: 'The cpu of', finish: 'length' });
    expect(await endOf(provider)).toMatchObject({ kind: 'done', message: { text: 'The cpu of …' } });
  });

  it.each<readonly [string, Behaviour, RegExp, { retryable: boolean; retryAfterMs?: number | null }]>([
    [
      'a key that is refused',
      { kind: 'fails', status: 401 },
      new RegExp(`check ${name}_API_KEY`),
      { retryable: false },
    ],
    [
      'a key that may not',
      { kind: 'fails', status: 403, message: 'wrong project' },
      /403.*wrong project/,
      { retryable: false },
    ],
    [
      'a model that is gone',
      { kind: 'fails', status: 404, message: 'The model is not found', code: 'model_not_found' },
      new RegExp(`the model ${models[wire]}.*set ${name}_MODEL`),
      { retryable: false },
    ],
    [
      'a wrong address',
      { kind: 'raw', status: 404, body: 'Not Found' },
      new RegExp(`nothing at this address.*${name}_BASE_URL`),
      { retryable: false },
    ],
    [
      'too many questions',
      { kind: 'fails', status: 429, retryAfter: 17 },
      /429/,
      { retryable: true, retryAfterMs: 17_000 },
    ],
    [
      'a time to come back given as a date',
      {
        kind: 'raw',
        status: 503,
        body: '{}',
        headers: { date: 'Mon, 05 Jan 2026 12:00:00 GMT', 'retry-after': 'Mon, 05 Jan 2026 12:00:40 GMT' },
      },
      /in trouble \(503\)/,
      { retryable: true, retryAfterMs: 40_000 },
    ],
    [
      'a broken server',
      { kind: 'fails', status: 500, message: 'oops' },
      /in trouble \(500\): oops/,
      { retryable: true, retryAfterMs: null },
    ],
    [
      'a question it does not take',
      { kind: 'fails', status: 400, message: 'too long' },
      /refuses the question \(400\): too long/,
      { retryable: false, retryAfterMs: 0 },
    ],
    [
      'an answer that is no stream',
      { kind: 'raw', status: 200, body: '<html>hello</html>' },
      /read|broke off/,
      { retryable: true },
    ],
    ['an empty answer', { kind: 'raw', status: 200, body: '' }, /broke off/, { retryable: true }],
    [
      'a page that is no JSON in the stream',
      { kind: 'raw', status: 200, body: 'data: {oops\r\n\r\n' },
      /can not be read/,
      { retryable: true },
    ],
    [
      'a refusal for safety',
      { kind: 'says', text: 'Well, ', finish: 'content_filter' },
      /safety filter.*other words/,
      { retryable: true, retryAfterMs: 0 },
    ],
  ])('turns %s into words', async (_what, behaviour, words, expected) => {
    const { provider } = await startProvider(wire, behaviour);
    const error = await errorOf(provider);
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error.message).toMatch(words);
    expect(error.message).toContain(cap);
    expect(error).toMatchObject({ service: wire, ...expected });
  });

  it('fails when the line is cut before the end', async () => {
    const { provider } = await startProvider(wire, { kind: 'cut', text: 'The cpu of web-1 is 42 %' });
    expect(await errorOf(provider)).toMatchObject({ message: `${cap}'s answer broke off: ask again`, retryable: true });
  });

  it('fails when nobody listens at the address', async () => {
    const { provider, ai } = await startProvider(wire);
    await ai.stop();
    const error = await errorOf(provider);
    expect(error.message).toMatch(new RegExp(`could not be reached .*ECONNREFUSED.*${name}_BASE_URL`));
    expect(error.retryable).toBe(true);
  });

  const firstChunk = wire === 'gemini' ? geminiChunk('The ', null) : openaiChunk({ content: 'The ' }, null);

  it('fails when the line is cut between two words', async () => {
    const { provider, ai } = await startProvider(wire, { kind: 'hangs', chunks: [firstChunk] });
    const kinds: string[] = [];
    for await (const event of provider.ask(request, new AbortController().signal)) {
      kinds.push(event.kind);
      if (event.kind === 'text') ai.cut();
      else expect(event).toMatchObject({ error: { message: `${cap}'s answer broke off: ask again` } });
    }
    expect(kinds).toEqual(['text', 'failed']);
  });

  it.each<readonly [string, readonly unknown[]]>([
    ['before the first word', []],
    ['between two words', [firstChunk]],
  ])('keeps its own deadline %s, and hangs up', async (_when, chunks) => {
    const { provider, ai } = await startProvider(wire, { kind: 'hangs', chunks }, 500);
    const error = await errorOf(provider);
    expect(error.message).toMatch(/did not answer within 0.5 s/);
    await ai.whenGivenUp();
  });

  it('hangs up when it is given up', async () => {
    const { provider, ai } = await startProvider(wire, { kind: 'hangs' });
    const giveUp = new AbortController();
    const asking = endOf(provider, giveUp.signal);
    await ai.whenAsked(1);
    giveUp.abort();
    expect((await asking).kind).toBe('failed');
    await ai.whenGivenUp();
  });

  it('hangs up when nobody listens any more', async () => {
    const { provider, ai } = await startProvider(wire, { kind: 'hangs', chunks: [firstChunk] }, 60_000);
    for await (const event of provider.ask(request, new AbortController().signal)) {
      expect(event).toEqual({ kind: 'text', delta: 'The ' });
      break;
    }
    await ai.whenGivenUp();
  });

  it('asks once only: trying again is the router’s to decide', async () => {
    const { provider, ai } = await startProvider(wire, { kind: 'fails', status: 503 });
    await errorOf(provider);
    expect(ai.asked).toHaveLength(1);
  });

  it('lists the models, all pages, under the names that are configured', async () => {
    const { provider, ai } = await startProvider(wire);
    ai.offer(['a', 'b', 'c', 'd', 'e']);
    expect(await provider.models(new AbortController().signal)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(ai.asked.every(({ path }) => !path.includes('secret'))).toBe(true);
  });

  it('says that the list can not be had, and never that a model is missing', async () => {
    const { provider, ai } = await startProvider(wire);
    ai.offer(404);
    await expect(provider.models(new AbortController().signal)).rejects.toMatchObject({
      name: 'UpstreamError',
      message: expect.stringMatching(/nothing at this address/),
    });
  });

  it.each<Behaviour>([
    { kind: 'fails', status: 401, message: `Incorrect API key provided: ${apiKey}` },
    { kind: 'fails', status: 403, message: `key ${apiKey} may not` },
    {
      kind: 'fails',
      status: 400,
      message: `?key=${encodeURIComponent(apiKey)} and sk-proj-abcdef123 and AIzaSyAbcdef123`,
    },
    { kind: 'fails', status: 500, message: `${'x'.repeat(190)}${apiKey}` },
    { kind: 'raw', status: 200, body: `data: ${apiKey}\r\n\r\n` },
    { kind: 'hangs' },
  ])('keeps the key out of its errors, causes included: %j', async (behaviour) => {
    const { provider } = await startProvider(wire, behaviour, 500);
    const error = await errorOf(provider);
    const written = inspect(error, { depth: 20, showHidden: true });
    for (const part of [apiKey, encodeURIComponent(apiKey), apiKey.slice(0, 10), 'proj-abc', 'SyAbc'])
      expect(written).not.toContain(part);
    expect(error.cause).toBeUndefined();
  });
});

describe('gemini alone', () => {
  it('names the model that really answered, counts thoughts and leaves their text out', async () => {
    const usage = { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, thoughtsTokenCount: 40 } };
    const thought = { candidates: [{ content: { parts: [{ text: 'Let me think.', thought: true }] } }] };
    const { provider } = await startProvider('gemini', {
      kind: 'streams',
      chunks: [thought, geminiChunk('42 %', 'STOP', { modelVersion: 'gemini-3.8-flash-002', ...usage })],
    });
    expect(await endOf(provider)).toMatchObject({
      message: { text: '42 %', model: 'gemini-3.8-flash-002' },
      tokens: { input: 5, output: 43 },
    });
  });

  it.each<readonly [string, readonly unknown[], RegExp]>([
    ['blocked question', [{ promptFeedback: { blockReason: 'SAFETY' } }], /question was blocked \(SAFETY\)/],
    ['no candidates', [{ usageMetadata: { promptTokenCount: 3 } }], /broke off/],
    ['a candidate without content', [geminiChunk('', 'SAFETY')], /safety filter/],
    ['a length that was thought away', [geminiChunk('', 'MAX_TOKENS')], /length before the first word/],
    ['white space', [geminiChunk(' \n', 'STOP')], /it was empty/],
    ['a reason nobody knows', [geminiChunk('Hm', 'MALFORMED_FUNCTION_CALL')], /MALFORMED_FUNCTION_CALL/],
    ['a chunk of another shape', [{ candidates: 'none' }], /can not be read/],
  ])('tells apart: %s', async (_what, chunks, words) => {
    const { provider } = await startProvider('gemini', { kind: 'streams', chunks });
    expect((await errorOf(provider)).message).toMatch(words);
  });

  it.each<readonly [string, number, unknown, object]>([
    [
      'a wrong key, which is a 400',
      400,
      { message: 'API key not valid.', details: [{ reason: 'API_KEY_INVALID' }] },
      { message: expect.stringMatching(/refuses the key/), retryable: false, retryAfterMs: null },
    ],
    [
      'the time to come back inside the body',
      429,
      { message: 'Quota', details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7.5s' }] },
      { retryable: true, retryAfterMs: 7_500 },
    ],
  ])('understands %s', async (_what, status, error, expected) => {
    const { provider } = await startProvider('gemini', { kind: 'raw', status, body: JSON.stringify({ error }) });
    expect(await errorOf(provider)).toMatchObject(expected);
  });

  it('keeps the headers of two refusals at once apart', async () => {
    const waits = [3, 50, 700];
    const all = await Promise.all(
      waits.map((retryAfter) => startProvider('gemini', { kind: 'fails', status: 429, retryAfter })),
    );
    const errors = await Promise.all(all.map(({ provider }) => errorOf(provider)));
    expect(errors.map(({ retryAfterMs }) => retryAfterMs)).toEqual([3_000, 50_000, 700_000]);
  });

  it('sends the key in a header and never in an address', async () => {
    const { provider, ai } = await startProvider('gemini');
    await endOf(provider);
    await provider.models(new AbortController().signal);
    expect(ai.asked.map(({ headers }) => headers['x-goog-api-key'])).toEqual([apiKey, apiKey]);
    for (const { path } of ai.asked) expect(path).not.toContain('secret');
  });
});

describe('openai alone', () => {
  it('names the model that really answered', async () => {
    const chunks = [openaiChunk({ content: '42 %' }, 'stop', { model: 'gpt-6.1-terra-2026-08-01' })];
    const { provider } = await startProvider('openai', { kind: 'streams', chunks });
    expect(await endOf(provider)).toMatchObject({ message: { text: '42 %', model: 'gpt-6.1-terra-2026-08-01' } });
  });

  it('does not come back to a quota that is used up', async () => {
    const { provider } = await startProvider('openai', {
      kind: 'fails',
      status: 429,
      code: 'insufficient_quota',
      retryAfter: 1,
    });
    const error = await errorOf(provider);
    expect(error).toMatchObject({ retryable: false, retryAfterMs: null });
    expect(error.message).toMatch(/no quota left: check the plan and billing of OPENAI_API_KEY/);
  });

  it.each<readonly [string, readonly unknown[], RegExp]>([
    ['no choices at all', [openaiChunk({}, null, { choices: [] })], /broke off/],
    ['nothing said', [openaiChunk({}, 'stop')], /it was empty/],
    ['a refusal', [openaiChunk({ refusal: 'I will not.' }, 'stop')], /refused the question/],
    ['a wish to call a tool', [openaiChunk({}, 'tool_calls')], /tool_calls/],
    [
      'an error inside the stream',
      [openaiChunk({ content: 'The' }, null), { error: { message: 'overloaded' } }],
      /broke off and says: overloaded/,
    ],
    ['a chunk of another shape', [{ choices: 7 }], /can not be read/],
  ])('tells apart: %s', async (_what, chunks, words) => {
    const { provider } = await startProvider('openai', { kind: 'streams', chunks });
    expect((await errorOf(provider)).message).toMatch(words);
  });

  it('takes the chunks of servers that are only nearly compatible', async () => {
    const chunks = [
      { choices: [{ delta: { content: '42', refusal: null } }], usage: null },
      { choices: [{ delta: null, finish_reason: 'stop' }] },
      { choices: null, usage: { prompt_tokens: 4 } },
    ];
    const { provider } = await startProvider('openai', { kind: 'streams', chunks });
    expect(await endOf(provider)).toMatchObject({
      message: { text: '42', model: models.openai },
      tokens: { input: 4, output: 0 },
    });
  });
});
