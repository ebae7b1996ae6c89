import { describe, expect, it } from 'vitest';
import { createRouter } from '../../src/ai/router.ts';
import { createScriptedProvider } from '../../src/ai/scripted.ts';
import type { AiProvider, ProviderChoice, ProviderName } from '../../src/core/ai.ts';
import { silentLog } from '../../src/core/log.ts';
import { eventsOf, request } from '../contracts/ai-provider.ts';
import { openaiChunk } from '../emulators/ai.ts';
import { now } from './situation.ts';
import { endOf } from './start-provider.ts';
import { fallback, type Mode, says, startRouter, telemetryInto, whoAnswers } from './start-router.ts';

describe('who answers', () => {
  const table: readonly (readonly [Mode, Mode, ProviderChoice, ProviderName, readonly ProviderName[]])[] = [
    ['ok', 'ok', 'auto', 'gemini', []],
    ['ok', 'ok', 'gemini', 'gemini', []],
    ['ok', 'ok', 'openai', 'openai', []],
    ['ok', 'ok', 'fallback', 'fallback', []],
    ['fails', 'ok', 'auto', 'openai', ['gemini']],
    ['hangs', 'ok', 'auto', 'openai', ['gemini']],
    ['limited', 'ok', 'auto', 'openai', ['gemini']],
    ['refused', 'ok', 'auto', 'openai', ['gemini']],
    ['fails', 'ok', 'gemini', 'openai', ['gemini']],
    ['ok', 'fails', 'openai', 'gemini', ['openai']],
    ['ok', 'hangs', 'openai', 'gemini', ['openai']],
    ['ok', 'limited', 'openai', 'gemini', ['openai']],
    ['ok', 'refused', 'openai', 'gemini', ['openai']],
    ['ok', 'fails', 'auto', 'gemini', []],
    ['fails', 'ok', 'openai', 'openai', []],
    ['fails', 'fails', 'auto', 'fallback', ['gemini', 'openai']],
    ['fails', 'hangs', 'openai', 'fallback', ['openai', 'gemini']],
    ['limited', 'refused', 'gemini', 'fallback', ['gemini', 'openai']],
    ['fails', 'fails', 'fallback', 'fallback', []],
    ['none', 'ok', 'auto', 'openai', []],
    ['ok', 'none', 'auto', 'gemini', []],
    ['none', 'none', 'auto', 'fallback', []],
    ['none', 'fails', 'auto', 'fallback', ['openai']],
    ['fails', 'none', 'gemini', 'fallback', ['gemini']],
    // It was chosen when it was configured: that is no reason to be without answers.
    ['none', 'ok', 'gemini', 'openai', []],
  ];

  it.each(table)(
    'gemini %s, openai %s, chosen %s: %s answers, passed over %j',
    async (gemini, openai, choice, by, passedOver) => {
      const { router } = await startRouter({ gemini, openai }, choice);
      expect(await whoAnswers(router)).toEqual({ by, passedOver });
    },
  );

  it('says why each was passed over', async () => {
    const { router } = await startRouter({ gemini: 'limited', openai: 'refused' });
    const end = await endOf(router);
    expect(end.kind === 'done' && end.passedOver).toEqual([
      { provider: 'gemini', because: expect.stringMatching(/429/) },
      { provider: 'openai', because: expect.stringMatching(/check OPENAI_API_KEY/) },
    ]);
  });

  it('throws away what a provider said before it failed', async () => {
    const { router, gemini } = await startRouter({ gemini: 'ok', openai: 'ok' });
    gemini.behave({ kind: 'cut', text: 'These words come to nothing' });
    const events = await eventsOf(router);
    expect(events.map((event) => (event.kind === 'text' ? event.delta : event.kind))).toEqual([
      'openai speaks',
      'done',
    ]);
  });

  it('throws away half an answer too when an error comes inside the stream', async () => {
    const { router, openai } = await startRouter({ gemini: 'ok', openai: 'ok' }, 'openai');
    openai.behave({
      kind: 'streams',
      chunks: [openaiChunk({ content: 'Half of' }, null), { error: { message: 'overloaded' } }],
    });
    expect(JSON.stringify(await eventsOf(router))).not.toContain('Half of');
  });

  it('reports every call with its outcome and its tokens', async () => {
    const { router, called } = await startRouter({ gemini: 'refused', openai: 'ok' });
    await endOf(router);
    expect(called).toEqual([
      { provider: 'gemini', outcome: 'refused', tokens: 0 },
      { provider: 'openai', outcome: 'ok', tokens: 18 },
    ]);
  });

  it('takes a provider that throws for one that failed', async () => {
    const broken: AiProvider = {
      name: 'gemini',
      // biome-ignore lint/correctness/useYield: it throws before it could.
      async *ask() {
        throw new Error('a bug');
      },
      models: async () => [],
    };
    const router = createRouter({
      providers: { gemini: broken, openai: null, fallback: fallback() },
      models: { gemini: 'x', openai: null },
      choice: 'auto',
      telemetry: telemetryInto([]),
      now: () => now,
      log: silentLog,
    });
    expect(await whoAnswers(router)).toEqual({ by: 'fallback', passedOver: ['gemini'] });
  });
});

describe('resting', () => {
  it('passes over who rests, without asking, and says why', async () => {
    const { router, gemini } = await startRouter({ gemini: 'limited', openai: 'ok' });
    await endOf(router);
    gemini.behave(says('again'));
    const end = await endOf(router);
    expect(gemini.asked).toHaveLength(1);
    expect(end.kind === 'done' && end.passedOver).toEqual([
      { provider: 'gemini', because: expect.stringMatching(/rests until 2026-01-05 12:00:30 UTC: .*429/) },
    ]);
  });

  it.each<readonly [Mode, number]>([
    ['limited', 30_000],
    ['fails', 5_000],
    ['hangs', 5_000],
    ['refused', 600_000],
  ])('asks one that %s again after %i ms and not before', async (mode, restMs) => {
    const { router, clock, gemini } = await startRouter({ gemini: mode, openai: 'ok' });
    await endOf(router);
    gemini.behave(says('again'));
    clock.at = now + restMs - 1;
    expect((await whoAnswers(router)).by).toBe('openai');
    clock.at = now + restMs;
    expect(await whoAnswers(router)).toEqual({ by: 'gemini', passedOver: [] });
  });

  it('lets only one of many questions try it out', async () => {
    const { router, clock, gemini } = await startRouter({ gemini: 'fails', openai: 'ok' });
    await endOf(router);
    clock.at += 5_000;
    await Promise.all([1, 2, 3, 4].map(() => endOf(router)));
    expect(gemini.asked).toHaveLength(2);
  });

  it('does not blame a provider when whoever asked gave up', async () => {
    const { router, gemini, openai } = await startRouter({ gemini: 'hangs', openai: 'ok' }, 'auto', 60_000);
    const giveUp = new AbortController();
    const asking = endOf(router, giveUp.signal);
    await gemini.whenAsked(1);
    giveUp.abort();
    expect((await asking).kind).toBe('failed');
    expect(openai.asked).toHaveLength(0);
    expect(router.status()).toMatchObject({ current: 'gemini', resting: [] });
  });

  it('does not let a provider rest for an answer that its filter stopped', async () => {
    const { router, gemini } = await startRouter({ gemini: 'ok', openai: 'ok' });
    gemini.behave({ kind: 'says', text: 'Well,', finish: 'content_filter' });
    expect(await whoAnswers(router)).toEqual({ by: 'openai', passedOver: ['gemini'] });
    expect(router.status().current).toBe('gemini');
  });
});

it('a script that ends without an end is a failure', async () => {
  const silent = createScriptedProvider('openai', async function* () {
    yield { kind: 'text', delta: 'and then' };
  });
  expect((await eventsOf(silent, undefined, request)).map(({ kind }) => kind)).toEqual(['text', 'failed']);
});
