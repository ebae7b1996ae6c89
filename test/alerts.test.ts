import { describe, expect, it } from 'vitest';
import { createAlertIntake, createAlertWatch } from '../src/alerts.ts';
import type { ReportedAlert } from '../src/core/alerts.ts';
import { UpstreamError } from '../src/core/errors.ts';
import { partsOf } from '../src/core/incident.ts';
import { silentLog } from '../src/core/log.ts';
import { createDesk } from '../src/desk.ts';
import { noon, someIncident } from './incidents/some-incident.ts';
import { memoryIncidents, quietTelemetry, toldAtOnce } from './small-things.ts';

const slack = { platform: 'slack', channel: 'C1', thread: null };
const firing: ReportedAlert = {
  entity: 'web-1',
  alert: { id: 'f1', name: 'DiskFull', summary: 'the disk is full', url: null },
  severity: 'warning',
  since: noon - 60_000,
  isFiring: true,
};

function house() {
  const store = memoryIncidents();
  let ids = 0;
  const now = (): number => noon;
  const desk = createDesk({
    ...toldAtOnce,
    incidents: store,
    audiencesOf: () => [slack],
    telemetry: quietTelemetry,
    now,
  });
  const policy = {
    ...{ resolveAfterMs: () => 60_000, forgetAfterMs: 86_400_000, ackEndsAfterMs: 1_800_000 },
    newId: () => {
      ids += 1;
      return `a${ids}`;
    },
  };
  const report = createAlertIntake({ desk, policy, now });
  const said = () =>
    [...store.all.values()].map((one) =>
      [one.id, one.severity, one.state.kind, ...partsOf(one).map(({ kind }) => kind)].join(' '),
    );
  return { store, desk, report, said };
}

describe('what another system reports', () => {
  it('is an incident that is told, until it says that it is over', async () => {
    const { report, said, store } = house();
    await report([firing]);
    expect(said()).toEqual(['a1 warning open alert']);
    expect([...store.owed.values()]).toMatchObject([{ kind: 'opened', audience: slack }]);
    await report([{ ...firing, isFiring: false }]);
    expect(said()).toEqual(['a1 warning resolved alert']);
  });

  it('changes nothing when it is said again', async () => {
    const { report, store } = house();
    await report([firing]);
    const before = store.all.get('a1')?.revision;
    await report([firing, firing]);
    expect(store.all.get('a1')?.revision).toBe(before);
    expect(store.all.size).toBe(1);
  });

  it('gets worse', async () => {
    const { report, said } = house();
    await report([firing]);
    await report([{ ...firing, severity: 'critical' }]);
    expect(said()).toEqual(['a1 critical open alert']);
  });

  it('joins what was found here on the same entity, and nothing else', async () => {
    const { desk, report, said } = house();
    await desk.change(() => ({ changed: [someIncident()], outcome: undefined }));
    await report([firing, { ...firing, entity: 'web-2', alert: { ...firing.alert, id: 'f2' } }]);
    expect(said()).toEqual(['i1 warning open anomaly alert', 'a1 warning open alert']);
  });

  it('begins nothing when all it says is that something is over', async () => {
    const { report, said } = house();
    await report([{ ...firing, isFiring: false }]);
    expect(said()).toEqual([]);
  });

  it('is a new incident that follows the last when it fires again', async () => {
    const { report, said, store } = house();
    await report([firing]);
    await report([{ ...firing, isFiring: false }]);
    await report([firing]);
    expect(said()).toEqual(['a1 warning resolved alert', 'a2 warning open alert']);
    expect(store.all.get('a2')?.follows?.id).toBe('a1');
  });
});

describe('what is not said to be over', () => {
  const minute = 60_000;
  const signal = new AbortController().signal;

  async function looking() {
    const { desk, report, said } = house();
    let clock = 0;
    let listed: readonly string[] = [];
    let isDeaf = false;
    let asked = 0;
    const watch = createAlertWatch({
      desk,
      report,
      async firing() {
        asked += 1;
        if (isDeaf) throw new UpstreamError('alertmanager', 'no answer', { retryable: true });
        return new Set(listed);
      },
      now: () => clock,
      log: silentLog,
    });
    return {
      report,
      async at(ms: number, ids: readonly string[] | 'no answer') {
        clock = ms;
        isDeaf = ids === 'no answer';
        if (ids !== 'no answer') listed = ids;
        await watch.look(signal);
        return said()[0]?.split(' ')[2];
      },
      asked: () => asked,
    };
  }

  it('is over when it is not listed for some minutes', async () => {
    const { report, at } = await looking();
    await report([firing]);
    expect([await at(0, ['f1', 'x']), await at(minute, []), await at(3 * minute, [])]).toEqual([
      'open',
      'open',
      'resolved',
    ]);
  });

  it.each([
    ['it was never listed', [[], [], []]],
    ['nobody answers', [['f1'], 'no answer', 'no answer']],
    ['it is listed again', [['f1'], [], ['f1']]],
  ] as const)('is not over while %s', async (_what, [first, second, third]) => {
    const { report, at } = await looking();
    await report([firing]);
    expect([await at(0, first), await at(2 * minute, second), await at(4 * minute, third)]).toEqual([
      'open',
      'open',
      'open',
    ]);
  });

  it('is asked for twice a minute at most, and not at all while nothing is open', async () => {
    const { report, at, asked } = await looking();
    await at(0, []);
    expect(asked()).toBe(0);
    await report([firing]);
    await at(minute, ['f1']);
    await at(minute + 10_000, ['f1']);
    expect(asked()).toBe(1);
  });
});
