import type { UpstreamError } from './errors.ts';

export const providerNames = ['gemini', 'openai', 'fallback'] as const;
export type ProviderName = (typeof providerNames)[number];
export const providerChoices = ['auto', ...providerNames] as const;
export type ProviderChoice = (typeof providerChoices)[number];

export type ChatTurn = { readonly role: 'user' | 'assistant'; readonly text: string };

/** `picture` is data about now, already fenced; `turns` ends with the question. */
export type AiRequest = {
  readonly system: string;
  readonly picture: string;
  readonly turns: readonly ChatTurn[];
  readonly maxOutputTokens: number;
};

export type Tokens = { readonly input: number; readonly output: number };

/** `model` is the name of what really answered, as the provider reports it. */
export type AssistantMessage = { readonly text: string; readonly provider: ProviderName; readonly model: string };

/** A stream ends in exactly one `done` or `failed`; a provider never throws out of its stream. */
export type AiEvent =
  | { readonly kind: 'text'; readonly delta: string }
  | {
      readonly kind: 'done';
      readonly message: AssistantMessage;
      readonly tokens: Tokens;
      readonly passedOver: readonly PassedOver[];
    }
  | { readonly kind: 'failed'; readonly error: UpstreamError };

/** A provider that was asked first, or would have been, and why it did not answer. */
export type PassedOver = { readonly provider: ProviderName; readonly because: string };

export type AiProvider = {
  readonly name: string;
  ask(request: AiRequest, signal: AbortSignal): AsyncIterable<AiEvent>;
  /** The models this provider offers now; throws `UpstreamError`. The fallback offers itself. */
  models(signal: AbortSignal): Promise<readonly string[]>;
};

/** What one provider answered when it was asked for itself. */
export type ProviderTest =
  | { readonly kind: 'works'; readonly provider: ProviderName; readonly model: string; readonly latencyMs: number }
  | {
      readonly kind: 'fails';
      readonly provider: ProviderName;
      readonly model: string;
      readonly latencyMs: number;
      readonly because: string;
    };

/** What the AI side of the bot looks like to a person. */
export type AiStatus = {
  readonly choice: ProviderChoice;
  /** Who would be asked first now. */
  readonly current: ProviderName;
  readonly available: readonly ProviderName[];
  readonly models: Readonly<Partial<Record<ProviderName, string>>>;
  /** Visible warnings, for instance a model name that the provider does not list. */
  readonly warnings: readonly string[];
  /** Providers that are resting after a failure, and until when (epoch ms). */
  readonly resting: readonly { readonly provider: ProviderName; readonly until: number; readonly because: string }[];
};

/** A question answered: by whom, and who was passed over before. */
export type Answer = AssistantMessage & { readonly tokens: Tokens; readonly passedOver: readonly PassedOver[] };

/** Puts a question with a picture of now to whoever answers; throws `UpstreamError` only when nobody did. */
export type Ask = (question: string, signal: AbortSignal) => Promise<Answer>;

/** Who answers, as people see and choose it. `choose` throws `UsageError` for a provider that is not configured. */
export type AiControl = {
  choose(choice: ProviderChoice): void;
  status(): AiStatus;
  test(signal: AbortSignal): Promise<readonly ProviderTest[]>;
};
