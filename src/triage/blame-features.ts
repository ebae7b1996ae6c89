import type { Contribution } from '../core/detector.ts';
import type { Incident } from '../core/incident.ts';
import type { WatchedMetric } from '../core/watch.ts';

export const blameNames = [
  'share of the first metric',
  'share of percentages',
  'share of bytes',
  'share of times',
  'share of rates',
  'share of what is above',
  'distance of the first metric',
] as const;

export type BlameFeatures = Readonly<Record<(typeof blameNames)[number], number>>;

/** What is to blame, by kinds of metrics: watches have metrics of different names, and units in common. */
export function blameFeatures({ because }: Incident, metrics: readonly WatchedMetric[]): BlameFeatures {
  const units = new Map(metrics.map(({ name, unit }) => [name, unit]));
  const shareOf = (belongs: (part: Contribution) => boolean): number =>
    because.filter(belongs).reduce((sum, { share }) => sum + share, 0);
  const shareIn = (...named: readonly string[]): number =>
    shareOf(({ metric }) => named.includes(units.get(metric) ?? 'unknown'));
  const [first] = because;
  return {
    'share of the first metric': first?.share ?? 0,
    'share of percentages': shareIn('%'),
    'share of bytes': shareIn('bytes', 'bytes/s'),
    'share of times': shareIn('s'),
    'share of rates': shareIn('1/s'),
    'share of what is above': shareOf(({ seen, expected }) => seen > expected),
    'distance of the first metric': first === undefined ? 0 : distanceOf(first),
  };
}

/** How far apart seen and expected are beside their size: from 0 (the same) to 1 (one of them is zero, or they differ in sign). */
function distanceOf({ seen, expected }: Contribution): number {
  const size = Math.max(Math.abs(seen), Math.abs(expected));
  return size === 0 ? 0 : Math.min(1, Math.abs(seen - expected) / size);
}
