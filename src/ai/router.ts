import { distance } from 'fastest-levenshtein';
import {
  type AiControl,
  type AiEvent,
  type AiProvider,
  type AiRequest,
  type AiStatus,
  type PassedOver,
  type ProviderChoice,
  type ProviderName,
  type ProviderTest,
  providerNames,
} from '../core/ai.ts';
import { messageOf, UpstreamError, UsageError } from '../core/errors.ts';
import { formatTime } from '../core/format.ts';
import type { Log } from '../core/log.ts';
import type { Telemetry } from '../core/telemetry.ts';
import { type Breaker, createBreaker } from './breaker.ts';

export type RouterOptions = {
  /** Null is not configured. */
  readonly providers: Readonly<Record<'gemini' | 'openai', AiProvider | null>> & { readonly fallback: AiProvider };
  readonly models: Readonly<Record<'gemini' | 'openai', string | null>>;
  readonly choice: ProviderChoice;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly log: Log;
};

export type Router = AiProvider &
  AiControl & {
    /** Compares the configured model names with what the providers offer; gives and keeps what is wrong. Never throws. */
    checkModels(signal: AbortSignal): Promise<readonly string[]>;
  };

const testQuestion: AiRequest = {
  system: 'This is a connection test. Answer with one word.',
  picture: '',
  turns: [{ role: 'user', text: 'Say: works' }],
  maxOutputTokens: 512,
};
/** A list of models that takes longer is not worth waiting for. */
const listDeadlineMs = 10_000;

/** A model that could not be checked has proved itself once it answered. */
type Warning = { readonly text: string; readonly until: 'answered' | 'checked again' };

type Outcome = Extract<AiEvent, { kind: 'done' | 'failed' }>;

/** Asks one provider after the other until one answers; itself a provider. Only the winner's words are passed on. */
export function createRouter(options: RouterOptions): Router {
  const { providers, telemetry, now, log } = options;
  const breakers = new Map<ProviderName, Breaker>(providerNames.map((name) => [name, createBreaker(now)]));
  const warnings = new Map<ProviderName, Warning>();
  let choice = availableChoice(options, log);

  const available = (): readonly ProviderName[] => providerNames.filter((name) => providers[name] !== null);
  /** The chosen one first, then the others as in `auto`. */
  const order = (): readonly ProviderName[] => {
    const chosen = available().filter((name) => name === choice);
    return choice === 'fallback' ? ['fallback'] : [...chosen, ...available().filter((name) => name !== choice)];
  };
  const breakerOf = (name: ProviderName): Breaker => breakers.get(name) ?? createBreaker(now);

  async function askOne(name: ProviderName, request: AiRequest, signal: AbortSignal): Promise<Outcome> {
    const provider = providers[name];
    if (provider === null) throw new UsageError(notConfigured(name));
    const breaker = breakerOf(name);
    const startedAt = now();
    const outcome = await outcomeOf(provider, request, signal);
    const tookMs = now() - startedAt;
    if (outcome.kind === 'done') {
      breaker.succeeded();
      if (warnings.get(name)?.until === 'answered') warnings.delete(name);
      telemetry.provider(name, 'ok', tookMs, outcome.tokens.input + outcome.tokens.output);
    } else if (signal.aborted) {
      breaker.abandoned();
    } else {
      breaker.failed(outcome.error);
      telemetry.provider(name, outcome.error.retryable ? 'failed' : 'refused', tookMs, 0);
      log.warn('an AI provider did not answer', { provider: name, error: outcome.error });
    }
    return outcome;
  }

  async function* ask(request: AiRequest, signal: AbortSignal): AsyncIterable<AiEvent> {
    const passedOver: PassedOver[] = [];
    for (const name of order()) {
      const rest = name === 'fallback' ? null : breakerOf(name).admit();
      if (rest !== null) {
        passedOver.push({ provider: name, because: `it rests until ${formatTime(rest.until)}: ${rest.because}` });
        continue;
      }
      const outcome = await askOne(name, request, signal);
      if (outcome.kind === 'done') {
        yield { kind: 'text', delta: outcome.message.text };
        yield { ...outcome, passedOver };
        return;
      }
      if (signal.aborted) {
        yield outcome;
        return;
      }
      passedOver.push({ provider: name, because: outcome.error.message });
    }
    const because = passedOver.map((passed) => `${passed.provider}: ${passed.because}`).join('; ');
    yield { kind: 'failed', error: new UpstreamError('gemini', `nobody answered (${because})`, { retryable: true }) };
  }

  async function testOne(name: ProviderName, signal: AbortSignal): Promise<ProviderTest> {
    const startedAt = now();
    const outcome = await askOne(name, testQuestion, signal);
    const latencyMs = now() - startedAt;
    if (outcome.kind === 'done') return { kind: 'works', provider: name, model: outcome.message.model, latencyMs };
    const model = name === 'fallback' ? 'rules' : (options.models[name] ?? '');
    return { kind: 'fails', provider: name, model, latencyMs, because: outcome.error.message };
  }

  async function checkOne(name: 'gemini' | 'openai', signal: AbortSignal): Promise<void> {
    const [provider, model] = [providers[name], options.models[name]];
    if (provider === null || model === null) return;
    const variable = `${name.toUpperCase()}_MODEL`;
    const warn = (text: string, until: Warning['until']): void => void warnings.set(name, { text, until });
    try {
      const offered = await provider.models(AbortSignal.any([signal, AbortSignal.timeout(listDeadlineMs)]));
      if (offered.includes(model)) warnings.delete(name);
      else
        warn(
          `${variable} ${model} is not among the models that ${name} offers${nearest(model, offered)}.`,
          'checked again',
        );
    } catch (error) {
      warn(`Whether ${variable} ${model} exists could not be checked: ${messageOf(error)}.`, 'answered');
    }
  }

  return {
    name: 'router',
    ask,
    models: async (signal) => {
      const lists = await Promise.allSettled(available().map((name) => providers[name]?.models(signal) ?? []));
      return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
    },
    choose(next) {
      if (next !== 'auto' && providers[next] === null) throw new UsageError(notConfigured(next));
      choice = next;
      // Somebody who chooses one wants it asked now; an old failure is no answer.
      if (next !== 'auto') breakerOf(next).heal();
    },
    status: (): AiStatus => ({
      choice,
      current: order().find((name) => name === 'fallback' || breakerOf(name).resting() === null) ?? 'fallback',
      available: available(),
      models: {
        ...(providers.gemini === null || options.models.gemini === null ? {} : { gemini: options.models.gemini }),
        ...(providers.openai === null || options.models.openai === null ? {} : { openai: options.models.openai }),
      },
      warnings: [...warnings.values()].map(({ text }) => text),
      resting: available().flatMap((provider) => {
        const rest = breakerOf(provider).resting();
        return rest === null ? [] : [{ provider, ...rest }];
      }),
    }),
    test: (signal) => Promise.all(available().map((name) => testOne(name, signal))),
    async checkModels(signal) {
      await Promise.all([checkOne('gemini', signal), checkOne('openai', signal)]);
      return [...warnings.values()].map(({ text }) => text);
    },
  };
}

/** Waits for the end of a stream; text before a failure is nobody's answer. A provider that breaks its word fails too. */
async function outcomeOf(provider: AiProvider, request: AiRequest, signal: AbortSignal): Promise<Outcome> {
  let because = 'it ended without an answer';
  try {
    for await (const event of provider.ask(request, signal)) if (event.kind !== 'text') return event;
  } catch (error) {
    because = messageOf(error);
  }
  const service = provider.name === 'openai' ? 'openai' : 'gemini';
  return { kind: 'failed', error: new UpstreamError(service, `${provider.name}: ${because}`, { retryable: true }) };
}

/** A choice that was stored when its provider was still configured is no reason not to start. */
function availableChoice({ providers, choice }: RouterOptions, log: Log): ProviderChoice {
  if (choice === 'auto' || providers[choice] !== null) return choice;
  log.warn(`${choice} was chosen but is not configured; auto takes its place`);
  return 'auto';
}

function notConfigured(name: ProviderName): string {
  return `${name} is not configured: set ${name.toUpperCase()}_API_KEY and start the bot again.`;
}

function nearest(model: string, offered: readonly string[]): string {
  const near = offered.toSorted((a, b) => distance(a, model) - distance(b, model)).slice(0, 3);
  return near.length === 0 ? '' : `; it offers for instance ${near.join(', ')}`;
}
