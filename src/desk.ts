import type { Address } from './core/address.ts';
import { type Incident, isOpen, partKey } from './core/incident.ts';
import type { IncidentStore, Remembered } from './core/store.ts';
import type { Telemetry } from './core/telemetry.ts';
import type { Last } from './incidents/advance.ts';
import { type Due, due, type Telling } from './incidents/due.ts';

export type DeskOptions = {
  readonly incidents: IncidentStore;
  readonly audiencesOf: (incident: Incident) => readonly Address[];
  /** How incidents are told, among all that are known. */
  readonly tellingAmong: (known: readonly Incident[]) => (incident: Incident) => Telling;
  readonly digestAbove: number;
  readonly telemetry: Telemetry;
  readonly now: () => number;
};

/** What a step knows: what is open, lingers or is still owed, and how the same thing ended the last time. */
export type Known = { readonly incidents: readonly Incident[]; readonly lastOf: (key: string) => Last | null };

export type Step<Outcome> = { readonly changed: readonly Incident[]; readonly outcome: Outcome };

/**
 * The one place where incidents change: a tick, a person and another system take turns here. What a step changed, and what is
 * owed because of it, is committed as one before anybody hears of it.
 */
export type Desk = {
  /** `also` names incidents that the step wants to know although they are over. Throws what the step throws, and `UpstreamError('database')`; then nothing has changed. */
  change<Outcome>(step: (known: Known) => Step<Outcome>, also?: readonly string[]): Promise<Outcome>;
  /** What is open; asks the store the first time. Throws `UpstreamError('database')`. */
  open(): Promise<readonly Incident[]>;
  /** The same as it was last known; nothing before the first time. */
  lastOpen(): readonly Incident[];
  /** Compares what is kept with what should be. Throws `UpstreamError('database')`. */
  audit(): Promise<Audit>;
  /** Calls back after every change. */
  onChange(listener: () => void): void;
};

/** What is owed and not even queued, and since when the oldest that may be told by now has waited, epoch ms. */
export type Audit = { readonly missing: number; readonly oldestOwedAt: number | null };

/** What ended is remembered this long, and so many of it. */
const rememberedMs = 24 * 3_600_000;
const mostRemembered = 5_000;

export function createDesk(options: DeskOptions): Desk {
  const { incidents, audiencesOf, tellingAmong, digestAbove, telemetry, now } = options;
  const listeners: (() => void)[] = [];
  let last: Map<string, Last> | null = null;
  let open: readonly Incident[] | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  async function change<Outcome>(step: (known: Known) => Step<Outcome>, also: readonly string[]): Promise<Outcome> {
    const ended = await endedBefore();
    const before = await incidents.remember(also);
    const { changed, outcome } = step({ incidents: before.open, lastOf: (key) => ended.get(key) ?? null });
    const all = withChanged(before, changed);
    const owes = owesOf(before, all);
    if (changed.length > 0 || owes.owed.length > 0 || owes.dropped.length > 0)
      await incidents.commit({ incidents: changed, owed: owes.owed, dropped: owes.dropped });
    open = all.filter(isOpen);
    for (const incident of changed) note(ended, incident, before);
    for (const listener of listeners) listener();
    return outcome;
  }

  function owesOf({ told, owed }: Remembered, all: readonly Incident[]): Due {
    const tellingOf = tellingAmong(all);
    return due({ incidents: all, told, owed, audiencesOf, tellingOf, digestAbove, now: now() });
  }

  /** In its turn: between two changes everything that is owed is queued. What quiet hours have just let go of is not missing. */
  async function audit(): Promise<Audit> {
    const state = await incidents.remember();
    const queued = new Set(state.owed.map(({ key }) => key));
    const waiting = state.owed.filter(({ notBefore }) => (notBefore ?? 0) <= now());
    const since = waiting.map(({ owedSince, notBefore }) => Math.max(owedSince, notBefore ?? 0));
    const missing = owesOf(state, state.open).owed.filter(({ key }) => !queued.has(key)).length;
    return { missing, oldestOwedAt: since.length === 0 ? null : Math.min(...since) };
  }

  function inTurn<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  }

  /** What was resolved before this process began is read once. */
  async function endedBefore(): Promise<Map<string, Last>> {
    if (last !== null) return last;
    const recent = await incidents.recent(mostRemembered);
    last = new Map();
    for (const incident of recent.toReversed()) remember(last, incident);
    return last;
  }

  function note(ended: Map<string, Last>, incident: Incident, before: Remembered): void {
    const known = before.open.find(({ id }) => id === incident.id);
    if (known === undefined) telemetry.incident('opened', incident);
    if (incident.state.kind !== 'resolved' || known?.state.kind === 'resolved') return;
    telemetry.incident('resolved', incident);
    remember(ended, incident);
  }

  function remember(ended: Map<string, Last>, { state, id, recurrences, ...incident }: Incident): void {
    if (state.kind !== 'resolved' || now() - state.since > rememberedMs) return;
    for (const part of [incident, ...incident.others]) {
      ended.delete(partKey(part));
      ended.set(partKey(part), { id, resolvedAt: state.since, recurrences });
    }
    for (const key of ended.keys()) {
      if (ended.size <= mostRemembered) break;
      ended.delete(key);
    }
  }

  return {
    change: (step, also = []) => inTurn(() => change(step, also)),
    audit: () => inTurn(audit),
    async open() {
      open ??= (await incidents.remember()).open.filter(isOpen);
      return open;
    },
    lastOpen: () => open ?? [],
    onChange: (listener) => void listeners.push(listener),
  };
}

function withChanged(before: Remembered, changed: readonly Incident[]): readonly Incident[] {
  const all = new Map(before.open.map((incident) => [incident.id, incident]));
  for (const incident of changed) all.set(incident.id, incident);
  return [...all.values()];
}
