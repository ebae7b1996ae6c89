import { quantile, sortedFinite } from '../quantile.ts';
import { countKnownRows } from '../rows.ts';
import { type FeatureGroup, type FeatureKind, forEachMetric, type History } from './feature-group.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/** What history shows of the clock; times are UTC. */
export type Season = {
  readonly knowsDay: boolean;
  readonly knowsWeek: boolean;
  /** By metric and hour of day, its median in that hour, in scaled units; NaN where history has none. */
  readonly usual: readonly Float64Array[];
};

const clockKinds: readonly FeatureKind[] = [
  ...(['sin', 'cos'] as const).map((wave) => ({
    name: `${wave} hour`,
    per: 'row' as const,
    formula: `${wave}(2π · time of day / 1 d), of a day of history or more`,
    unit: '1',
    reason: 'what is normal at noon may not be at night; the circle has no seam at midnight',
  })),
  ...(['sin', 'cos'] as const).map((wave) => ({
    name: `${wave} week`,
    per: 'row' as const,
    formula: `${wave}(2π · time of week / 7 d), of a week of history or more`,
    unit: '1',
    reason: 'the same for working days and weekends',
  })),
];

const metricKinds: readonly FeatureKind[] = [
  {
    name: 'off season',
    per: 'metric',
    formula:
      'x − median of history at this hour of day (between hours by the straight line), of a day of history or more',
    unit: 'spreads',
    reason: 'a night job at noon, and a noon without load',
  },
];

/** Where the clock stands, and how far a metric is from what it usually is at this hour. */
export const seasonGroup: FeatureGroup = {
  name: 'season',
  kinds: [...clockKinds, ...metricKinds],
  fit(history) {
    const season = fitSeason(history);
    return {
      features: [...clockKinds.map((kind) => ({ ...kind, of: '' })), ...forEachMetric(history.metrics, metricKinds)],
      open: () => ({
        push({ at, scaled }, features) {
          for (let clock = 0; clock < clockKinds.length; clock += 1) features[clock] = clockAt(season, clock, at);
          const place = hourPlace(at);
          for (let metric = 0; metric < scaled.length; metric += 1)
            features[clockKinds.length + metric] =
              (scaled[metric] ?? Number.NaN) - usualAt(season.usual[metric], place);
        },
      }),
      fill({ frame: { times }, scaled }, take) {
        clockKinds.forEach((_, clock) => {
          take(
            clock,
            times.map((at) => clockAt(season, clock, at)),
          );
        });
        const places = times.map(hourPlace);
        scaled.forEach((column, metric) => {
          const usual = season.usual[metric];
          take(
            clockKinds.length + metric,
            column.map((value, row) => value - usualAt(usual, places[row] ?? Number.NaN)),
          );
        });
      },
    };
  },
};

/** History that has not gone round the clock knows nothing of it. */
function fitSeason({ frame, stepMs, scaled }: History): Season {
  const knownMs = countKnownRows(frame) * stepMs;
  const knowsDay = knownMs >= dayMs;
  const hours = frame.times.map((at) => Math.floor((at % dayMs) / hourMs));
  const usual = scaled.map((column) =>
    Float64Array.from({ length: 24 }, (_, hour) => {
      if (!knowsDay) return Number.NaN;
      return quantile(sortedFinite(column.filter((_, row) => hours[row] === hour)), 0.5);
    }),
  );
  return { knowsDay, knowsWeek: knownMs >= weekMs, usual };
}

/** The sine and cosine of the time of day, then those of the time of week. */
function clockAt({ knowsDay, knowsWeek }: Season, clock: number, at: number): number {
  const isDay = clock < 2;
  if (!(isDay ? knowsDay : knowsWeek)) return Number.NaN;
  const period = isDay ? dayMs : weekMs;
  const angle = (2 * Math.PI * (at % period)) / period;
  return clock % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
}

/** The time of day in hours after the middle of the first. */
const hourPlace = (at: number): number => (at % dayMs) / hourMs - 0.5;

/** What is usual between the middles of two hours. */
function usualAt(usual: Float64Array | undefined, place: number): number {
  const below = Math.floor(place);
  const before = usual?.[(below + 24) % 24] ?? Number.NaN;
  const after = usual?.[(below + 1) % 24] ?? Number.NaN;
  return before + (after - before) * (place - below);
}
