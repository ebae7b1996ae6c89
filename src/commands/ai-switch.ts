import { z } from 'zod';
import { type AiControl, type ProviderChoice, providerChoices } from '../core/ai.ts';
import { type Command, defineCommand } from '../core/command.ts';
import type { SettingsStore } from '../core/store.ts';
import { aiReply } from './ai-show.ts';

export const providerSetting = 'ai.provider';

/** Chooses who answers; the choice is durable before it is confirmed. */
export function createAiSwitch(ai: AiControl, settings: SettingsStore): Command {
  return defineCommand({
    path: ['ai', 'switch'],
    summary: 'Choose who answers questions',
    effect: 'write',
    role: 'admin',
    options: [
      { name: 'provider', summary: 'who answers first', required: true, choices: providerChoices, completes: false },
    ],
    input: z.strictObject({
      provider: z.enum(providerChoices, `Say one of ${providerChoices.join(', ')}, for instance "ai switch auto".`),
    }),
    run: async ({ provider }) => {
      const before = ai.status().choice;
      ai.choose(provider);
      try {
        await settings.set(providerSetting, provider);
      } catch (error) {
        ai.choose(before);
        throw error;
      }
      return aiReply(ai.status());
    },
  });
}

/** What an admin chose before the last restart; null when nothing was, or when it is no choice any more. */
export async function chosenProvider(settings: SettingsStore): Promise<ProviderChoice | null> {
  const parsed = z.enum(providerChoices).safeParse(await settings.get(providerSetting));
  return parsed.success ? parsed.data : null;
}
