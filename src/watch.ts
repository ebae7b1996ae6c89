import type { Connection } from './core/chat.ts';
import type { Observation } from './core/detection.ts';
import type { FittedDetector } from './core/detector.ts';
import { messageOf, UsageError } from './core/errors.ts';
import type { FrameSource } from './core/frame-source.ts';
import { type Incident, type Part, partsOf } from './core/incident.ts';
import type { Log } from './core/log.ts';
import { chatWatch, everyEntity, sourceWatch } from './core/names.ts';
import type { Situation, Unread } from './core/situation.ts';
import type { TickReport } from './core/status.ts';
import type { Telemetry } from './core/telemetry.ts';
import type { Watch } from './core/watch.ts';
import type { Desk } from './desk.ts';
import { type AdvancePolicy, advance } from './incidents/advance.ts';
import type { Suspects } from './incidents/suspects.ts';

import { createObserver, type Models } from './observe.ts';

export type WatcherOptions = {
  readonly watches: readonly Watch[];
  readonly frames: FrameSource;
  readonly desk: Desk;
  readonly policy: AdvancePolicy;
  /** What time alone has done to incidents by now; gives those that changed. */
  readonly passTime: (incidents: readonly Incident[]) => readonly Incident[];
  /** Looks at incidents as what is learnt from labels sees them; gives those that changed. */
  readonly look: (incidents: readonly Incident[]) => readonly Incident[];
  /** How the chat platforms are doing, by name. */
  readonly connections: () => ReadonlyMap<string, Connection>;
  /** Writes something small; throws when the store takes nothing. */
  readonly tryStore: () => Promise<void>;
  readonly simulated: boolean;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly log: Log;
};

/** A platform that was away for less is hardly missed. */
const awayAfterMs = 60_000;

/** So many watches in a row that get no answer mean that Prometheus is at fault: the others would only wait as well. */
const deafWatches = 2;

/** `silence` says why no watch got an answer of Prometheus; null when one did, even if it was that its query is at fault. */
type Read = { readonly seen: readonly Observation[]; readonly silence: string | null };

export type Watcher = {
  /** Reads, judges, advances and commits once; `plannedAt` is when it should have begun. Never throws: a tick that fails says so and the next one tries again. */
  tick(plannedAt: number, signal: AbortSignal): Promise<void>;
  /** Swaps the model of a watch; its scorers start anew and warm up on history at the next tick. */
  install(watch: string, models: Models): void;
  /** How many entities of a watch no model knows. */
  strangers(watch: string): number;
  /** The model of an entity that is in use; null when it has none. */
  detectorOf(watch: string, entity: string): FittedDetector | null;
  situation(): Situation;
  lastTick(): TickReport | null;
};

/** Corridor 1: metrics -> rows -> scores -> observations -> incidents -> what is owed, one transaction per tick. */
export function createWatcher(options: WatcherOptions): Watcher {
  const { watches, desk, policy, telemetry, now, log } = options;
  const observers = new Map(watches.map((watch) => [watch.name, createObserver(watch, options.frames, log)]));
  const unread = new Map<string, Unread & { readonly at: number }>();
  let suspects: Suspects = new Map();
  let source: Situation['source'] = { reachable: false, since: now(), because: 'it has not been read yet' };
  let last: TickReport | null = null;

  /** Reads every watch by itself, those that failed last: one whose queries are at fault must not blind the others. */
  async function readWatches(at: number, known: readonly Incident[], signal: AbortSignal): Promise<Read> {
    const seen: Observation[] = [];
    let [answers, unanswered, because] = [0, 0, ''];
    const failedAt = (name: string): number => unread.get(name)?.at ?? 0;
    for (const [name, observer] of [...observers].sort(([a], [b]) => failedAt(a) - failedAt(b))) {
      if (unanswered === deafWatches) break;
      try {
        const own = wrongIn(known, name);
        observer.expect(lastSeenOf(own), own.length === 0 ? null : Math.min(...own.map(({ openedAt }) => openedAt)));
        seen.push(...(await observer.observe(at, signal)));
        unread.delete(name);
        [answers, unanswered] = [answers + 1, 0];
      } catch (error) {
        if (signal.aborted) throw error;
        log.warn('a watch could not be read', { watch: name, error });
        unread.set(name, { at, since: unread.get(name)?.since ?? at, because: messageOf(error) });
        if (error instanceof UsageError) [answers, unanswered] = [answers + 1, 0];
        else [unanswered, because] = [unanswered + 1, because || messageOf(error)];
      }
    }
    return { seen, silence: answers === 0 ? because : null };
  }

  /** What is true of every watch and of the source itself, which is silent when it answers none of them. */
  async function observe(known: readonly Incident[], signal: AbortSignal): Promise<readonly Observation[]> {
    const at = now();
    const ofSource = { watch: sourceWatch, entity: sourceWatch, at };
    const { seen, silence } = await readWatches(at, known, signal);
    if (silence !== null) {
      const since = source.reachable ? at : source.since;
      source = { reachable: false, since, because: silence };
      return [{ kind: 'silent', ...ofSource, lastSeen: since }];
    }
    if (!source.reachable) source = { reachable: true, since: now(), because: null };
    const missing = [...unread].map(([watch, { since }]) => ({ watch, entity: everyEntity, at, lastSeen: since }));
    return [...seen, ...missing.map((one) => ({ kind: 'silent' as const, ...one })), { kind: 'normal', ...ofSource }];
  }

  /** A platform that has been away for a while is silent: the others are told. */
  function heard(at: number): readonly Observation[] {
    return [...options.connections()].flatMap(([entity, connection]): readonly Observation[] => {
      const of = { watch: chatWatch, entity, at };
      if (connection.kind === 'connected') return [{ kind: 'normal', ...of }];
      const isAway = connection.kind === 'disconnected' && at - connection.since >= awayAfterMs;
      return isAway ? [{ kind: 'silent', ...of, lastSeen: connection.since }] : [];
    });
  }

  /** What is open on watches that somebody has taken out of the file, or that another system may not speak of any more. */
  function unwatched(known: readonly Incident[]): readonly Observation[] {
    return known
      .flatMap(partsOf)
      .filter(({ watch }) => watch !== sourceWatch && watch !== chatWatch && !observers.has(watch))
      .map(({ watch, entity }) => ({ kind: 'unwatched', watch, entity, at: now() }));
  }

  /** While Prometheus answers nobody that is the source's trouble, and no watch's. */
  function unreadOf(name: string): Unread | null {
    const trouble = unread.get(name);
    return trouble === undefined || !source.reachable ? null : { since: trouble.since, because: trouble.because };
  }

  async function settle(observations: readonly Observation[]): Promise<void> {
    suspects = await desk.change((known) => {
      const next = advance(known.incidents, observations, suspects, policy, known.lastOf);
      const judged = byId([...known.incidents, ...next.changed]);
      const passed = options.passTime(judged);
      const looked = options.look(byId([...judged, ...passed]));
      return { changed: byId([...next.changed, ...passed, ...looked]), outcome: next.suspects };
    });
  }

  /** While the store can't be read, what comes is looked at all the same: later it would be the past, and taken for normal. */
  async function lookAnyway(error: unknown, signal: AbortSignal): Promise<never> {
    await observe(desk.lastOpen(), signal);
    throw error;
  }

  async function tick(plannedAt: number, signal: AbortSignal): Promise<void> {
    const startedAt = now();
    let outcome: TickReport['outcome'] = 'ok';
    let unkept: string | null = null;
    try {
      const open = await desk.open().catch((error: unknown) => lookAnyway(error, signal));
      const observations = [...(await observe(open, signal)), ...heard(now()), ...unwatched(open)];
      if (!source.reachable || unread.size > 0) outcome = 'failed';
      for (const seen of observations) if (seen.kind === 'anomalous') telemetry.detection(seen.watch);
      await settle(observations);
      // A tick on which nothing changed has written nothing.
      if (last !== null && last.unkept !== null) await options.tryStore();
    } catch (error) {
      outcome = 'failed';
      if (!signal.aborted) unkept = messageOf(error);
      if (unkept !== null) log.error('a tick failed; the next one tries again', { error });
    }
    const tookMs = now() - startedAt;
    last = { at: startedAt, tookMs, outcome, unkept };
    telemetry.tick(outcome, tookMs, Math.max(0, startedAt - plannedAt));
  }

  return {
    tick,
    install: (watch, models) => observers.get(watch)?.install(models),
    strangers: (watch) => observers.get(watch)?.strangers() ?? 0,
    detectorOf: (watch, entity) => observers.get(watch)?.detectorOf(entity) ?? null,
    situation: () => ({
      now: now(),
      simulated: options.simulated,
      source,
      watches: [...observers].map(([name, observer]) => ({ ...observer.situation(), unread: unreadOf(name) })),
      open: desk.lastOpen(),
    }),
    lastTick: () => last,
  };
}

/** The last state of each. */
function byId(incidents: readonly Incident[]): readonly Incident[] {
  return [...new Map(incidents.map((incident) => [incident.id, incident])).values()];
}

/** What is wrong with entities of a watch. */
function wrongIn(open: readonly Incident[], watch: string): readonly Part[] {
  const wrong = open.flatMap(partsOf).filter(({ endedAt }) => endedAt === null);
  return wrong.filter((part) => part.watch === watch && part.entity !== everyEntity);
}

/** The entities that something is open on, and when each was last seen to be there. */
function lastSeenOf(own: readonly Part[]): ReadonlyMap<string, number> {
  // Of one that is silent, its incident began with the last that was seen of it.
  const seen = own.map(({ entity, kind, openedAt, lastSeenAt }) => ({
    entity,
    at: kind === 'no data' ? openedAt : lastSeenAt,
  }));
  return new Map(seen.toSorted((a, b) => a.at - b.at).map(({ entity, at }) => [entity, at]));
}
