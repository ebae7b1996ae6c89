import { onTestFinished } from 'vitest';
import { createGeminiProvider } from '../../src/ai/gemini.ts';
import { createOpenAiProvider } from '../../src/ai/openai.ts';
import type { AiEvent, AiProvider } from '../../src/core/ai.ts';
import type { UpstreamError } from '../../src/core/errors.ts';
import { eventsOf } from '../contracts/ai-provider.ts';
import { type AiEmulator, type Behaviour, startAi, type Wire } from '../emulators/ai.ts';

export const apiKey = 'secret+key/0123456789';
export const models: Readonly<Record<Wire, string>> = { gemini: 'gemini-3.8-flash', openai: 'gpt-6.1-terra' };

export function providerOf(wire: Wire, baseUrl: string | null, deadlineMs = 5_000): AiProvider {
  const options = { apiKey, model: models[wire], baseUrl, deadlineMs };
  return wire === 'gemini' ? createGeminiProvider(options) : createOpenAiProvider(options);
}

/** A provider in front of an emulator that ends with the test. */
export async function startProvider(
  wire: Wire,
  behaviour?: Behaviour,
  deadlineMs?: number,
): Promise<{ readonly provider: AiProvider; readonly ai: AiEmulator }> {
  const ai = await startAi(wire, behaviour);
  onTestFinished(() => ai.stop());
  return { provider: providerOf(wire, ai.baseUrl, deadlineMs), ai };
}

/** What it ends in. */
export async function endOf(provider: AiProvider, signal?: AbortSignal): Promise<AiEvent> {
  const end = (await eventsOf(provider, signal)).at(-1);
  if (end === undefined) throw new Error('the stream was empty');
  return end;
}

export async function errorOf(provider: AiProvider, signal?: AbortSignal): Promise<UpstreamError> {
  const end = await endOf(provider, signal);
  if (end.kind !== 'failed') throw new Error(`it did not fail but ended in ${end.kind}`);
  return end.error;
}
