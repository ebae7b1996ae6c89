import { describe, expect, it } from 'vitest';
import type { Router } from '../../src/ai/router.ts';
import { UsageError } from '../../src/core/errors.ts';
import { now } from './situation.ts';
import { apiKey, endOf, models } from './start-provider.ts';
import { says, startRouter, whoAnswers } from './start-router.ts';

describe('choosing', () => {
  it('says which variable is missing', async () => {
    const { router } = await startRouter({ gemini: 'none', openai: 'ok' });
    expect(() => router.choose('gemini')).toThrow(UsageError);
    expect(() => router.choose('gemini')).toThrow(/GEMINI_API_KEY/);
    expect(router.status().choice).toBe('auto');
  });

  it('goes back to auto and means it', async () => {
    const { router } = await startRouter({ gemini: 'ok', openai: 'ok' }, 'openai');
    expect((await whoAnswers(router)).by).toBe('openai');
    router.choose('auto');
    expect((await whoAnswers(router)).by).toBe('gemini');
    expect(router.status()).toMatchObject({ choice: 'auto', current: 'gemini' });
  });

  it('ends the rest of who was chosen', async () => {
    const { router, gemini } = await startRouter({ gemini: 'refused', openai: 'ok' });
    await endOf(router);
    gemini.behave(says('with a new key'));
    expect(router.status().current).toBe('openai');
    router.choose('gemini');
    expect(router.status()).toMatchObject({ current: 'gemini', resting: [] });
    expect((await whoAnswers(router)).by).toBe('gemini');
  });
});

describe('status', () => {
  it('names the choice, who is next, who there is and their models', async () => {
    const { router } = await startRouter({ gemini: 'ok', openai: 'ok' }, 'openai');
    expect(router.status()).toEqual({
      choice: 'openai',
      current: 'openai',
      available: ['gemini', 'openai', 'fallback'],
      models,
      warnings: [],
      resting: [],
    });
  });

  it('names who rests, until when and why, and who is next instead', async () => {
    const { router, clock } = await startRouter({ gemini: 'none', openai: 'limited' });
    await endOf(router);
    expect(router.status()).toMatchObject({
      current: 'fallback',
      available: ['openai', 'fallback'],
      models: { openai: models.openai },
      resting: [{ provider: 'openai', until: now + 30_000, because: expect.stringMatching(/429/) }],
    });
    clock.at += 30_000;
    expect(router.status()).toMatchObject({ current: 'openai', resting: [] });
  });
});

describe('a test of all', () => {
  it('asks everybody for himself, also who was not chosen', async () => {
    const { router } = await startRouter({ gemini: 'ok', openai: 'refused' }, 'fallback');
    expect(await router.test(new AbortController().signal)).toEqual([
      { kind: 'works', provider: 'gemini', model: models.gemini, latencyMs: 0 },
      {
        kind: 'fails',
        provider: 'openai',
        model: models.openai,
        latencyMs: 0,
        because: expect.stringMatching(/OPENAI_API_KEY/),
      },
      { kind: 'works', provider: 'fallback', model: 'rules', latencyMs: 0 },
    ]);
  });

  it('asks who rests too, and ends the rest of who works', async () => {
    const { router, gemini } = await startRouter({ gemini: 'refused', openai: 'ok' });
    await endOf(router);
    gemini.behave(says('works'));
    expect((await router.test(new AbortController().signal))[0]).toMatchObject({ kind: 'works', provider: 'gemini' });
    expect(router.status()).toMatchObject({ current: 'gemini', resting: [] });
  });

  it('lets who fails rest', async () => {
    const { router } = await startRouter({ gemini: 'fails', openai: 'ok' });
    await router.test(new AbortController().signal);
    expect(await whoAnswers(router)).toEqual({ by: 'openai', passedOver: ['gemini'] });
  });

  it('asks all at once: the second is asked while the first hangs', async () => {
    const { router, gemini, openai } = await startRouter({ gemini: 'hangs', openai: 'hangs' }, 'auto', 60_000);
    const giveUp = new AbortController();
    const testing = router.test(giveUp.signal);
    await Promise.all([gemini.whenAsked(1), openai.whenAsked(1)]);
    giveUp.abort();
    expect((await testing).map(({ kind }) => kind)).toEqual(['fails', 'fails', 'works']);
  });

  it('never shows a key', async () => {
    const { router, gemini, openai } = await startRouter({ gemini: 'ok', openai: 'ok' });
    for (const ai of [gemini, openai]) ai.behave({ kind: 'fails', status: 400, message: `bad ${apiKey}` });
    expect(JSON.stringify(await router.test(new AbortController().signal))).not.toContain(apiKey);
  });
});

describe('the names of models', () => {
  const check = (router: Router) => router.checkModels(new AbortController().signal);

  it('are fine when they are listed', async () => {
    const { router } = await startRouter({ gemini: 'ok', openai: 'ok' });
    expect(await check(router)).toEqual([]);
  });

  it('are warned of, with what there is instead, until they are listed', async () => {
    const { router, gemini, openai } = await startRouter({ gemini: 'ok', openai: 'ok' });
    gemini.offer(['gemini-3.8-pro', 'gemini-4-flash', 'embedding-1']);
    openai.offer([models.openai, 'gpt-6.1-mini']);
    const [warning, ...others] = await check(router);
    expect(others).toEqual([]);
    expect(warning).toMatch(/^GEMINI_MODEL gemini-3\.8-flash is not among .*(gemini-3\.8-pro|gemini-4-flash)/);
    expect(router.status().warnings).toEqual([warning]);
    await endOf(router);
    expect(router.status().warnings).toEqual([warning]);
    gemini.offer([models.gemini]);
    expect(await check(router)).toEqual([]);
    expect(router.status().warnings).toEqual([]);
  });

  it('are warned of when the list can not be had, until the model has answered', async () => {
    const { router, openai } = await startRouter({ gemini: 'none', openai: 'ok' });
    openai.offer(503);
    expect(await check(router)).toEqual([
      expect.stringMatching(/^Whether OPENAI_MODEL gpt-6\.1-terra exists could not be checked: .*503/),
    ]);
    expect(router.status().warnings).toHaveLength(1);
    await endOf(router);
    expect(router.status().warnings).toEqual([]);
  });

  it('are asked of nobody who is not configured', async () => {
    const { router, gemini, openai } = await startRouter({ gemini: 'none', openai: 'none' });
    expect(await check(router)).toEqual([]);
    expect([...gemini.asked, ...openai.asked]).toEqual([]);
  });

  it('are no reason to throw, also when it is too late to check', async () => {
    const { router } = await startRouter({ gemini: 'ok', openai: 'ok' });
    expect(await router.checkModels(AbortSignal.abort())).toHaveLength(2);
  });
});
