import type { EntityForecast, ForecastReport, LimitOutlook } from '../core/forecast.ts';
import { formatDuration, formatMoment, formatTime, formatValue } from '../core/format.ts';
import type { Block, Reply, Tone } from '../core/reply.ts';
import { coneOf } from './forecast-cone.ts';
import { type Asked, endOf, type Forecasted, methodOf, othersOf, sentenceOf } from './forecast-words.ts';

export type { Asked } from './forecast-words.ts';

/** Rows of a table that a person still reads. */
const shownRows = 20;
/** Points of a course that a machine is told. */
const toldPoints = 48;

/** A forecast in words: of one entity with all that is known of it, of several as a table, the most urgent first. */
export function forecastReply(asked: Asked, report: ForecastReport): Reply {
  const [first] = report.entities;
  const isAlone = report.entities.length === 1 && report.leftOut === 0;
  const summary = isAlone && first !== undefined ? sentenceOf(asked, first, report.now) : summaryOf(asked, report);
  return {
    summary: `${summary}.`,
    blocks: [
      { kind: 'heading', text: summary, tone: toneOf(report.entities) },
      ...(isAlone ? [] : [tableOf(asked, report)]),
      ...detailsOf(asked, report, isAlone),
      ...(isAlone && first?.kind === 'forecast' ? [{ kind: 'chart' as const, chart: coneOf(asked, first) }] : []),
      { kind: 'note', text: sourceOf(asked, report) },
    ],
    onlyYou: false,
    data: dataOf(asked, report, `${summary}.`),
  };
}

function summaryOf(asked: Asked, { entities, now }: ForecastReport): string {
  const [first] = entities;
  const meets = first?.kind === 'forecast' ? first.limit?.kind : undefined;
  if (first !== undefined && (meets === 'reaches' || meets === 'is beyond')) return sentenceOf(asked, first, now);
  const { name, horizon, request } = asked;
  const known = entities.filter((one) => one.kind === 'forecast').length;
  if (known === 0) return `None of ${entities.length} entities can be forecast over ${horizon}`;
  if (request.limit === null) return `${name} of ${known} entities in ${horizon}`;
  const value = formatValue(request.limit, request.unit);
  return `${name} ${request.harm === 'down' ? 'falls to' : 'reaches'} ${value} within ${horizon} on none of ${known} entities`;
}

function toneOf(entities: readonly EntityForecast[]): Tone {
  const outlooks = entities.flatMap((one): readonly (LimitOutlook | null)[] =>
    one.kind === 'forecast' ? [one.limit] : [],
  );
  if (outlooks.some((limit) => limit?.kind === 'is beyond')) return 'critical';
  if (outlooks.some((limit) => limit?.kind === 'reaches')) return 'warning';
  return outlooks.some((limit) => limit?.kind === 'stays clear') ? 'good' : 'neutral';
}

function tableOf(asked: Asked, { entities, now }: ForecastReport): Block {
  const { horizon, request } = asked;
  const limit = request.limit === null ? [] : [formatValue(request.limit, request.unit)];
  return {
    kind: 'table',
    columns: ['entity', 'now', ...limit, `in ${horizon}`, 'by', 'off by'],
    rows: entities.slice(0, shownRows).map((one) => {
      if (one.kind !== 'forecast') return [one.entity, one.kind, ...limit.map(() => ''), '', '', ''];
      const winner = one.contenders[0];
      return [
        one.entity,
        formatValue(one.seen, request.unit),
        ...limit.map(() => whenOf(one.limit, now)),
        endOf(one, request.unit).replace(' (80 %)', ''),
        winner?.name ?? '',
        formatValue(winner?.error ?? Number.NaN, request.unit),
      ];
    }),
  };
}

function whenOf(limit: LimitOutlook | null, now: number): string {
  switch (limit?.kind) {
    case 'is beyond':
      return limit.back === null ? 'already' : `already, until ${formatMoment(limit.back.at, now)}`;
    case 'reaches': {
      const { at, from, to } = limit.moment;
      const late = to === null ? 'later or never' : formatMoment(to, now);
      return `${formatMoment(at, now)} (${formatMoment(from, now)} – ${late})`;
    }
    case 'stays clear':
      return limit.chance > 0 ? `no (chance ${Math.round(100 * limit.chance)} %)` : 'no';
    case undefined:
      return '';
  }
}

/** What there is to say beside the heading of a lone entity, or beside the table: why there is no forecast of some. */
function detailsOf(asked: Asked, { entities, now }: ForecastReport, isAlone: boolean): readonly Block[] {
  const [first] = entities;
  if (isAlone) return first?.kind === 'forecast' ? [factsOf(asked, first, now)] : [];
  const without = entities.slice(0, shownRows).filter((one) => one.kind !== 'forecast');
  const lines = without.map((one) => `${sentenceOf(asked, one, now)}.`);
  return lines.length === 0 ? [] : [{ kind: 'text', text: lines.join('\n') }];
}

function factsOf(asked: Asked, one: Forecasted, now: number): Block {
  const { unit } = asked.request;
  const { from, stepMs, expected } = one.band;
  const end = from + (expected.length - 1) * stepMs;
  const others = othersOf(one.contenders);
  const highest = expected.reduce((most, value, step) => (value > (expected[most] ?? value) ? step : most), 0);
  return {
    kind: 'facts',
    facts: [
      { name: 'now', value: `${formatValue(one.seen, unit)} at ${formatMoment(one.seenAt, now)}` },
      { name: `expected at ${formatMoment(end, now)}`, value: endOf(one, unit) },
      {
        name: 'highest expected',
        value: `${formatValue(expected[highest] ?? Number.NaN, unit)} at ${formatMoment(from + highest * stepMs, now)}`,
      },
      { name: 'forecast by', value: methodOf(one, asked) },
      ...(others === '' ? [] : [{ name: 'further off', value: others }]),
    ],
  };
}

function sourceOf(
  { request, simulated }: Asked,
  { now, stepMs, historyMs, entities, leftOut }: ForecastReport,
): string {
  const hidden = entities.length > shownRows ? [`the first ${shownRows} of ${entities.length}`] : [];
  const left = leftOut > 0 ? [`${leftOut} entities that are further from harm were left out; name one to see it`] : [];
  const history = `prometheus, up to ${formatDuration(historyMs)} of history in steps of ${formatDuration(stepMs)} until ${formatTime(now)}`;
  const bands = request.limit === null ? 'bands' : 'bands and intervals of time';
  return [
    ...hidden,
    ...left,
    history,
    `${bands} hold 80 %, set by the errors of the rolling tests`,
    ...(simulated ? ['simulated cluster'] : []),
  ].join(' · ');
}

/** The same for a machine: plain numbers, and a long course thinned. */
function dataOf(asked: Asked, report: ForecastReport, text: string): Readonly<Record<string, unknown>> {
  const { unit, limit, horizonMs } = asked.request;
  const { now, leftOut, entities } = report;
  return {
    forecast: {
      metric: asked.name,
      unit,
      limit,
      horizonMs,
      now,
      leftOut,
      text,
      entities: entities.map((one) => {
        const said = { entity: one.entity, text: sentenceOf(asked, one, now) };
        if (one.kind !== 'forecast') return { ...said, by: null, meets: null, chance: null, moment: null, band: [] };
        const [winner] = one.contenders;
        const [moment, chance] = one.limit?.kind === 'reaches' ? [one.limit.moment, one.limit.chance] : [null, null];
        const by = winner === undefined ? null : { name: winner.name, error: winner.error, tests: winner.tests };
        return { ...said, by, meets: one.limit?.kind ?? null, chance, moment, band: pointsOf(one) };
      }),
    },
  };
}

function pointsOf({ band: { from, stepMs, expected, lower, upper } }: Forecasted): readonly object[] {
  const every = Math.ceil(expected.length / toldPoints);
  const told = [...expected.keys()].filter((step) => (step + 1) % every === 0 || step === expected.length - 1);
  return told.map((step) => ({
    at: from + step * stepMs,
    expected: expected[step],
    lower: lower[step],
    upper: upper[step],
  }));
}
