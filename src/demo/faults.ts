import { type Fault, faultKinds } from '../core/demo.ts';
import { hosts } from './hosts.ts';
import { chance } from './wave.ts';

/** What a fault does to one quantity of one host. `rise` and `fall` are seconds; `after` is how much later it begins. */
export type Effect = {
  readonly host: string;
  readonly on: 'cpu' | 'memory' | 'disk' | 'network' | 'latency';
  /** In the quantity's own unit: a part of 1, for network bytes/s, for latency seconds. */
  readonly amount: number;
  readonly after: number;
  readonly rise: number;
  readonly fall: number;
};

const quick = { after: 0, rise: 5, fall: 15 };
const hourMs = 3_600_000;
/** No fault comes by itself so soon after the start. */
const quietMs = 600_000;
/** What went before the start was normal for so long. */
const calmBeforeMs = 3 * hourMs;

/** The hosts that a fault touches. */
export function touchedBy(fault: Pick<Fault, 'kind' | 'entity'>): ReadonlySet<string> {
  return new Set([fault.entity, ...effectsOf(fault).map(({ host }) => host)]);
}

export function effectsOf({ kind, entity }: Pick<Fault, 'kind' | 'entity'>): readonly Effect[] {
  switch (kind) {
    case 'spike':
      return [
        { host: entity, on: 'cpu', amount: 0.5, ...quick },
        { host: entity, on: 'latency', amount: 0.09, ...quick },
      ];
    case 'leak':
      return [{ host: entity, on: 'memory', amount: 0.42, after: 0, rise: 120, fall: 30 }];
    case 'shift':
      return [
        { host: entity, on: 'network', amount: 3.2e7, ...quick },
        { host: entity, on: 'disk', amount: 0.45, ...quick },
      ];
    case 'cascade':
      return [
        { host: 'db-1', on: 'disk', amount: 0.6, ...quick },
        { host: 'db-1', on: 'latency', amount: 0.15, ...quick },
        { host: 'api-1', on: 'latency', amount: 0.2, ...quick, after: 30 },
        { host: 'api-1', on: 'cpu', amount: 0.08, ...quick, after: 30 },
        { host: 'web-1', on: 'latency', amount: 0.25, ...quick, after: 60 },
        { host: 'web-2', on: 'latency', amount: 0.25, ...quick, after: 60 },
      ];
    case 'silence':
      return [];
  }
}

/**
 * The faults that come by themselves between two moments (epoch ms): a function of the seed, of the hours that are touched and
 * of when the cluster was started. Before the start there is about one a day; after it, about two in three hours.
 */
export function faultsByThemselves(seed: number, startedAt: number, from: number, to: number): readonly Fault[] {
  const found: Fault[] = [];
  for (let hour = Math.floor(from / hourMs) - 1; hour * hourMs <= to; hour += 1) {
    const isLive = (hour + 1) * hourMs > startedAt;
    if (chance(seed, hour, 1) >= (isLive ? 0.66 : 1 / 24)) continue;
    const begin = Math.floor((hour + 0.8 * chance(seed, hour, 2)) * hourMs);
    const until = begin + Math.floor(300_000 + 300_000 * chance(seed, hour, 3));
    const isCalm = until > startedAt - calmBeforeMs && begin < startedAt + quietMs;
    if (isCalm || until < from || begin > to) continue;
    found.push({
      kind: pick(faultKinds, chance(seed, hour, 4)),
      entity: pick(hosts, chance(seed, hour, 5)).name,
      from: begin,
      until,
    });
  }
  return found;
}

/** One of several, by a part of 1. */
export function pick<T>(from: readonly T[], part: number): T {
  const found = from[Math.floor(part * from.length)];
  if (found === undefined) throw new RangeError('there is nothing to pick from');
  return found;
}
