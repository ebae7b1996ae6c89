import { expect, it } from 'vitest';
import { createAsk } from '../../src/ai/answer.ts';
import { createScriptedProvider } from '../../src/ai/scripted.ts';
import type { AiEvent, AiRequest } from '../../src/core/ai.ts';
import { UpstreamError } from '../../src/core/errors.ts';
import { situationOf } from './situation.ts';

const signal = new AbortController().signal;
const done: AiEvent = {
  kind: 'done',
  message: { text: ' web-2 burns.\n', provider: 'openai', model: 'gpt-6.1-terra' },
  tokens: { input: 3, output: 2 },
  passedOver: [{ provider: 'gemini', because: 'it rests' }],
};

/** An ask in front of events, and what it asked. */
function askOver(events: readonly AiEvent[]) {
  const asked: AiRequest[] = [];
  const router = createScriptedProvider('router', async function* (request) {
    asked.push(request);
    yield* events;
  });
  return { ask: createAsk({ router, situation: situationOf }), asked };
}

it('an answer is the whole text with who gave it, what it cost and who was passed over', async () => {
  const { ask } = askOver([{ kind: 'text', delta: ' web-2 burns.\n' }, done]);
  expect(await ask('what is wrong?', signal)).toEqual({
    text: 'web-2 burns.',
    provider: 'openai',
    model: 'gpt-6.1-terra',
    tokens: { input: 3, output: 2 },
    passedOver: [{ provider: 'gemini', because: 'it rests' }],
  });
});

it('a question goes with a picture of now', async () => {
  const { ask, asked } = askOver([done]);
  await ask('what is wrong?', signal);
  expect(asked).toMatchObject([
    { turns: [{ role: 'user', text: 'what is wrong?' }], picture: expect.stringContaining('web-2 (hosts): critical') },
  ]);
});

it('nobody’s answer is thrown as it is', async () => {
  const error = new UpstreamError('gemini', 'nobody answered', { retryable: true });
  const { ask } = askOver([
    { kind: 'text', delta: 'half' },
    { kind: 'failed', error },
  ]);
  await expect(ask('what is wrong?', signal)).rejects.toBe(error);
});

it('who gave up is told so, and not that a provider failed', async () => {
  const { ask } = askOver([{ kind: 'failed', error: new UpstreamError('gemini', 'aborted', { retryable: true }) }]);
  await expect(ask('what is wrong?', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
