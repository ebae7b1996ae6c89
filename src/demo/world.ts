import type { Fault } from '../core/demo.ts';
import { effectsOf, faultsByThemselves, touchedBy } from './faults.ts';
import { type Host, hosts } from './hosts.ts';
import type { Looks, ReadSamples } from './promql/evaluate.ts';
import { type Acting, type SimulatedSeries, seriesOf } from './series.ts';
import { chance, numberOf } from './wave.ts';

export type WorldOptions = {
  readonly seed: number;
  readonly startedAt: number;
  /** Whether faults come by themselves. */
  readonly autoFaults: boolean;
};

export type World = {
  /** The samples of every series that matches, `from..to` in epoch ms, as if they had been scraped. */
  readonly read: ReadSamples;
  /** Everything that is or was broken between two moments. */
  faults(from: number, to: number): readonly Fault[];
};

export const historyMs = 21 * 86_400_000;
const scrapeMs = 15_000;
/** A host is started anew this often. */
const uptimeSeconds = 10 * 86_400;
const missedScrapes = 0.002;

type Target = {
  readonly host: Host;
  readonly id: number;
  readonly offsetMs: number;
  readonly series: readonly SimulatedSeries[];
};

/** The simulated cluster as a function of seed, start, time and the faults that people made (`broken`, which may grow). */
export function createWorld({ seed, startedAt, autoFaults }: WorldOptions, broken: () => readonly Fault[]): World {
  const targets = hosts.map((host): Target => {
    const id = numberOf(`${seed}/${host.name}/scrape`);
    const phase = Math.floor(uptimeSeconds * chance(id, 1));
    const startedOf = (time: number): number => Math.floor((time - phase) / uptimeSeconds) * uptimeSeconds + phase;
    return { host, id, offsetMs: Math.floor(scrapeMs * chance(id, 2)), series: seriesOf(host, seed, startedOf) };
  });
  const bootOf = ({ id }: Target, time: number): number => {
    const phase = Math.floor(uptimeSeconds * chance(id, 1));
    return Math.floor((time - phase) / uptimeSeconds) * uptimeSeconds + phase;
  };

  /** Faults by themselves keep away from a host that people have broken. */
  function faults(from: number, to: number): readonly Fault[] {
    const made = broken().filter((fault) => fault.from <= to && (fault.until ?? to) >= from);
    if (!autoFaults) return made;
    const own = faultsByThemselves(seed, startedAt, from, to);
    return [...own.filter((fault) => !broken().some((other) => collide(fault, other))), ...made];
  }

  /** The effects on one host that any of its counters still remembers, and its silences. */
  function actingOn(
    host: Host,
    all: readonly Fault[],
  ): { readonly acting: readonly Acting[]; readonly silences: readonly Fault[] } {
    const acting = all.flatMap((fault) =>
      effectsOf(fault)
        .filter((effect) => effect.host === host.name)
        .map((effect) => ({
          ...effect,
          from: fault.from / 1_000,
          until: (fault.until ?? Number.POSITIVE_INFINITY) / 1_000,
        })),
    );
    return { acting, silences: all.filter(({ kind, entity }) => kind === 'silence' && entity === host.name) };
  }

  function timesOf(
    { id, offsetMs }: Target,
    silences: readonly Fault[],
    from: number,
    to: number,
    looks: Looks | undefined,
  ): Float64Array {
    const first = Math.max(from, startedAt - historyMs);
    const times: number[] = [];
    let look = 0;
    for (let scrape = Math.ceil((first - offsetMs) / scrapeMs); scrape * scrapeMs + offsetMs <= to; scrape += 1) {
      const at = scrape * scrapeMs + offsetMs;
      while ((looks?.grid[look] ?? at) < at) look += 1;
      if (looks !== undefined && at < (looks.grid[look] ?? at) - looks.backMs) continue;
      const isSilent = silences.some((fault) => at >= fault.from && at < (fault.until ?? Number.POSITIVE_INFINITY));
      if (!isSilent && chance(id, scrape) >= missedScrapes) times.push(at);
    }
    return Float64Array.from(times);
  }

  return {
    faults,
    read(selector, from, to, looks) {
      // A counter is a sum of all that was since its host was started.
      const all = faults(from - 2 * uptimeSeconds * 1_000, to);
      return targets.flatMap((target) => {
        const wanted = target.series.filter(({ labels }) =>
          selector.matchers.every(({ label, matches }) => matches(labels[label] ?? '')),
        );
        if (wanted.length === 0) return [];
        const { acting, silences } = actingOn(target.host, all);
        const times = timesOf(target, silences, from, to, looks);
        return times.length === 0
          ? []
          : wanted.map((series) => ({
              labels: series.labels,
              times,
              values: valuesOf(series, times, acting, (time) => bootOf(target, time)),
            }));
      });
    },
  };
}

function valuesOf(
  series: SimulatedSeries,
  times: Float64Array,
  acting: readonly Acting[],
  bootOf: (time: number) => number,
): Float64Array {
  if (series.kind === 'gauge') return times.map((ms) => series.at(ms / 1_000, acting));
  let [boot, before] = [Number.NaN, 0];
  return times.map((ms) => {
    const time = ms / 1_000;
    const started = bootOf(time);
    if (started !== boot) {
      boot = started;
      before = series.at(boot, acting);
    }
    return series.at(time, acting) - before;
  });
}

/** Whether two faults touch the same host at the same time. */
export function collide(one: Fault, other: Fault): boolean {
  const touched = touchedBy(other);
  const isTogether =
    one.from <= (other.until ?? Number.POSITIVE_INFINITY) && other.from <= (one.until ?? Number.POSITIVE_INFINITY);
  return isTogether && [...touchedBy(one)].some((host) => touched.has(host));
}
