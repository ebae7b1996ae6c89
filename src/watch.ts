import type { Address } from './core/address.ts';
import type { Observation } from './core/detection.ts';
import { messageOf } from './core/errors.ts';
import type { FrameSource } from './core/frame-source.ts';
import type { Incident } from './core/incident.ts';
import type { Log } from './core/log.ts';
import type { Situation } from './core/situation.ts';
import type { IncidentStore } from './core/store.ts';
import type { Telemetry } from './core/telemetry.ts';
import type { Watch } from './core/watch.ts';
import { type AdvancePolicy, advance } from './incidents/advance.ts';
import { due } from './incidents/due.ts';
import { sourceWatch } from './incidents/names.ts';
import type { Suspects } from './incidents/suspects.ts';
import { createObserver, type Models } from './observe.ts';

export type WatcherOptions = {
  readonly watches: readonly Watch[];
  readonly frames: FrameSource;
  readonly incidents: IncidentStore;
  readonly audiencesOf: (incident: Incident) => readonly Address[];
  readonly policy: AdvancePolicy;
  readonly simulated: boolean;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly log: Log;
};

export type LastTick = { readonly at: number; readonly tookMs: number; readonly outcome: 'ok' | 'failed' };

export type Watcher = {
  /** Reads, judges, advances and commits once; `plannedAt` is when it should have begun. Never throws: a tick that fails says so and the next one tries again. */
  tick(plannedAt: number, signal: AbortSignal): Promise<void>;
  /** Swaps the model of a watch; its scorers start anew and warm up on history at the next tick. */
  install(watch: string, models: Models): void;
  /** How many entities of a watch no model knows. */
  strangers(watch: string): number;
  situation(): Situation;
  lastTick(): LastTick | null;
};

/** Corridor 1: metrics -> rows -> scores -> observations -> incidents -> what is owed, one transaction per tick. */
export function createWatcher(options: WatcherOptions): Watcher {
  const { watches, incidents, policy, telemetry, now, log } = options;
  const observers = new Map(watches.map((watch) => [watch.name, createObserver(watch, options.frames, log)]));
  let suspects: Suspects = new Map();
  let open: readonly Incident[] = [];
  let source: Situation['source'] = { reachable: false, since: now(), because: 'it has not been read yet' };
  let last: LastTick | null = null;

  async function observe(signal: AbortSignal): Promise<readonly Observation[]> {
    const at = now();
    const ofSource = { watch: sourceWatch, entity: sourceWatch, at };
    try {
      const seen: Observation[] = [];
      for (const observer of observers.values()) seen.push(...(await observer.observe(at, signal)));
      if (!source.reachable) source = { reachable: true, since: now(), because: null };
      return [...seen, { kind: 'normal', ...ofSource }];
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn('prometheus could not be read', { error });
      const since = source.reachable ? at : source.since;
      source = { reachable: false, since, because: messageOf(error) };
      return [{ kind: 'silent', ...ofSource, lastSeen: since }];
    }
  }

  async function settle(observations: readonly Observation[]): Promise<void> {
    const before = await incidents.remember();
    const next = advance(before.open, observations, suspects, policy);
    const changed = new Map(next.changed.map((incident) => [incident.id, incident]));
    const known = before.open.map((incident) => changed.get(incident.id) ?? incident);
    const all = new Map([...known, ...next.changed].map((incident) => [incident.id, incident]));
    const owes = due({
      incidents: [...all.values()],
      told: before.told,
      owed: before.owed,
      audiencesOf: options.audiencesOf,
      now: now(),
    });
    if (next.changed.length > 0 || owes.owed.length > 0 || owes.dropped.length > 0)
      await incidents.commit({ incidents: next.changed, owed: owes.owed, dropped: owes.dropped });
    for (const incident of next.changed) {
      if (!before.open.some(({ id }) => id === incident.id)) telemetry.incident('opened', incident);
      if (incident.state.kind === 'resolved') telemetry.incident('resolved', incident);
    }
    suspects = next.suspects;
    open = [...all.values()].filter((incident) => incident.state.kind !== 'resolved');
  }

  async function tick(plannedAt: number, signal: AbortSignal): Promise<void> {
    const startedAt = now();
    let outcome: LastTick['outcome'] = 'ok';
    try {
      const observations = await observe(signal);
      if (!source.reachable) outcome = 'failed';
      for (const seen of observations) if (seen.kind === 'anomalous') telemetry.detection(seen.watch);
      await settle(observations);
    } catch (error) {
      outcome = 'failed';
      if (!signal.aborted) log.error('a tick failed; the next one tries again', { error });
    }
    const tookMs = now() - startedAt;
    last = { at: startedAt, tookMs, outcome };
    telemetry.tick(outcome, tookMs, Math.max(0, startedAt - plannedAt));
  }

  return {
    tick,
    install: (watch, models) => observers.get(watch)?.install(models),
    strangers: (watch) => observers.get(watch)?.strangers() ?? 0,
    situation: () => ({
      now: now(),
      simulated: options.simulated,
      source,
      watches: [...observers.values()].map((observer) => observer.situation()),
      open,
    }),
    lastTick: () => last,
  };
}
