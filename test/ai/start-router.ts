import { onTestFinished } from 'vitest';
import { createFallbackProvider } from '../../src/ai/fallback.ts';
import { createRouter, type Router } from '../../src/ai/router.ts';
import type { AiProvider, ProviderChoice, ProviderName } from '../../src/core/ai.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Telemetry } from '../../src/core/telemetry.ts';
import { type AiEmulator, type Behaviour, startAi, type Wire } from '../emulators/ai.ts';
import { quietTelemetry } from '../small-things.ts';
import { hosts, now, situationOf } from './situation.ts';
import { createNumberSource } from './source.ts';
import { endOf, models, providerOf } from './start-provider.ts';

/** Of one that hangs; the others have time to be loaded on a busy machine. */
const shortMs = 200;
const longMs = 10_000;
export const says = (text: string): Behaviour => ({ kind: 'says', text });
const behaviours = {
  ok: (wire: Wire): Behaviour => says(`${wire} speaks`),
  fails: (): Behaviour => ({ kind: 'fails', status: 500, message: 'oops' }),
  hangs: (): Behaviour => ({ kind: 'hangs' }),
  limited: (): Behaviour => ({ kind: 'fails', status: 429, retryAfter: 30 }),
  refused: (): Behaviour => ({ kind: 'fails', status: 401 }),
};
export type Mode = keyof typeof behaviours | 'none';

export type Called = { readonly provider: string; readonly outcome: string; readonly tokens: number };

export type Started = {
  readonly router: Router;
  readonly clock: { at: number };
  readonly gemini: AiEmulator;
  readonly openai: AiEmulator;
  readonly called: readonly Called[];
};

/** The real providers in front of emulators, with a clock that stands still. */
export async function startRouter(
  modes: Readonly<Record<Wire, Mode>>,
  choice: ProviderChoice = 'auto',
  hangMs = shortMs,
): Promise<Started> {
  const [gemini, openai] = await Promise.all([startAi('gemini'), startAi('openai')]);
  onTestFinished(async () => void (await Promise.all([gemini.stop(), openai.stop()])));
  const clock = { at: now };
  const called: Called[] = [];
  const provider = (wire: Wire, { baseUrl, behave }: AiEmulator): AiProvider | null => {
    const mode = modes[wire];
    if (mode === 'none') return null;
    behave(behaviours[mode](wire));
    return providerOf(wire, baseUrl, mode === 'hangs' ? hangMs : longMs);
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

export function fallback(): AiProvider {
  const source = createNumberSource();
  return createFallbackProvider({ source, watches: [hosts], situation: situationOf, hasModel: true, now: () => now });
}

export function telemetryInto(called: Called[]): Telemetry {
  return {
    ...quietTelemetry,
    provider: (provider, outcome, _tookMs, tokens) => void called.push({ provider, outcome, tokens }),
  };
}

/** Who answered, and who was passed over before. */
export async function whoAnswers(
  router: AiProvider,
): Promise<{ readonly by: ProviderName; readonly passedOver: readonly string[] }> {
  const end = await endOf(router);
  if (end.kind !== 'done') throw new Error('nobody answered');
  return { by: end.message.provider, passedOver: end.passedOver.map(({ provider }) => provider) };
}
