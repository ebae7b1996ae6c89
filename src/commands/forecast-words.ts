import type { Contender, EntityForecast, ForecastRequest, Moment } from '../core/forecast.ts';
import { formatBetween, formatDuration, formatMoment, formatValue } from '../core/format.ts';

/** What was asked for, as it was asked. */
export type Asked = {
  /** What the metric is called. */
  readonly name: string;
  readonly horizon: string;
  readonly simulated: boolean;
  /** IANA name of the time zone that pictures are in. */
  readonly timeZone: string;
  readonly request: ForecastRequest;
};

export type Forecasted = Extract<EntityForecast, { readonly kind: 'forecast' }>;

/** "cpu of web-1 reaches 90 % at 14:20 UTC, between 13:05 and 16:40 UTC (80 %)", or whatever else there is to say. */
export function sentenceOf(asked: Asked, one: EntityForecast, now: number): string {
  const { name, horizon, request } = asked;
  const subject = `${name} of ${one.entity}`;
  switch (one.kind) {
    case 'too little history':
      return `${subject} has ${formatDuration(one.knownMs)} of history and needs ${formatDuration(one.neededMs - one.knownMs)} more for a forecast over ${horizon}`;
    case 'silent':
      return `${subject} has had no value since ${formatMoment(one.lastSeen, now)}`;
    case 'unsuited':
      return `${subject} can not be forecast: ${one.because}`;
    case 'forecast':
      return request.limit === null
        ? `${subject} is expected at ${endOf(one, request.unit)} in ${horizon}`
        : `${subject} ${meetingOf(asked, one, request.limit, now)}`;
  }
}

function meetingOf(
  { horizon, request }: Asked,
  { limit: meets, seen }: Forecasted,
  limit: number,
  now: number,
): string {
  const value = formatValue(limit, request.unit);
  const [reaches, beyond, back] =
    request.harm === 'down' ? ['falls to', 'at or below', 'rises above'] : ['reaches', 'at or above', 'falls below'];
  if (meets?.kind === 'reaches') return `${reaches} ${value} ${momentOf(meets.moment, horizon, now)}`;
  if (meets?.kind === 'is beyond') {
    const already = `is ${beyond} ${value} already (${formatValue(seen, request.unit)})`;
    return meets.back === null
      ? `${already} and does not leave it within ${horizon}`
      : `${already} and ${back} it ${momentOf(meets.back, horizon, now)}`;
  }
  return `does not ${request.harm === 'down' ? 'fall to' : 'reach'} ${value} within ${horizon}${chanceOf(meets?.chance ?? 0)}`;
}

function chanceOf(chance: number): string {
  return chance > 0 ? ` (chance ${Math.round(100 * chance)} %)` : '';
}

/** "at 14:20 UTC, between 13:05 and 16:40 UTC (80 %)" */
function momentOf({ at, from, to }: Moment, horizon: string, now: number): string {
  const around =
    to === null
      ? `not before ${formatMoment(from, now)} and perhaps not within ${horizon}`
      : `between ${formatBetween(from, to, now)}`;
  return `at ${formatMoment(at, now)}, ${around} (80 %)`;
}

/** "43 %, between 40 % and 46 % (80 %)": the last moment of the forecast. */
export function endOf({ band }: Forecasted, unit: string): string {
  const [expected, lower, upper] = [band.expected, band.lower, band.upper].map((values) =>
    formatValue(values.at(-1) ?? Number.NaN, unit),
  );
  return `${expected}, between ${lower} and ${upper} (80 %)`;
}

/** "ridge (day), typically off by 2.1 % over 24h in 20 rolling tests" */
export function methodOf({ contenders: [winner] }: Forecasted, { horizon, request }: Asked): string {
  if (winner === undefined) return 'untested';
  return `${winner.name}, typically off by ${formatValue(winner.error, request.unit)} over ${horizon} in ${winner.tests} rolling tests`;
}

/** "prophet by 4 %, level by 160 %": those who came second and later, by how much more they were off in the same tests. */
export function othersOf(contenders: readonly Contender[]): string {
  return contenders
    .slice(1)
    .map(({ name, behind }) => `${name} by ${formatValue(Math.round(100 * (behind - 1)), '%')}`)
    .join(', ');
}
