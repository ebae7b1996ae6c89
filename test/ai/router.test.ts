import { describe, expect, it, onTestFinished } from 'vitest';
import { createFallbackProvider } from '../../src/ai/fallback.ts';
import { createRouter, type Router } from '../../src/ai/router.ts';
import { createScriptedProvider } from '../../src/ai/scripted.ts';
import type { AiProvider, ProviderChoice, ProviderName } from '../../src/core/ai.ts';
import { UsageError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Telemetry } from '../../src/core/telemetry.ts';
import { eventsOf, request } from '../contracts/ai-provider.ts';
import { type AiEmulator, type Behaviour, openaiChunk, startAi, type Wire } from '../emulators/ai.ts';
import { hosts, now, situationOf } from './situation.ts';
import { createNumberSource } from './source.ts';
import { apiKey, endOf, models, providerOf } from './start-provider.ts';

const deadlineMs = 200;
const says = (text: string): Behaviour => ({ kind: 'says', text });
const behaviours = {
  ok: (wire: Wire): Behaviour => says(`${wire} speaks`),
  fails: (): Behaviour => ({ kind: 'fails', status: 500, message: 'oops' }),
  hangs: (): Behaviour => ({ kind: 'hangs' }),
  limited: (): Behaviour => ({ kind: 'fails', status: 429, retryAfter: 30 }),
  refused: (): Behaviour => ({ kind: 'fails', status: 401 }),
};
type Mode = keyof typeof behaviours | 'none';

type Called = { readonly provider: string; readonly outcome: string; readonly tokens: number };

type Started = {
  readonly router: Router;
  readonly clock: { at: number };
  readonly gemini: AiEmulator;
  readonly openai: AiEmulator;
  readonly called: readonly Called[];
};

/** The real providers in front of emulators, with a clock that stands still. */
async function startRouter(
  modes: Readonly<Record<Wire, Mode>>,
  choice: ProviderChoice = 'auto',
  deadline = deadlineMs,
): Promise<Started> {
  const [gemini, openai] = await Promise.all([startAi('gemini'), startAi('openai')]);
  onTestFinished(async () => void (await Promise.all([gemini.stop(), openai.stop()])));
  const clock = { at: now };
  const called: Called[] = [];
  const provider = (wire: Wire, { baseUrl, behave }: AiEmulator): AiProvider | null => {
    const mode = modes[wire];
    if (mode === 'none') return null;
    behave(behaviours[mode](wire));
    return providerOf(wire, baseUrl, deadline);
  };
  const router = createRouter({
    providers: { gemini: provider('gemini', gemini), openai: provider('openai', openai), fallback: fallback() },
    models: {
      gemini: modes.gemini === 'none' ? null : models.gemini,
      openai: modes.openai === 'none' ? null : models.openai,
    },
    choice,
    telemetry: telemetryInto(called),
    now: () => clock.at,
    log: silentLog,
  });
  return { router, clock, gemini, openai, called };
}

function fallback(): AiProvider {
  const source = createNumberSource();
  return createFallbackProvider({ source, watches: [hosts], situation: situationOf, hasModel: true, now: () => now });
}

function telemetryInto(called: Called[]): Telemetry {
  return {
    tick() {},
    detection() {},
    notice() {},
    command() {},
    provider: (provider, outcome, _tookMs, tokens) => void called.push({ provider, outcome, tokens }),
  };
}

/** Who answered, and who was passed over before. */
async function whoAnswers(
  router: AiProvider,
): Promise<{ readonly by: ProviderName; readonly passedOver: readonly string[] }> {
  const end = await endOf(router);
  if (end.kind !== 'done') throw new Error('nobody answered');
  return { by: end.message.provider, passedOver: end.passedOver.map(({ provider }) => provider) };
}

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

  it('asks all at once: two that hang take one deadline', async () => {
    const { router } = await startRouter({ gemini: 'hangs', openai: 'hangs' }, 'auto', 400);
    const startedAt = performance.now();
    await router.test(new AbortController().signal);
    expect(performance.now() - startedAt).toBeLessThan(750);
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
    expect(warning).toMatch(/^GEMINI_MODEL gemini-3\.8-flash is not among .*gemini-3\.8-pro|gemini-4-flash/);
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

it('a script that ends without an end is a failure', async () => {
  const silent = createScriptedProvider('openai', async function* () {
    yield { kind: 'text', delta: 'and then' };
  });
  expect((await eventsOf(silent, undefined, request)).map(({ kind }) => kind)).toEqual(['text', 'failed']);
});
