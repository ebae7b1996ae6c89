import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/core/errors.ts';
import type { Incident, Label } from '../src/core/incident.ts';
import { silentLog } from '../src/core/log.ts';
import { createModelRegistry } from '../src/store/model-registry.ts';
import { createTriage } from '../src/triage.ts';
import { noon, someIncident } from './incidents/some-incident.ts';
import { memoryBlobs } from './memory-blobs.ts';
import { oneMetric } from './small-things.ts';
import { someExamples } from './triage/some-examples.ts';

const signal = new AbortController().signal;
const ada = { platform: 'slack', id: 'U1', name: 'Ada' };

/** Incidents that were looked at and labelled, as the store gives them. */
const labelled = (count: number): readonly Incident[] =>
  someExamples(count, { apart: 6 }).map(({ id, at, label, looks, featureSet }) =>
    someIncident({
      ...{ id, openedAt: at, triaged: { looks, featureSet, verdict: null } },
      state: { kind: 'resolved', since: at + 60_000, by: 'recovered' },
      label: { is: label, by: ada, at },
    }),
  );

function house(known: Incident[] = [], blobs = memoryBlobs(), kept = new Map<string, string>()) {
  let clock = noon + 30 * 86_400_000;
  const triage = createTriage({
    incidents: { recent: async () => known },
    settings: {
      get: async (name) => kept.get(name) ?? null,
      set: async (name, value) => void kept.set(name, value),
    },
    registry: createModelRegistry({ blobs, keep: 3, log: silentLog }),
    watches: [oneMetric],
    ...{ seed: 1, code: '1.2.3', now: () => clock, log: silentLog },
  });
  return {
    triage,
    blobs,
    kept,
    known,
    pass(ms: number) {
      clock += ms;
    },
    now: () => clock,
  };
}

const total = (labels: Readonly<Record<Label, number>>): number => labels.real + labels.noise + labels.expected;

describe('learning from people', () => {
  it('says what is missing while there are too few labels', async () => {
    const { triage, blobs } = house([...labelled(30)]);
    await triage.load(signal);
    await triage.catchUp(signal);
    expect(triage.control.show()).toMatchObject({ model: null, needed: 20, labels: { real: 15 } });
    expect(await blobs.list('models', signal)).toEqual([]);
  });

  it('learns in a worker when there are enough, keeps that, and learns anew when more have come', async () => {
    const { triage, blobs, kept, known, pass } = house([...labelled(120)]);
    await triage.load(signal);
    await triage.catchUp(signal);
    const first = triage.control.show().model;
    expect(first?.cutoff.isProven).toBe(true);

    const next = house(known, blobs, kept);
    await next.triage.load(signal);
    expect(next.triage.control.show().model).toEqual(first);

    pass(3_600_000);
    await triage.catchUp(signal);
    expect(triage.control.show().model).toEqual(first);
    known.push(...labelled(130).slice(120));
    triage.look(known);
    await triage.catchUp(signal);
    const second = triage.control.show();
    expect(second.model?.version).not.toBe(first?.version);
    expect(total(second.labels)).toBe(130);
  });

  it('is in the shadow until it is turned on, and stays so after a restart', async () => {
    const { triage, blobs, kept, known } = house([...labelled(120)]);
    await triage.load(signal);
    await expect(triage.control.turn('hosts', true)).rejects.toThrow(UsageError);
    await triage.catchUp(signal);
    expect(triage.isOn('hosts')).toBe(false);
    await triage.control.turn('hosts', true);
    const next = house(known, blobs, kept);
    await next.triage.load(signal);
    expect(next.triage.isOn('hosts')).toBe(true);
    await next.triage.control.turn('hosts', false);
    expect(next.triage.isOn('hosts')).toBe(false);
  });

  it('looks at what is open and due, fifty at a time', async () => {
    const { triage, now } = house();
    const storm = Array.from({ length: 80 }, (_, at) => someIncident({ id: `s${at}`, openedAt: now() }));
    const looked = triage.look(storm);
    expect(looked).toHaveLength(50);
    const rest = triage.look(storm.map((one) => looked.find(({ id }) => id === one.id) ?? one));
    expect(rest).toHaveLength(30);
  });

  it('is not stopped by a model that is damaged', async () => {
    const { triage, blobs, kept, known } = house([...labelled(120)]);
    await triage.load(signal);
    await triage.catchUp(signal);
    const [key = ''] = (await blobs.list('models/triage', signal)).filter((one) => one.endsWith('.model'));
    const found = await blobs.get(key, signal);
    if (found === null) expect.fail('there is no model');
    await blobs.put(key, Buffer.from('no model'), found.tag, signal);
    const next = house(known, blobs, kept);
    await next.triage.load(signal);
    expect(next.triage.control.show().trouble).toMatch(/damaged|model/);
    next.pass(60_000);
    await next.triage.catchUp(signal);
    expect(next.triage.control.show()).toMatchObject({ trouble: null, model: { code: '1.2.3' } });
  });
});
