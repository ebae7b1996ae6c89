import { createFallbackProvider } from './ai/fallback.ts';
import { createGeminiProvider } from './ai/gemini.ts';
import { createOpenAiProvider } from './ai/openai.ts';
import { createRouter, type Router, type RouterOptions } from './ai/router.ts';
import { chosenProvider } from './commands/ai-switch.ts';
import type { Config } from './config/config.ts';
import type { MetricSource } from './core/metric-source.ts';
import type { Situation } from './core/situation.ts';
import type { SettingsStore } from './core/store.ts';
import type { Watch } from './core/watch.ts';

export type AiParts = Pick<RouterOptions, 'telemetry' | 'now' | 'log'> & {
  readonly source: MetricSource;
  readonly watches: readonly Watch[];
  readonly situation: () => Situation;
  readonly settings: SettingsStore;
};

/** The providers that are configured, and what people have chosen. Throws `UpstreamError('database')`. */
export async function composeAi({ ai }: Config, parts: AiParts): Promise<Router> {
  const { source, watches, situation, settings, ...rest } = parts;
  const gemini = ai.gemini && createGeminiProvider({ ...ai.gemini, deadlineMs: ai.deadlineMs });
  const openai = ai.openai && createOpenAiProvider({ ...ai.openai, deadlineMs: ai.deadlineMs });
  const hasModel = (gemini ?? openai) !== null;
  const fallback = createFallbackProvider({ source, watches, situation, hasModel, now: rest.now });
  return createRouter({
    providers: { gemini, openai, fallback },
    models: { gemini: ai.gemini?.model ?? null, openai: ai.openai?.model ?? null },
    choice: (await chosenProvider(settings)) ?? ai.choice,
    ...rest,
  });
}
