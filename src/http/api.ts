import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  type AiStatus,
  type Answer,
  type ProviderChoice,
  type ProviderTest,
  providerChoices,
  providerNames,
} from '../core/ai.ts';
import type { ChatEvent } from '../core/chat.ts';
import { noStanding, type Person } from '../core/person.ts';
import type { Reply } from '../core/reply.ts';

/** What callers over HTTP may do. All throw `UsageError` for a caller's mistake and `UpstreamError` when nobody answers. */
export type Api = {
  ask(text: string, person: Person, signal: AbortSignal): Promise<Answer>;
  switch(provider: ProviderChoice, person: Person, signal: AbortSignal): Promise<AiStatus>;
  test(person: Person, signal: AbortSignal): Promise<readonly ProviderTest[]>;
  forecast(values: Readonly<Record<string, string>>, person: Person, signal: AbortSignal): Promise<Forecast>;
};

/** The corridor that chat takes too, for callers that want failures thrown. */
export type Run = (event: ChatEvent, signal: AbortSignal) => Promise<Reply>;

const provider = z.enum(providerNames);
const model = z.string();
const latencyMs = z.number();
const because = z.string();

const answerData = z.object({
  answer: z.object({
    text: z.string(),
    provider,
    model,
    tokens: z.object({ input: z.number(), output: z.number() }),
    passedOver: z.array(z.object({ provider, because })),
  }),
});
const statusData = z.object({
  status: z.object({
    choice: z.enum(providerChoices),
    current: provider,
    available: z.array(provider),
    models: z.partialRecord(provider, model),
    warnings: z.array(z.string()),
    resting: z.array(z.object({ provider, until: z.number(), because })),
  }),
});
const testData = z.object({
  tests: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('works'), provider, model, latencyMs }),
      z.object({ kind: z.literal('fails'), provider, model, latencyMs, because }),
    ]),
  ),
});

const point = z.object({ at: z.number(), expected: z.number(), lower: z.number(), upper: z.number() });
const forecastData = z.object({
  forecast: z.object({
    text: z.string(),
    metric: z.string(),
    unit: z.string(),
    limit: z.number().nullable(),
    horizonMs: z.number(),
    now: z.number(),
    leftOut: z.number(),
    entities: z.array(
      z.object({
        entity: z.string(),
        text: z.string(),
        by: z.object({ name: z.string(), error: z.number(), tests: z.number() }).nullable(),
        meets: z.enum(['reaches', 'stays clear', 'is beyond']).nullable(),
        chance: z.number().nullable(),
        moment: z.object({ at: z.number(), from: z.number(), to: z.number().nullable() }).nullable(),
        band: z.array(point),
      }),
    ),
  }),
});

/** A forecast as its command tells it to a machine: times in epoch ms. */
export type Forecast = z.infer<typeof forecastData>['forecast'];

/** The same commands, roles and record as in chat; what they say to machines is parsed here. */
export function createApi(run: Run): Api {
  return {
    async ask(text, person, signal) {
      const reply = await run(eventOf(person, ['ask'], { question: text }), signal);
      return answerData.parse(reply.data).answer;
    },
    async switch(choice, person, signal) {
      const reply = await run(eventOf(person, ['ai', 'switch'], { provider: choice }), signal);
      return statusData.parse(reply.data).status;
    },
    async test(person, signal) {
      const reply = await run(eventOf(person, ['ai', 'test'], {}), signal);
      return testData.parse(reply.data).tests;
    },
    async forecast(values, person, signal) {
      const reply = await run(eventOf(person, ['forecast'], values), signal);
      return forecastData.parse(reply.data).forecast;
    },
  };
}

function eventOf(person: Person, path: readonly string[], values: Readonly<Record<string, string>>): ChatEvent {
  const at = { platform: person.platform, channel: 'api', thread: null };
  return {
    id: randomUUID(),
    person,
    standing: noStanding,
    at,
    via: 'http',
    request: { kind: 'command', path, values },
  };
}
