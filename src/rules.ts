import { z } from 'zod';
import type { Address } from './core/address.ts';
import { durationMs } from './core/duration.ts';
import { incidentKinds, severities } from './core/incident.ts';
import type { Mention } from './core/mention.ts';
import { alertsWatch, chatWatch, sourceWatch } from './core/names.ts';
import { noRules, type Rules, type Weekly } from './core/routing.ts';
import type { Matcher } from './core/silence.ts';
import { timeZoneOf } from './core/time-zone.ts';

/** A length of time as Prometheus writes it: 30s, 5m, 1h30m, 7d. Gives ms. */
export const duration = z
  .string('is a length of time such as 30s, 5m or 7d')
  .regex(/^(\d+[smhdw])+$/, 'is a length of time such as 30s, 5m or 7d')
  .transform(durationMs);

export const address = z
  .string()
  .regex(
    /^(slack:[CGD][A-Z0-9]{5,}|discord:\d{15,20}|console)$/,
    'is console, slack:<channel ID> or discord:<channel ID>',
  )
  .transform((text): Address => {
    const [platform = '', channel = 'main'] = text.split(':');
    return { platform, channel, thread: null };
  });

/** A person or user group of Slack, or a person or role of Discord. */
const mention = z
  .string()
  .regex(
    /^(slack:[UWS][A-Z0-9]{5,}|discord:(role:)?\d{15,20})$/,
    'is slack:<user or group ID>, discord:<user ID> or discord:role:<role ID>',
  )
  .transform((text): Mention => {
    const [platform = '', first = '', second] = text.split(':');
    if (platform === 'slack') return { platform, to: first.startsWith('S') ? 'group' : 'person', id: first };
    return second === undefined ? { platform, to: 'person', id: first } : { platform, to: 'role', id: second };
  });

const pattern = z.string().trim().min(1, 'is empty').max(200, 'is over 200 characters').nullable().default(null);
const match = z
  .strictObject({
    watch: pattern,
    entity: pattern,
    kind: z
      .enum(incidentKinds, `is ${incidentKinds.join(', ')}`)
      .nullable()
      .default(null),
    severity: z
      .enum(severities, `is ${severities.join(' or ')}`)
      .nullable()
      .default(null),
  })
  .transform((parsed): Matcher => parsed);
const anything: Matcher = { watch: null, entity: null, kind: null, severity: null };

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const time = z
  .string('is a time such as "08:30", in quotes')
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time such as "08:30", in quotes')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
const zone = z
  .string()
  .refine((name) => name === 'UTC' || timeZoneOf(name).name === name, 'is no time zone such as Europe/Berlin')
  .default('UTC');
const weekly = z
  .strictObject({
    days: z
      .array(z.enum(dayNames, `is ${dayNames.join(', ')}`))
      .min(1, 'has at least one day')
      .default([...dayNames]),
    ...{ from: time, to: time, zone },
  })
  .transform(({ days, ...rest }): Weekly => ({ days: days.map((day) => dayNames.indexOf(day)), ...rest }));

const instant = z.iso
  .datetime({ offset: true, error: 'is a moment such as 2026-12-01T20:00:00Z' })
  .transform((text) => Date.parse(text));
const once = z
  .strictObject({ from: instant, to: instant })
  .refine(({ from, to }) => from < to, 'ends before it begins')
  .transform(({ from, to }) => ({ from, until: to }));

const step = z
  .strictObject({
    after: duration.refine((ms) => ms >= 60_000 && ms <= 7 * 86_400_000, 'is between 1m and 7d'),
    mention: z.array(mention).max(10, 'has at most 10').default([]),
    to: z.array(address).max(10, 'has at most 10').default([]),
  })
  .refine(({ mention, to }) => mention.length + to.length > 0, 'mentions nobody and goes nowhere')
  .transform(({ after, ...rest }) => ({ afterMs: after, ...rest }));

const route = z
  .strictObject({
    match: match.default(anything),
    hours: weekly.nullable().default(null),
    to: z.array(address).max(20, 'has at most 20').default([]),
    escalate: z
      .array(step)
      .max(10, 'has at most 10 steps')
      .refine(
        (steps) => !steps.some(({ afterMs }, at) => afterMs <= (steps[at - 1]?.afterMs ?? 0)),
        'has a step that is not after the one before it',
      )
      .default([]),
    repeat: duration
      .refine((ms) => ms >= 300_000, 'is at least 5m')
      .nullable()
      .default(null),
  })
  .transform(({ repeat, ...rest }) => ({ ...rest, repeatMs: repeat }));

const window = z
  .strictObject({
    name: z.string().trim().min(1, 'is empty').max(100, 'is over 100 characters'),
    match: match.default(anything),
    once: once.optional(),
    weekly: weekly.optional(),
  })
  .refine((one) => (one.once === undefined) !== (one.weekly === undefined), 'has either once or weekly')
  .transform(({ name, match, once, weekly }) => ({ name, match, time: once ?? weekly ?? { from: 0, until: 0 } }));

const inhibition = z.strictObject({
  source: match,
  target: match,
  same: z.enum(['entity', 'watch'], 'is entity or watch').nullable().default(null),
});

/** What a watches file may say of who is told, beside its watches. */
export const rulesSchema = {
  routes: z.array(route).max(100, 'has at most 100 routes').default([]),
  maintenance: z.array(window).max(100, 'has at most 100 windows').default([]),
  inhibit: z.array(inhibition).max(100, 'has at most 100 rules').default([]),
  quiet_hours: weekly.nullable().default(null),
  digest_above: z
    .int('is a whole number')
    .min(1, 'is at least 1')
    .max(1_000, 'is at most 1000')
    .default(noRules.digestAbove),
};

const parsedRules = z.object(rulesSchema);
type ParsedRules = z.infer<typeof parsedRules>;

export function rulesOf({ quiet_hours, digest_above, ...rest }: ParsedRules): Rules {
  return { ...rest, quietHours: quiet_hours, digestAbove: digest_above };
}

type Misnamed = { readonly path: readonly (string | number)[]; readonly problem: string };

/** Names of watches that no watch has: what is meant for them would never happen. */
export function unknownNames(
  { routes, maintenance, inhibit }: ParsedRules,
  watches: readonly string[],
): readonly Misnamed[] {
  const known = [...watches, sourceWatch, alertsWatch, chatWatch];
  const of = (path: Misnamed['path'], { watch }: Matcher): readonly Misnamed[] =>
    watch === null || watch.includes('*') || known.includes(watch)
      ? []
      : [{ path: [...path, 'watch'], problem: `names no watch: there is ${known.join(', ')}` }];
  return [
    ...routes.flatMap(({ match }, at) => of(['routes', at, 'match'], match)),
    ...maintenance.flatMap(({ match }, at) => of(['maintenance', at, 'match'], match)),
    ...inhibit.flatMap(({ source, target }, at) => [
      ...of(['inhibit', at, 'source'], source),
      ...of(['inhibit', at, 'target'], target),
    ]),
  ];
}

/** Every address that rules send to, with where it stands. */
export function addressesIn({ routes }: Rules): readonly { readonly where: string; readonly address: Address }[] {
  return routes.flatMap(({ to, escalate }, at) => [
    ...to.map((address) => ({ where: `route ${at + 1}`, address })),
    ...escalate.flatMap((step) => step.to).map((address) => ({ where: `the escalation of route ${at + 1}`, address })),
  ]);
}
