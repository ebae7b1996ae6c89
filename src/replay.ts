import type { Announced } from './backtest/judge.ts';
import type { Played } from './backtest/walk.ts';
import type { Frame } from './core/frame.ts';
import type { FrameSource } from './core/frame-source.ts';
import { type Incident, isOpen } from './core/incident.ts';
import { silentLog } from './core/log.ts';
import { goneAfterMs } from './core/watch.ts';
import { rowsBetween } from './detection/rows.ts';
import { type AdvancePolicy, advance } from './incidents/advance.ts';
import type { Suspects } from './incidents/suspects.ts';
import { createObserver } from './observe.ts';

/** A replay asks nobody for numbers. */
const never = new AbortController().signal;

/**
 * Plays rows of history through the live tick: the same observer, warmed on the rows before as after a start, and the same
 * life of incidents. Gives every anomaly that would have been announced.
 */
export async function replay({ watch, entity, history, detector, from, to }: Played): Promise<readonly Announced[]> {
  const { stepMs } = watch;
  const start = history.times[0] ?? 0;
  const observer = createObserver(watch, framesOf(entity, history, stepMs), silentLog);
  const state = { kind: 'none', because: 'it is a backtest' } as const;
  observer.install({ state, detectors: new Map([[entity, detector]]) });
  const policy: AdvancePolicy = {
    resolveAfterMs: () => watch.resolveAfterMs,
    forgetAfterMs: goneAfterMs,
    ackEndsAfterMs: 0,
    newId: () => String(incidents.size),
  };
  const incidents = new Map<string, Incident>();
  const told = new Map<string, number>();
  let suspects: Suspects = new Map();
  for (let row = from; row < to; row += 1) {
    const observations = await observer.observe(start + row * stepMs, never);
    const advanced = advance([...incidents.values()].filter(isOpen), observations, suspects, policy);
    suspects = advanced.suspects;
    for (const incident of advanced.changed) {
      incidents.set(incident.id, incident);
      if (!told.has(incident.id)) told.set(incident.id, row);
    }
  }
  const rowAt = (at: number): number => Math.round((at - start) / stepMs);
  return [...incidents.values()]
    .filter(({ kind }) => kind === 'anomaly')
    .map(({ id, openedAt, lastSeenAt }) => ({
      told: told.get(id) ?? rowAt(openedAt),
      began: rowAt(openedAt),
      last: rowAt(lastSeenAt),
    }));
}

/** One entity's history as a source that knows nothing else. */
function framesOf(entity: string, history: Frame, stepMs: number): FrameSource {
  const start = history.times[0] ?? 0;
  const rowAt = (at: number): number => Math.round((at - start) / stepMs);
  return {
    latest: async (_watch, at) =>
      new Map([[entity, Float64Array.from(history.columns, ({ values }) => values[rowAt(at)] ?? Number.NaN)]]),
    history: async (_watch, range) => new Map([[entity, rowsBetween(history, rowAt(range.from), rowAt(range.to) + 1)]]),
  };
}
