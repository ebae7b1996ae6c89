import type { Observation, Seen } from './core/detection.ts';
import type { FittedDetector, RowScore, Scorer } from './core/detector.ts';
import { longestRangeMs } from './core/duration.ts';
import type { Frame } from './core/frame.ts';
import type { FrameSource } from './core/frame-source.ts';
import type { Log } from './core/log.ts';
import { everyEntity } from './core/names.ts';
import type { EntitySituation, EntityState, ModelState, WatchSituation } from './core/situation.ts';
import { bridgedSteps, goneAfterMs, type Watch } from './core/watch.ts';
import { isAnomalous } from './detection/hold.ts';

/** The model of a watch, revived: a detector per entity. */
export type Models = { readonly state: ModelState; readonly detectors: ReadonlyMap<string, FittedDetector> };

export type Observer = {
  /** Reads every step that is due by `now` and judges the newest row; empty when no step is due. Throws as `FrameSource`. */
  observe(now: number, signal: AbortSignal): Promise<readonly Observation[]>;
  install(models: Models): void;
  /**
   * Entities that something is open on, and when each was last seen; one that does not come any more is missed from then on.
   * Their scorers start anew with rows from before `since`, when the oldest of it began: they would take it for normal otherwise.
   */
  expect(entities: ReadonlyMap<string, number>, since: number | null): void;
  /** How many of the entities that are seen no model knows. */
  strangers(): number;
  /** The model of an entity; null when it has none. */
  detectorOf(entity: string): FittedDetector | null;
  situation(): Omit<WatchSituation, 'unread'>;
};

/** Without a model there is nothing to warm up, but a panel wants a little history. */
const rowsWithoutModel = 1;
/**
 * After a hole of more than `bridgedSteps` nothing is judged until the longest range is whole again and has passed once more, for a server that
 * starts is itself at work; without ranges, for so many rows.
 */
const settlingRows = 4;
/** What has been wrong for longer than so many rows is not looked back on to its beginning: its scorer may take it for normal. */
const mostRowsBack = 600;
const [settlingRanges, longestSettlingMs] = [2, 15 * 60_000];
/** So many rows are judged before a command or a request has its turn: some milliseconds. */
const pushesAtOnce = 100;

type Step = { readonly at: number; readonly rows: ReadonlyMap<string, Float64Array> };

type Entity = {
  scorer: Scorer | null;
  lastSeen: number;
  /** The last step that its scorer was fed with a row of it, or the step before all that were fed. */
  lastFed: number;
  settledAt: number;
  row: Float64Array;
  score: RowScore | null;
  state: EntityState;
};

/** Watches the entities of one watch: keeps a scorer per entity fed with every step, in order, each once. */
export function createObserver(watch: Watch, frames: FrameSource, log: Log): Observer {
  const entities = new Map<string, Entity>();
  let installed: Models = { state: { kind: 'none', because: 'it has not been trained yet' }, detectors: new Map() };
  /** What judges: what is installed while it does waits for the next time. */
  let models = installed;
  let readAt: number | null = null;
  let fresh = true;
  let fedSince = 0;
  let pushes = 0;
  let open: { readonly since: number | null; readonly names: ReadonlySet<string> } = { since: null, names: new Set() };
  /** From when on those are fed that nothing is open on. */
  let fedFrom = 0;
  /** From the first step that could not be read to when what came after it has settled. */
  let unsettled = { from: 0, until: 0 };
  const gaps = new Float64Array(watch.metrics.length).fill(Number.NaN);
  const range = Math.max(...watch.metrics.map(({ query }) => longestRangeMs(query)));
  const settlingMs = Math.min(longestSettlingMs, Math.max(settlingRanges * range, settlingRows * watch.stepMs));

  function push(name: string, at: number, row: Float64Array): void {
    const entity = entities.get(name) ?? newEntity(models.detectors.get(name), fedSince);
    entities.set(name, entity);
    if (at - entity.lastFed > (bridgedSteps + 1) * watch.stepMs) entity.settledAt = at + settlingMs;
    entity.lastSeen = at;
    entity.lastFed = at;
    entity.row = row;
    const isUnsettled = at < entity.settledAt || (at >= unsettled.from && at < unsettled.until);
    entity.score = entity.scorer?.push(at, isUnsettled ? gaps : row) ?? null;
  }

  /** All scorers start anew; the steps that warm them up come from history, from before what is open. */
  function startAnew(at: number): number {
    const warmups = [...models.detectors.values()].map((detector) => detector.warmupRows);
    const rows = warmups.length === 0 ? rowsWithoutModel : Math.max(bridgedSteps + 1, ...warmups);
    const beginning = Math.floor((open.since ?? at) / watch.stepMs) * watch.stepMs;
    const back = warmups.length === 0 ? 0 : Math.max(0, Math.min(mostRowsBack, (at - beginning) / watch.stepMs));
    fedFrom = at - rows * watch.stepMs;
    fedSince = fedFrom - watch.stepMs;
    for (const [name, entity] of entities)
      Object.assign(entity, { scorer: models.detectors.get(name)?.open() ?? null, lastFed: fedSince, settledAt: 0 });
    return fedFrom - back * watch.stepMs;
  }

  /** Reads the steps `from..at`, in order, each a row per entity that was there. */
  async function* readSteps(from: number, at: number, signal: AbortSignal): AsyncGenerator<Step> {
    if (from >= at) {
      const rows = await frames.latest(watch, at, signal);
      yield { at, rows: new Map([...rows].filter(([, row]) => isThere(row))) };
      return;
    }
    const history = await frames.history(watch, { from, to: at, stepMs: watch.stepMs }, signal);
    for (let index = 0, time = from; time <= at; index += 1, time += watch.stepMs)
      yield { at: time, rows: rowsAt(history, index) };
  }

  function turnIsOver(): boolean {
    pushes += 1;
    return pushes % pushesAtOnce === 0;
  }

  /** Feeds every scorer one step; a known entity without a row at it gets a row of gaps. Others get their turn in between. */
  async function pushStep({ at, rows }: Step): Promise<void> {
    const isDue = (name: string): boolean => at >= fedFrom || open.names.has(name);
    for (const [name, row] of rows) {
      if (!isDue(name)) continue;
      push(name, at, row);
      if (turnIsOver()) await othersTurn();
    }
    for (const [name, entity] of entities) {
      if (rows.has(name) || !isDue(name)) continue;
      entity.score = entity.scorer?.push(at, gaps) ?? null;
      if (turnIsOver()) await othersTurn();
    }
  }

  async function observe(now: number, signal: AbortSignal): Promise<readonly Observation[]> {
    const at = Math.floor(now / watch.stepMs) * watch.stepMs;
    if (readAt !== null && at <= readAt) return [];
    if (installed.detectors !== models.detectors) fresh = true;
    models = installed;
    const missed = readAt === null ? 0 : (at - readAt) / watch.stepMs - 1;
    const broken = missed > bridgedSteps;
    if (broken && readAt !== null) unsettled = { from: readAt + watch.stepMs, until: at + settlingMs };
    const from = fresh || broken || readAt === null ? startAnew(at) : readAt + watch.stepMs;
    for await (const step of readSteps(from, at, signal)) await pushStep(step);
    fresh = false;
    readAt = at;
    const observations = judge(at);
    forgetTheGone(at);
    return observations;
  }

  /** Those that were judged silent for the last time. */
  function forgetTheGone(at: number): void {
    for (const [name, entity] of entities) if (at - entity.lastSeen >= goneAfterMs) entities.delete(name);
  }

  function judge(at: number): readonly Observation[] {
    const silent = [...entities.values()].filter((entity) => entity.lastSeen < at).length;
    const allSilent = entities.size > 1 && silent === entities.size;
    const observations: Observation[] = [];
    for (const [name, entity] of entities) {
      const observation = observationOf(name, entity, at);
      entity.state = stateOf(observation);
      if (!allSilent) observations.push(observation);
    }
    const all = { watch: watch.name, entity: everyEntity, at };
    if (allSilent) {
      const lastSeen = Math.max(...[...entities.values()].map((entity) => entity.lastSeen));
      log.warn('every entity of a watch is silent', { watch: watch.name, entities: entities.size });
      observations.push({ kind: 'silent', ...all, lastSeen });
    } else if (silent < entities.size) observations.push({ kind: 'normal', ...all });
    return observations;
  }

  function observationOf(name: string, entity: Entity, at: number): Seen {
    const common = { watch: watch.name, entity: name, at };
    if (entity.lastSeen < at) return { kind: 'silent', ...common, lastSeen: entity.lastSeen };
    const detector = models.detectors.get(name);
    if (detector === undefined || entity.scorer === null || entity.score?.kind !== 'scored') return warming(name, at);
    const { score } = entity.score;
    if (!isAnomalous(score, entity.state === 'anomalous', detector)) return { kind: 'normal', ...common };
    const detection = {
      ...common,
      score: score / detector.threshold,
      confidence: detector.confidence(score),
      because: entity.scorer.explain(),
    };
    return { kind: 'anomalous', ...common, detection };
  }

  const warming = (entity: string, at: number): Seen => ({ kind: 'warming', watch: watch.name, entity, at });

  function relativeScore(name: string, { score }: Entity): number | null {
    const threshold = models.detectors.get(name)?.threshold;
    return score?.kind === 'scored' && threshold !== undefined ? score.score / threshold : null;
  }

  function situationOf(name: string, entity: Entity): EntitySituation {
    const usual = entity.score?.kind === 'scored' ? (entity.scorer?.expectations() ?? []) : [];
    const readings = watch.metrics.map((metric, index) => {
      const { expected = null, lower = null, upper = null } = usual.find((one) => one.metric === metric.name) ?? {};
      const { name: ofMetric, unit, harm, query } = metric;
      return { metric: ofMetric, unit, harm, query, value: entity.row[index] ?? Number.NaN, expected, lower, upper };
    });
    return { entity: name, state: entity.state, at: entity.lastSeen, score: relativeScore(name, entity), readings };
  }

  return {
    observe,
    install(next) {
      // The same detectors go on where they are: only what is said of them is new.
      installed = next;
    },
    expect(expected, since) {
      open = { since, names: new Set(expected.keys()) };
      for (const [name, lastSeen] of expected)
        if (!entities.has(name))
          entities.set(name, { ...newEntity(models.detectors.get(name), fedSince), lastSeen, state: 'silent' });
    },
    strangers: () => [...entities.keys()].filter((name) => !installed.detectors.has(name)).length,
    detectorOf: (entity) => installed.detectors.get(entity) ?? null,
    situation: () => ({
      watch: watch.name,
      model: installed.state,
      at: readAt,
      entities: [...entities].map(([name, entity]) => situationOf(name, entity)),
    }),
  };
}

/** Lets what waits be done first. */
const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The rows of all entities at one index of their frames; an entity with nothing but gaps at it was not there. */
function rowsAt(history: ReadonlyMap<string, Frame>, index: number): ReadonlyMap<string, Float64Array> {
  const rows = new Map<string, Float64Array>();
  for (const [name, frame] of history) {
    const row = Float64Array.from(frame.columns, (column) => column.values[index] ?? Number.NaN);
    if (isThere(row)) rows.set(name, row);
  }
  return rows;
}

/** Series without a number say as little as none. */
function isThere(row: Float64Array): boolean {
  return row.some((value) => !Number.isNaN(value));
}

function newEntity(detector: FittedDetector | undefined, fedSince: number): Entity {
  const scorer = detector?.open() ?? null;
  const row = new Float64Array();
  return { scorer, lastSeen: 0, lastFed: fedSince, settledAt: 0, row, score: null, state: 'warming up' };
}

function stateOf(observation: Seen): EntityState {
  return observation.kind === 'warming' ? 'warming up' : observation.kind;
}
