import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/incident.ts';
import { atMost } from '../../src/triage/at-most.ts';
import { featureNames, featuresOf } from '../../src/triage/features.ts';
import { lookAt } from '../../src/triage/look.ts';
import { mayDemote } from '../../src/triage/policy.ts';
import { trainTriage } from '../../src/triage/train-triage.ts';
import { noon, someIncident } from '../incidents/some-incident.ts';
import { oneMetric } from '../small-things.ts';
import { someExamples } from './some-examples.ts';

const minute = 60_000;
const around = (now = noon, past: readonly Incident[] = []) => ({
  ...{ now, metrics: oneMetric.metrics },
  past: past.map((incident) => ({ incident, label: incident.label?.is ?? null })),
});
const aroundLook = (now = noon) => ({ ...around(now), past: () => [] });
const of = (features: readonly number[], name: (typeof featureNames)[number]) => features[featureNames.indexOf(name)];

describe('an incident as numbers', () => {
  it('has one for each name, all finite, whatever it holds', () => {
    const hostile = someIncident({
      peakScore: Number.POSITIVE_INFINITY,
      confidence: Number.NaN,
      openedAt: Number.NaN,
      because: [{ metric: 'cpu', expected: Number.NaN, seen: Number.NEGATIVE_INFINITY, share: 1e300 }],
    });
    for (const incident of [someIncident(), hostile]) {
      const features = featuresOf(incident, around());
      expect(features).toHaveLength(featureNames.length);
      expect(features.every(Number.isFinite)).toBe(true);
    }
  });

  it('knows what became of the same entity before, also as one of several', () => {
    const before = [
      someIncident({
        id: 'a',
        openedAt: noon - 2 * 3_600_000,
        label: { is: 'noise', by: { platform: 'x', id: '1', name: 'A' }, at: noon },
      }),
      someIncident({ id: 'b', entity: 'db-1', openedAt: noon - 86_400_000 - minute, others: [someIncident()] }),
      someIncident({ id: 'c', entity: 'db-2', openedAt: noon - 30 * minute }),
    ];
    const features = featuresOf(someIncident(), around(noon, before));
    expect(of(features, 'same entity, last day')).toBe(1);
    expect(of(features, 'same entity, last week')).toBe(2);
    expect(of(features, 'other entities, last hour')).toBe(1);
    expect(of(features, 'days of two weeks at this time')).toBe(1);
    expect(of(features, 'called real, same entity')).toBeCloseTo(1 / 3);
  });

  it('knows nothing of what comes later, of other watches, and of itself', () => {
    const others = [
      someIncident({ id: 'a', openedAt: noon + 1 }),
      someIncident({ id: 'b', watch: 'api' }),
      someIncident(),
    ];
    expect(featuresOf(someIncident(), around(noon, others))).toEqual(featuresOf(someIncident(), around()));
  });
});

describe('a look', () => {
  it('is taken when an incident is announced, and again while it lasts', () => {
    const first = lookAt(someIncident(), null, aroundLook());
    expect(first?.triaged?.looks).toHaveLength(1);
    expect(first && lookAt(first, null, aroundLook(noon + 4 * minute))).toBeNull();
    expect((first && lookAt(first, null, aroundLook(noon + 5 * minute)))?.triaged?.looks).toHaveLength(2);
  });

  it('is not taken of what gives no data, or what another system reports', () => {
    expect(lookAt(someIncident({ kind: 'no data' }), null, aroundLook())).toBeNull();
    expect(lookAt(someIncident({ kind: 'alert' }), null, aroundLook())).toBeNull();
  });

  it('shows once and for all what does not look like noise, and may change its mind the other way', () => {
    const outcome = trainTriage({ examples: someExamples(160), seed: 1, now: noon, code: 'x' });
    if (outcome.kind !== 'trained') expect.fail(outcome.kind);
    const strange = someIncident({ peakScore: 6 });
    const shown = lookAt(strange, outcome.model, aroundLook());
    expect(shown?.triaged?.verdict?.kind).toBe('shown');
    const calmer = shown && lookAt({ ...shown, peakScore: -3 }, outcome.model, aroundLook(noon + 5 * minute));
    expect(calmer?.triaged?.verdict).toEqual(shown?.triaged?.verdict);
    const quiet = lookAt(someIncident({ id: 'quiet-2', peakScore: -3 }), outcome.model, aroundLook());
    expect(quiet?.triaged?.verdict?.kind).not.toBe('shown');
    const worse = quiet && lookAt({ ...quiet, peakScore: 6 }, outcome.model, aroundLook(noon + 5 * minute));
    expect(worse?.triaged?.verdict?.kind).toBe(quiet?.triaged?.verdict?.kind === 'explored' ? 'explored' : 'shown');
  });
});

describe('what may be demoted', () => {
  const model = {
    cutoff: { below: 0.3, risk: 0.01, isProven: true },
    trainedOn: { labels: { real: 90, noise: 90, expected: 20 }, leftOut: 0, from: 0, to: 1 },
  };
  const verdict = { probability: 0.05, looksAt: [] };
  const plain = { id: 'i1', kind: 'anomaly', severity: 'warning' } as const;
  const kindOf = (incident: Parameters<typeof mayDemote>[0], probability = verdict.probability, of = model) =>
    mayDemote(incident, { ...verdict, probability }, of).kind;

  it.each([
    ['is critical', { ...plain, severity: 'critical' as const }, 0.05, model],
    ['gives no data', { ...plain, kind: 'no data' as const }, 0.05, model],
    ['is likely enough', plain, 0.3, model],
    ['has no number', plain, Number.NaN, model],
    ['nobody has proven', plain, 0.05, { ...model, cutoff: { ...model.cutoff, isProven: false } }],
  ])('is nothing that %s', (_what, incident, probability, by) => {
    expect(kindOf(incident, probability, by)).toBe('shown');
  });

  it('is shown all the same once in ten, always the same ones', () => {
    const kinds = Array.from({ length: 2_000 }, (_, at) => kindOf({ ...plain, id: `i${at}` }));
    const explored = kinds.filter((kind) => kind === 'explored').length;
    expect(explored / kinds.length).toBeGreaterThan(0.07);
    expect(explored / kinds.length).toBeLessThan(0.13);
    expect(Array.from({ length: 2_000 }, (_, at) => kindOf({ ...plain, id: `i${at}` }))).toEqual(kinds);
  });
});

describe('the bound of Clopper and Pearson', () => {
  /** From SciPy: `beta.ppf(0.95, found + 1, tried - found)`. */
  it.each([
    [0, 24, 0.117_346_2],
    [1, 74, 0.062_507_2],
    [5, 50, 0.198_833],
  ])('of %d in %d', (found, tried, bound) => {
    expect(atMost(found, tried)).toBeCloseTo(bound, 6);
  });

  it('is everything when nothing was tried', () => {
    expect(atMost(0, 0)).toBe(1);
  });
});
