import type { Observation } from '../../src/core/detection.ts';
import type { Contribution } from '../../src/core/detector.ts';
import type { Label } from '../../src/core/incident.ts';
import { type Incident, isOpen, partsOf } from '../../src/core/incident.ts';
import type { Example } from '../../src/core/triage.ts';
import { confidenceAt } from '../../src/detection/confidence.ts';
import { isAnomalous, releaseOf } from '../../src/detection/hold.ts';
import { createRandom, gaussian, type Random } from '../../src/detection/random.ts';
import { advance } from '../../src/incidents/advance.ts';
import type { Suspects } from '../../src/incidents/suspects.ts';
import { featureSet, featuresOf } from '../../src/triage/features.ts';
import { isLookDue } from '../../src/triage/looks.ts';
import { pastMs } from '../../src/triage/past-features.ts';
import { demoWatches } from '../../src/watches.ts';
import { type Cause, drawCauses } from './noisy-causes.ts';

/** An incident of a noisy watch as it was announced, labelled by what it turned out to be. */
export type Announced = { readonly example: Example; readonly kind: string };

const stepMs = 60_000;
const goneAfterMs = 24 * 3_600_000;
/** Incidents have a past before the first one is labelled. */
const daysBefore = 14;
/** How much a score varies from row to row, as of a log-normal number. */
const flutter = 0.12;
const limits = { threshold: 1, release: releaseOf(1) };

type Open = { readonly at: number; readonly looks: (readonly number[])[]; readonly causes: Set<Cause> };

/**
 * The first so many incidents of a noisy watch, in time order. Scores are drawn from what happens; whatever is made of them is
 * the product's: when an incident begins, ends and who broke beside it, and what triage sees of it when it is announced. Whoever
 * labels it knows what happened, and calls it real when something real was among that.
 */
export function watchNoise(seed: number, count: number, days = 300): readonly Announced[] {
  const random = createRandom(seed);
  const causes = drawCauses(random, days);
  const house = createHouse(random);
  const announced: Announced[] = [];
  const first = Math.min(...causes.map(({ from }) => from));
  const byDay = Map.groupBy(causes, ({ from }) => Math.floor(from / goneAfterMs));
  for (let at = Math.ceil(first / stepMs) * stepMs; announced.length < count; at += stepMs) {
    const day = Math.floor(at / goneAfterMs);
    if (!byDay.has(day) && at > first + days * goneAfterMs) throw new Error(`${days} days held too few incidents`);
    const near = [...(byDay.get(day - 1) ?? []), ...(byDay.get(day) ?? [])];
    const labelled = house.step(
      at,
      near.filter(({ from, until }) => from <= at && at <= until),
    );
    announced.push(...labelled.filter(({ example }) => example.at >= first + daysBefore * goneAfterMs));
  }
  return announced.slice(0, count).toSorted((a, b) => a.example.at - b.example.at);
}

/** Steps through the life of incidents, and gives those that are over, labelled. */
function createHouse(random: Random): { step(at: number, active: readonly Cause[]): readonly Announced[] } {
  const metrics = demoWatches()[0]?.metrics ?? [];
  const open = new Map<string, Open>();
  const known = new Map<string, Incident>();
  let suspects: Suspects = new Map();
  let made = 0;
  const said = new Map<string, Label>();
  let anomalous = new Set<string>();
  const policy = {
    resolveAfterMs: () => 5 * stepMs,
    forgetAfterMs: goneAfterMs,
    ackEndsAfterMs: 30 * stepMs,
    newId: () => {
      made += 1;
      return `incident-${made}`;
    },
  };

  function observe(at: number, active: readonly Cause[]): readonly Observation[] {
    const byEntity = Map.groupBy(active, ({ entity }) => entity);
    const entities = new Set([
      ...byEntity.keys(),
      ...[...known.values()].filter(isOpen).map(({ entity }) => entity),
      ...anomalous,
    ]);
    const still = new Set<string>();
    const seen = [...entities].map((entity): Observation => {
      const strongest = (byEntity.get(entity) ?? [])
        .map((cause) => ({ cause, score: scoreOf(cause, at, random) }))
        .toSorted((a, b) => b.score - a.score)[0];
      const common = { watch: 'hosts', entity, at };
      if (strongest === undefined || !isAnomalous(strongest.score, anomalous.has(entity), limits))
        return { kind: 'normal', ...common };
      still.add(entity);
      const { cause, score } = strongest;
      const because = blame(cause, score, random);
      return {
        kind: 'anomalous',
        ...common,
        detection: { ...common, score, confidence: confidenceAt(score), because },
      };
    });
    anomalous = still;
    return seen;
  }

  /** Looks at what is open whenever that is due, and keeps in mind what happens to it meanwhile. */
  function look(incident: Incident, at: number, active: readonly Cause[]): void {
    const own = open.get(incident.id) ?? { at, looks: [], causes: new Set() };
    open.set(incident.id, own);
    if (isLookDue(own.looks.length, at - own.at)) {
      const past = [...known.values()].map((one) => ({ incident: one, label: said.get(one.id) ?? null }));
      own.looks.push(featuresOf(incident, { now: at, past, metrics }));
    }
    const entities = new Set(partsOf(incident).map(({ entity }) => entity));
    for (const cause of active) if (entities.has(cause.entity)) own.causes.add(cause);
  }

  /** Labels what is over by the worst that was among it. */
  function end({ id, severity }: Incident): readonly Announced[] {
    const own = open.get(id);
    const rank = ({ label, peak }: Cause): number => (label === 'real' ? 1_000 : 0) + peak;
    const [cause] = [...(own?.causes ?? [])].toSorted((a, b) => rank(b) - rank(a));
    open.delete(id);
    if (own === undefined || cause === undefined) return [];
    said.set(id, cause.label);
    const { at, looks } = own;
    return [{ example: { id, at, severity, looks, label: cause.label, featureSet, shownShare: 1 }, kind: cause.kind }];
  }

  return {
    step(at, active) {
      const observations = observe(at, active);
      const next = advance([...known.values()].filter(isOpen), observations, suspects, policy);
      suspects = next.suspects;
      for (const incident of next.changed) known.set(incident.id, incident);
      for (const [id, { openedAt }] of known) if (at - openedAt > pastMs) known.delete(id);
      for (const incident of known.values()) if (isOpen(incident)) look(incident, at, active);
      return next.changed.filter((incident) => !isOpen(incident)).flatMap(end);
    },
  };
}

function scoreOf({ from, until, peak, shape }: Cause, at: number, random: Random): number {
  const part = shape === 'at once' ? 1 : (at - from) / (until - from);
  return peak * part * Math.exp(flutter * gaussian(random));
}

/** What a detector would put the blame on: what moves, the first most, and a little of what doesn't. */
function blame({ moves }: Cause, score: number, random: Random): readonly Contribution[] {
  const metrics = ['cpu', 'memory', 'disk_io', 'network_io', 'response_time'];
  const weights = metrics.map((metric) => {
    const place = moves.indexOf(metric);
    return (place < 0 ? 0.08 : 1 / (1 + place)) * Math.exp(0.5 * gaussian(random));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return metrics
    .map((metric, at) => {
      const share = (weights[at] ?? 0) / sum;
      const expected = 20 * Math.exp(0.3 * gaussian(random));
      return { metric, share, expected, seen: expected * (1 + 0.6 * share * score * Math.exp(0.3 * gaussian(random))) };
    })
    .toSorted((a, b) => b.share - a.share);
}
