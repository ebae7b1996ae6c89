import type { Label } from '../../src/core/incident.ts';

import { gaussian, type Random } from '../../src/detection/random.ts';

/** Something that happens to one entity and that a detector sees; times are epoch ms. */
export type Cause = {
  readonly kind: string;
  readonly label: Label;
  readonly entity: string;
  readonly from: number;
  readonly until: number;
  /** The highest score that it comes to, in units of the threshold. */
  readonly peak: number;
  /** Whether it is there at once, or grows for as long as it lasts. */
  readonly shape: 'at once' | 'grows';
  /** The metrics that it moves, those that it moves most first. */
  readonly moves: readonly string[];
};

/** The median of a log-normal number and the deviation of its logarithm. */
type LogNormal = readonly [median: number, spread: number];

/** A kind of thing that happens in a noisy watch. */
type Kind = Pick<Cause, 'kind' | 'label' | 'shape'> & {
  readonly peak: LogNormal;
  readonly minutes: LogNormal;
  readonly moves: readonly string[];
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A Monday. */
const beginning = Date.UTC(2026, 0, 5);

const kinds = {
  backup: {
    kind: 'nightly backup',
    label: 'expected',
    shape: 'at once',
    peak: [1.35, 0.25],
    minutes: [30, 0.3],
    moves: ['disk_io', 'network_io'],
  },
  report: {
    kind: 'weekly report',
    label: 'expected',
    shape: 'at once',
    peak: [1.5, 0.25],
    minutes: [40, 0.4],
    moves: ['cpu', 'memory'],
  },
  deployment: {
    kind: 'deployment',
    label: 'expected',
    shape: 'at once',
    peak: [1.4, 0.3],
    minutes: [8, 0.6],
    moves: ['cpu', 'response_time'],
  },
  flapping: {
    kind: 'flapping host',
    label: 'noise',
    shape: 'at once',
    peak: [1.25, 0.2],
    minutes: [4, 0.7],
    moves: ['response_time'],
  },
  odd: { kind: 'odd minutes', label: 'noise', shape: 'at once', peak: [1.15, 0.15], minutes: [5, 0.7], moves: [] },
  saturation: {
    kind: 'saturation',
    label: 'real',
    shape: 'at once',
    peak: [1.8, 0.4],
    minutes: [25, 0.8],
    moves: ['cpu', 'response_time'],
  },
  leak: { kind: 'leak', label: 'real', shape: 'grows', peak: [2.5, 0.3], minutes: [120, 0.5], moves: ['memory'] },
  cascade: {
    kind: 'cascade',
    label: 'real',
    shape: 'at once',
    peak: [1.6, 0.35],
    minutes: [25, 0.7],
    moves: ['response_time', 'network_io'],
  },
  disk: {
    kind: 'slow disk',
    label: 'real',
    shape: 'at once',
    peak: [1.5, 0.35],
    minutes: [45, 0.7],
    moves: ['disk_io', 'response_time'],
  },
  broken: {
    kind: 'flapping host that breaks',
    label: 'real',
    shape: 'at once',
    peak: [1.6, 0.35],
    minutes: [25, 0.7],
    moves: ['response_time', 'memory'],
  },
  surge: {
    kind: 'surge of load',
    label: 'real',
    shape: 'at once',
    peak: [1.5, 0.3],
    minutes: [20, 0.5],
    moves: ['cpu', 'network_io', 'response_time'],
  },
} as const satisfies Readonly<Record<string, Kind>>;

/** What is of its own in each watch: which hosts do what, when, and how often. */
type Habits = {
  readonly hosts: readonly string[];
  readonly backup: { readonly hosts: readonly string[]; readonly hour: number };
  readonly report: { readonly hosts: readonly string[]; readonly weekday: number; readonly hour: number };
  readonly flapping: readonly string[];
  /** How busy the watch is with each, as a factor. */
  readonly pace: Readonly<Record<keyof typeof kinds, number>>;
};

/**
 * What happens in some days of a noisy watch of 16 hosts, where about one incident in four is real. Nobody needs to be woken by a backup at night that some hosts notice on
 * some nights, a weekly report, deployments in office hours that touch several hosts, two hosts that flap, and odd minutes of any host. What is
 * real comes at any hour and overlaps with each of these: a leak begins as faintly as odd minutes, a slow disk looks like the
 * backup and may come with it, a surge of load like a deployment, and a host that flaps can break.
 */
export function drawCauses(random: Random, days: number): readonly Cause[] {
  const habits = drawHabits(random);
  return Array.from({ length: days }, (_, day) => drawDay(random, habits, beginning + day * dayMs)).flat();
}

function drawHabits(random: Random): Habits {
  const hosts = Array.from({ length: 16 }, (_, at) => `host-${at + 1}`);
  return {
    hosts,
    backup: { hosts: pick(random, hosts, 4), hour: 1 + 3 * random.next() },
    report: { hosts: pick(random, hosts, 2), weekday: random.below(5), hour: 6 + 4 * random.next() },
    flapping: pick(random, hosts, 2),
    pace: Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0.6 + 0.8 * random.next()])) as Habits['pace'],
  };
}

function drawDay(random: Random, { hosts, backup, report, flapping, pace }: Habits, day: number): readonly Cause[] {
  const weekday = new Date(day).getUTCDay() - 1;
  const isOfficeDay = weekday >= 0 && weekday < 5;
  const anyTime = (): number => day + random.next() * dayMs;
  const officeTime = (): number => day + (8 + 10 * random.next()) * hourMs;
  const about = (hour: number): number => day + hour * hourMs + 8 * minuteMs * gaussian(random);
  const times = (mean: number): readonly number[] => Array.from({ length: poisson(random, mean) }, anyTime);
  const one = (kind: Kind, entity: string, from: number): Cause => drawCause(random, kind, entity, from);
  const several = (kind: Kind, most: number, from: number): readonly Cause[] =>
    pick(random, hosts, 2 + random.below(most - 1)).map((host) => one(kind, host, from + 6 * minuteMs * random.next()));
  const anyHost = (): string => pick(random, hosts, 1)[0] ?? '';
  return [
    ...backup.hosts
      .filter(() => random.next() < 0.5 * pace.backup)
      .map((host) => one(kinds.backup, host, about(backup.hour))),
    ...(weekday === report.weekday ? report.hosts.map((host) => one(kinds.report, host, about(report.hour))) : []),
    ...(isOfficeDay && random.next() < 0.5 * pace.deployment ? several(kinds.deployment, 4, officeTime()) : []),
    ...flapping.flatMap((host) => times(0.8 * pace.flapping).map((at) => one(kinds.flapping, host, at))),
    ...times(1.4 * pace.odd).map((at) => one(kinds.odd, anyHost(), at)),
    ...times(0.4 * pace.saturation).map((at) => one(kinds.saturation, anyHost(), at)),
    ...times(0.2 * pace.leak).map((at) => one(kinds.leak, anyHost(), at)),
    ...times(0.12 * pace.cascade).flatMap((at) => several(kinds.cascade, 6, at)),
    ...times(0.15 * pace.disk).map((at) => one(kinds.disk, anyHost(), at)),
    ...times(0.05 * pace.disk).map(() => one(kinds.disk, backup.hosts[random.below(4)] ?? '', about(backup.hour))),
    ...flapping.flatMap((host) => times(0.05 * pace.broken).map((at) => one(kinds.broken, host, at))),
    ...(isOfficeDay && random.next() < 0.12 * pace.surge ? several(kinds.surge, 3, officeTime()) : []),
  ];
}

function drawCause(
  random: Random,
  { kind, label, shape, peak, minutes, moves }: Kind,
  entity: string,
  from: number,
): Cause {
  const draw = ([median, spread]: LogNormal): number => median * Math.exp(spread * gaussian(random));
  return {
    kind,
    label,
    shape,
    entity,
    from,
    until: from + draw(minutes) * minuteMs,
    peak: draw(peak),
    moves: moves.length > 0 ? moves : pick(random, ['cpu', 'memory', 'disk_io', 'network_io', 'response_time'], 1),
  };
}

function pick<Thing>(random: Random, things: readonly Thing[], count: number): readonly Thing[] {
  const left = [...things];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)).flat();
}

/** How often something happens that happens so often in the mean (Knuth). */
function poisson(random: Random, mean: number): number {
  const enough = Math.exp(-mean);
  let [count, product] = [0, random.next()];
  while (product > enough) [count, product] = [count + 1, product * random.next()];
  return count;
}
