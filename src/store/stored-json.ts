import { z } from 'zod';
import type { Address, MessageRef } from '../core/address.ts';
import type { Button } from '../core/button.ts';
import { type Chart, type Span, spanLooks } from '../core/chart.ts';
import {
  type Actor,
  type Chapter,
  type Incident,
  incidentKinds,
  labels,
  type Part,
  severities,
} from '../core/incident.ts';
import type { Notice, Told } from '../core/notice.ts';
import type { Reply } from '../core/reply.ts';
import type { Silence } from '../core/silence.ts';
import type { ConsoleMessage } from '../core/store.ts';

/** JSON has no NaN and no infinity, and a gap must not come back as null: they are kept by their names. */
export const storedNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);
const number = storedNumber;

const severity = z.enum(severities);
const noticeKind = z.enum(['opened', 'changed', 'resolved']);
const address: z.ZodType<Address> = z.object({
  platform: z.string(),
  channel: z.string(),
  thread: z.string().nullable(),
});
const messageRef: z.ZodType<MessageRef> = z.object({
  platform: z.string(),
  channel: z.string(),
  message: z.string(),
});

const actor: z.ZodType<Actor> = z.object({ platform: z.string(), id: z.string(), name: z.string() });

const part = z.object({
  kind: z.enum(incidentKinds),
  watch: z.string(),
  entity: z.string(),
  alert: z
    .object({ id: z.string(), name: z.string(), summary: z.string(), url: z.string().nullable() })
    .nullable()
    .default(null),
  severity,
  openedAt: number,
  lastSeenAt: number,
  endedAt: number.nullable().default(null),
  peakScore: number,
  confidence: number,
  because: z.array(z.object({ metric: z.string(), expected: number, seen: number, share: number })),
}) satisfies z.ZodType<Part>;

const chapter: z.ZodType<Chapter> = z.object({
  revision: number,
  at: number,
  by: actor.nullable(),
  text: z.string(),
  isLoud: z.boolean(),
  mentions: z
    .array(z.object({ platform: z.string(), to: z.enum(['person', 'group', 'role']), id: z.string() }))
    .exactOptional(),
});

const ending = z.enum(['recovered', 'gone', 'no longer watched']);

/** What has a default was not there in older versions. */
export const storedIncident: z.ZodType<Incident> = part.extend({
  id: z.string(),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('open'), since: number }),
    z.object({ kind: z.literal('acknowledged'), since: number, by: actor, endsAt: number.nullable() }),
    z.object({ kind: z.literal('resolved'), since: number, by: z.union([ending, actor]) }),
  ]),
  revision: number,
  others: z.array(part).default([]),
  story: z.array(chapter).default([]),
  follows: z.object({ id: z.string(), resolvedAt: number }).nullable().default(null),
  recurrences: number.default(0),
  lingers: z.boolean().default(false),
  escalation: z.object({ steps: number, lastAt: number.nullable() }).default({ steps: 0, lastAt: null }),
  triaged: z
    .object({
      looks: z.array(z.array(number)),
      featureSet: number,
      verdict: z
        .object({
          kind: z.enum(['demoted', 'explored', 'shown']),
          probability: number,
          because: z.string(),
          shownShare: number,
        })
        .nullable(),
    })
    .nullable()
    .default(null),
  label: z
    .object({ is: z.enum(labels), by: actor, at: number })
    .nullable()
    .default(null),
});

export const storedTold: z.ZodType<Told> = z.object({
  incident: z.string(),
  audience: address,
  revision: number,
  kind: noticeKind,
  card: messageRef,
  digest: z.string().nullable().default(null),
  at: number,
});

export const storedNotice: z.ZodType<Omit<Notice, 'attemptedAt'>> = z.object({
  key: z.string(),
  incident: z.string(),
  revision: number,
  kind: noticeKind,
  audience: address,
  owedSince: number,
  notBefore: number.nullable().default(null),
  digest: z.string().nullable().default(null),
});

export const storedSilence: z.ZodType<Silence> = z.object({
  id: z.string(),
  match: z.object({
    watch: z.string().nullable(),
    entity: z.string().nullable(),
    kind: z.enum(incidentKinds).nullable(),
    severity: severity.nullable(),
  }),
  from: number,
  until: number,
  by: actor,
  reason: z.string(),
  ended: z.object({ at: number, by: actor }).nullable(),
  copies: z.array(z.string()).nullable().default(null),
});

export const storedMessage: z.ZodType<Pick<ConsoleMessage, 'key' | 'at' | 'address'>> = z.object({
  key: z.string(),
  at: number,
  address,
});

const span = z.object({
  ...{ from: z.number(), to: z.number(), label: z.string() },
  // Before there were looks all were filled.
  look: z.enum(spanLooks).default('filled'),
}) satisfies z.ZodType<Span>;

const line = z.array(z.number().nullable());
const chart: z.ZodType<Chart> = z.object({
  title: z.string(),
  alt: z.string(),
  from: z.number(),
  to: z.number(),
  timeZone: z.string(),
  panels: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      times: z.array(z.number()),
      values: line,
      expected: line,
      lower: line,
      upper: line,
      limits: z.array(z.object({ value: z.number(), label: z.string() })),
    }),
  ),
  spans: z.array(span),
  simulated: z.boolean(),
});

const button: z.ZodType<Button> = z.object({
  text: z.string(),
  style: z.enum(['plain', 'good', 'danger']),
  path: z.array(z.string()),
  values: z.record(z.string(), z.string()),
  asks: z.array(z.string()),
});

export const storedReply: z.ZodType<Reply> = z.object({
  summary: z.string(),
  blocks: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('heading'),
        text: z.string(),
        tone: z.enum(['warning', 'critical', 'good', 'neutral']),
      }),
      z.object({ kind: z.literal('text'), text: z.string() }),
      z.object({ kind: z.literal('facts'), facts: z.array(z.object({ name: z.string(), value: z.string() })) }),
      z.object({ kind: z.literal('code'), text: z.string() }),
      z.object({ kind: z.literal('table'), columns: z.array(z.string()), rows: z.array(z.array(z.string())) }),
      z.object({ kind: z.literal('link'), text: z.string(), url: z.string() }),
      z.object({ kind: z.literal('chart'), chart }),
      z.object({ kind: z.literal('buttons'), buttons: z.array(button) }),
      z.object({ kind: z.literal('note'), text: z.string() }),
    ]),
  ),
  onlyYou: z.boolean(),
  data: z.record(z.string(), z.unknown()).exactOptional(),
});

export const storedText = z.string();

/** A value as the text of a column. JSON's escapes also carry NUL and lone surrogates, which PostgreSQL refuses as text. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  );
}

/** Reads the text of a column back; throws when it is not JSON or not of this shape. */
export function decode<T>(type: z.ZodType<T>, text: string): T {
  return type.parse(JSON.parse(text));
}
