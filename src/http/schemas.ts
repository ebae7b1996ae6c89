import { z } from 'zod';
import { providerChoices, providerNames } from '../core/ai.ts';
import { incidentKinds } from '../core/incident.ts';

const longestQuery = 500;
const moment = z.string().describe('ISO 8601, UTC');
const count = z.int().min(0);

export const queryRequest = z.strictObject({
  query: z
    .string('"query" is missing: send {"query": "what is wrong?"}.')
    .trim()
    .min(1, 'The query is empty. Ask something, for instance "what is wrong?".')
    .max(longestQuery, `The query is over ${longestQuery} characters. Ask it in fewer words.`),
});

export const switchRequest = z.strictObject({
  provider: z.enum(providerChoices, `Unknown provider. Send one of ${providerChoices.join(', ')}.`),
});

/** What is in them is for the command to check, as in chat. */
export const forecastRequest = z.strictObject({
  metric: z.string('"metric" is missing: send {"metric": "cpu"}.').max(2_000),
  entity: z.string().max(200).optional(),
  horizon: z.string().max(20).optional(),
  limit: z
    .union([z.string().max(20), z.number()])
    .transform(String)
    .optional(),
});

export const incidentsRequest = z.strictObject({
  state: z.enum(['open', 'all'], '"state" is "open" or "all".').default('all'),
});

export const questionRequest = z.strictObject({
  id: z.string().regex(/^[\w-]{8,64}$/, '"id" is 8 to 64 letters, digits, "-" or "_".'),
  text: z.string().trim().min(1, 'Nothing was typed.').max(2_000, 'That is over 2,000 characters.'),
});

export const clickRequest = z.strictObject({
  id: z.string().regex(/^[\w-]{8,64}$/, '"id" is 8 to 64 letters, digits, "-" or "_".'),
  entry: z.int().positive(),
  action: z.string().max(200),
  written: z.record(z.string().max(50), z.string().max(2_000)).default({}),
});

export const pictureRequest = z.strictObject({ entry: z.coerce.number().int(), block: z.coerce.number().int() });

export const completeRequest = z.strictObject({
  command: z.string().max(100),
  option: z.string().max(100),
  typed: z.string().max(200).default(''),
});

const passedOver = z.array(z.object({ provider: z.enum(providerNames), because: z.string() }));

export const webhookResponse = z.object({ accepted: count.describe('so many alerts were kept') });

export const queryResponse = z.object({
  answer: z.string(),
  provider: z.enum(providerNames).describe('who really answered'),
  model: z.string(),
  passed_over: passedOver.describe('who was asked first, or would have been, and why it did not answer'),
});

export const aiStatusResponse = z.object({
  current_provider: z.enum(providerNames),
  choice: z.enum(providerChoices),
  available_providers: z.array(z.enum(providerNames)),
  models: z.partialRecord(z.enum(providerNames), z.string()),
  warnings: z.array(z.string()),
  resting: z.array(z.object({ provider: z.enum(providerNames), until: moment, because: z.string() })),
});

export const testResponse = z.object({
  results: z.array(
    z.object({
      provider: z.enum(providerNames),
      model: z.string(),
      success: z.boolean(),
      latency_ms: z.number(),
      error: z.string().nullable(),
    }),
  ),
});

export const forecastResponse = z.object({
  text: z.string(),
  metric: z.string(),
  unit: z.string(),
  limit: z.number().nullable().describe('null when nothing is to be reached'),
  horizon_seconds: z.number(),
  now: moment.describe('the end of the history'),
  left_out: count.describe('entities for which there was no time'),
  entities: z.array(
    z.object({
      entity: z.string(),
      text: z.string(),
      forecaster: z
        .string()
        .nullable()
        .describe('who came nearest in the rolling tests; null when nothing is forecast'),
      error: z.number().nullable().describe('its mean distance from what came in these tests'),
      tests: count,
      limit: z.enum(['reaches', 'stays clear', 'is beyond']).nullable(),
      chance: z.number().nullable().describe('that the limit is reached within the horizon'),
      reaches: z
        .object({ at: moment, from: moment, to: moment.nullable().describe('null is after the horizon') })
        .nullable()
        .describe('with 80 % it lies between from and to'),
      band: z.array(z.object({ at: moment, expected: z.number(), lower: z.number(), upper: z.number() })),
    }),
  ),
});

export const incidentsResponse = z.array(
  z.object({
    id: z.string(),
    watch: z.string(),
    entity: z.string(),
    kind: z.enum(incidentKinds),
    state: z.enum(['open', 'acknowledged', 'resolved']),
    severity: z.enum(['warning', 'critical']),
    since: moment,
    last_seen: moment,
    resolved_at: moment.nullable(),
    confidence: z.number(),
    because: z.array(
      z.object({
        metric: z.string(),
        expected: z.number().nullable(),
        seen: z.number().nullable(),
        share: z.number().nullable().describe('part of the blame, 0 to 1'),
      }),
    ),
    alongside: z.array(z.string()).describe('entities of the watch that broke in the same minutes'),
  }),
);

const watchModel = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none'), reason: z.string() }),
  z.object({
    state: z.literal('ready'),
    version: z.string(),
    trained_at: moment,
    age_seconds: z.number(),
    rows: count,
    entities: count,
  }),
]);

export const statusResponse = z.object({
  status: z.enum(['ok', 'degraded', 'failing']),
  problems: z.array(z.string()),
  version: z.string(),
  uptime_seconds: z.number(),
  last_tick: z
    .object({ at: moment, age_seconds: z.number(), took_ms: z.number(), outcome: z.enum(['ok', 'failed']) })
    .nullable(),
  prometheus: z.object({
    reachable: z.boolean(),
    since: moment,
    simulated: z.boolean(),
    reason: z.string().nullable(),
  }),
  watches: z.array(
    z.object({
      name: z.string(),
      model: watchModel,
      data_age_seconds: z.number().nullable(),
      entities: count,
      by_state: z.object({ normal: count, anomalous: count, warming_up: count, silent: count }),
    }),
  ),
  open_incidents: count,
  platforms: z.array(
    z.object({
      name: z.string(),
      configured: z.boolean(),
      state: z.enum(['off', 'starting', 'connected', 'disconnected']),
      since: moment.nullable(),
      reason: z.string().nullable(),
    }),
  ),
  ai_status: aiStatusResponse,
  notices_owed: z.object({ count, oldest_age_seconds: z.number().nullable() }),
  store: z.string(),
});

export const healthResponse = z.object({ status: z.enum(['ok', 'stuck']), reason: z.string().nullable() });

export const errorResponse = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
