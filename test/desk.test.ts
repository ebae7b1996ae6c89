import { describe, expect, it } from 'vitest';
import { createIncidentControl } from '../src/act.ts';
import { UsageError } from '../src/core/errors.ts';
import type { IncidentStore } from '../src/core/store.ts';
import { createDesk } from '../src/desk.ts';
import { anIncident, aTold } from './contracts/store-nouns.ts';
import { memoryIncidents, quietTelemetry, toldAtOnce } from './small-things.ts';

const audience = { platform: 'slack', channel: 'C0PS', thread: null };
const people = Array.from({ length: 100 }, (_, at) => ({
  platform: at % 2 === 0 ? 'slack' : 'discord',
  id: `U${at}`,
  name: `person ${at}`,
}));

function house(store: IncidentStore & ReturnType<typeof memoryIncidents> = memoryIncidents()) {
  const now = () => anIncident.openedAt + 60_000;
  const desk = createDesk({
    ...toldAtOnce,
    incidents: store,
    audiencesOf: () => [audience],
    telemetry: quietTelemetry,
    now,
  });
  return { store, desk, control: createIncidentControl({ desk, incidents: store, now }) };
}

describe('the desk', () => {
  it('gives a hundred clicks one outcome and a hundred truthful answers', async () => {
    const { store, desk, control } = house();
    await desk.change(() => ({ changed: [anIncident], outcome: undefined }));
    const acted = await Promise.all(people.map((person) => control.act('i1', { kind: 'acknowledge' }, person)));
    expect(acted.map(({ kind }) => kind)).toEqual(['done', ...Array(99).fill('stale')]);
    expect(acted.slice(1).every((one) => one.kind === 'stale' && one.because.startsWith('person 0 acknowledged'))).toBe(
      true,
    );
    expect(store.all.get('i1')).toMatchObject({ revision: 2, state: { by: { name: 'person 0' } } });
  });

  it('owes the audiences what a person did', async () => {
    const { store, desk, control } = house();
    await desk.change(() => ({ changed: [anIncident], outcome: undefined }));
    await store.told([{ key: 'i1@slack@C0PS', told: aTold }]);
    await control.act('i1', { kind: 'acknowledge' }, { platform: 'slack', id: 'U1', name: 'Ada' });
    expect([...store.owed.values()]).toMatchObject([{ kind: 'changed', revision: 2 }]);
  });

  it('changes nothing when it can not be kept, and goes on with the next', async () => {
    const { store, desk, control } = house();
    await desk.change(() => ({ changed: [anIncident], outcome: undefined }));
    const { commit } = store;
    store.commit = async () => {
      throw new Error('the disk is full');
    };
    const by = people[0] ?? { platform: 'slack', id: 'U1', name: 'Ada' };
    await expect(control.act('i1', { kind: 'resolve' }, by)).rejects.toThrow('the disk is full');
    expect(desk.lastOpen()).toHaveLength(1);
    store.commit = commit;
    expect(await control.act('i1', { kind: 'resolve' }, by)).toMatchObject({ kind: 'done' });
    expect(desk.lastOpen()).toEqual([]);
  });

  it('labels what was over and told long ago without telling it as new', async () => {
    const { store, control } = house();
    const over = {
      ...anIncident,
      revision: 2,
      state: { kind: 'resolved' as const, since: 5, by: 'recovered' as const },
    };
    store.all.set('i1', over);
    await store.told([{ key: 'i1@slack@C0PS', told: { ...aTold, revision: 2 } }]);
    await control.act('i1', { kind: 'label', is: 'noise' }, { platform: 'slack', id: 'U1', name: 'Ada' });
    expect([...store.owed.values()]).toMatchObject([{ kind: 'resolved', revision: 3 }]);
  });

  it('says that there is no such incident', async () => {
    const { control } = house();
    const asked = control.act('i9', { kind: 'resolve' }, { platform: 'slack', id: 'U1', name: 'Ada' });
    await expect(asked).rejects.toThrow(UsageError);
  });

  it('knows after a restart how the same thing ended the last time', async () => {
    const { store, desk } = house();
    const over = {
      ...anIncident,
      state: { kind: 'resolved' as const, since: anIncident.openedAt, by: 'gone' as const },
    };
    store.all.set('i1', over);
    const last = await desk.change((known) => ({
      changed: [],
      outcome: known.lastOf('["anomaly","hosts","web-1"]'),
    }));
    expect(last).toEqual({ id: 'i1', resolvedAt: anIncident.openedAt, recurrences: 0 });
  });
});

describe('what is silenced', () => {
  it('is told to nobody new, and to those who know it when it is over', async () => {
    const store = memoryIncidents();
    let telling: 'now' | 'not' = 'not';
    const now = () => anIncident.openedAt + 60_000;
    const desk = createDesk({
      ...{ incidents: store, audiencesOf: () => [audience], telemetry: quietTelemetry, now },
      ...{ tellingAmong: () => () => telling, digestAbove: 10 },
    });
    await desk.change(() => ({ changed: [anIncident], outcome: undefined }));
    expect([...store.owed.values()]).toEqual([]);
    telling = 'now';
    await desk.change(() => ({ changed: [], outcome: undefined }));
    expect([...store.owed.values()]).toMatchObject([{ kind: 'opened' }]);
    await store.told([{ key: 'i1@slack@C0PS', told: aTold }]);
    telling = 'not';
    const over = {
      ...anIncident,
      revision: 2,
      state: { kind: 'resolved' as const, since: 5, by: 'recovered' as const },
    };
    await desk.change(() => ({ changed: [over], outcome: undefined }));
    expect([...store.owed.values()]).toMatchObject([{ kind: 'resolved', revision: 2 }]);
  });
});
