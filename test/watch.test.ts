import { describe, expect, it } from 'vitest';
import type { Connection } from '../src/core/chat.ts';
import { UpstreamError, UsageError } from '../src/core/errors.ts';
import { type Incident, partsOf } from '../src/core/incident.ts';
import { silentLog } from '../src/core/log.ts';
import type { IncidentStore } from '../src/core/store.ts';
import type { Watch } from '../src/core/watch.ts';
import { createDesk } from '../src/desk.ts';
import { createWatcher } from '../src/watch.ts';
import {
  framesOf,
  memoryIncidents,
  oneMetric,
  quietTelemetry,
  timePassing,
  toldAtOnce,
  valueDetector,
} from './small-things.ts';

const signal = AbortSignal.timeout(60_000);
let ids = 0;
const slack = { platform: 'slack', channel: 'C1', thread: null };

function house(value: (entity: string, at: number) => number | undefined, watches = [oneMetric]) {
  const incidents = memoryIncidents();
  const frames = framesOf(['a', 'b'], value);
  /** Why a watch can't be read, by its name. */
  const unread = new Map<string, Error>();
  const audiences = [slack];
  const asked: string[] = [];
  const read = (watch: Watch): void => {
    asked.push(watch.name);
    const error = unread.get(watch.name);
    if (error !== undefined) throw error;
  };
  const told: string[] = [];
  const measured: string[] = [];
  const connections = new Map<string, Connection>();
  let clock = 100_000;
  let failCommit = false;
  let failRead = false;
  const store: IncidentStore = {
    ...incidents,
    remember: async () => {
      if (failRead) throw new Error('another process holds its lock');
      return incidents.remember();
    },
    commit: async (commit) => {
      if (failCommit) throw new Error('the disk is full');
      await incidents.commit(commit);
    },
  };
  const telemetry = {
    ...quietTelemetry,
    tick: (outcome: string) => void told.push(outcome),
    incident: (event: string, { kind, entity }: Incident) => void measured.push(`${kind} of ${entity} ${event}`),
  };
  const desk = createDesk({
    ...toldAtOnce,
    incidents: store,
    audiencesOf: () => audiences,
    telemetry,
    now: () => clock,
  });
  const watcher = createWatcher({
    passTime: timePassing(() => clock),
    look: () => [],
    connections: () => connections,
    tryStore: async () => {
      if (failCommit) throw new Error('the disk is still full');
    },
    watches,
    frames: {
      async history(watch, range) {
        read(watch);
        return frames.history(watch, range, signal);
      },
      async latest(watch, at) {
        read(watch);
        return frames.latest(watch, at, signal);
      },
    },
    desk,
    policy: {
      resolveAfterMs: () => oneMetric.resolveAfterMs,
      forgetAfterMs: 86_400_000,
      ackEndsAfterMs: 30 * 60_000,
      newId: () => {
        ids += 1;
        return `i${ids}`;
      },
    },
    simulated: false,
    telemetry,
    now: () => clock,
    log: silentLog,
  });
  const detectors = new Map(['a', 'b'].map((entity) => [entity, valueDetector(10)]));
  for (const { name } of watches)
    watcher.install(name, {
      state: { kind: 'ready', version: 'v1', trainedAt: 0, rows: 9, entities: 2, trouble: null },
      detectors,
    });
  return {
    watcher,
    frames,
    unread,
    audiences,
    asked,
    incidents,
    told,
    measured,
    connections,
    breakStore: (broken: boolean) => {
      failCommit = broken;
    },
    lockStore: (locked: boolean) => {
      failRead = locked;
    },
    /** Ticks at the given second and says what is on record. */
    async at(second: number, until = signal) {
      clock = second * 1_000;
      await watcher.tick(clock, until);
      return [...incidents.all.values()].flatMap((incident) =>
        partsOf(incident).map(({ kind, entity }) => `${kind} ${entity} ${incident.state.kind}`),
      );
    },
  };
}

type House = ReturnType<typeof house>;

/** Another process over the same store; no two of them give an incident the same name. */
function restarted(before: House, ...parts: Parameters<typeof house>): House {
  const after = house(...parts);
  for (const incident of before.incidents.all.values()) after.incidents.all.set(incident.id, incident);
  return after;
}

describe('a tick', () => {
  it('opens an incident, commits what is owed with it, and resolves it when the trouble is over', async () => {
    const { at, incidents } = house((entity, time) => (entity === 'a' && time >= 110_000 && time <= 130_000 ? 40 : 5));
    expect(await at(100)).toEqual([]);
    expect(await at(110)).toEqual(['anomaly a open']);
    expect([...incidents.owed.values()]).toMatchObject([{ kind: 'opened', audience: slack, revision: 1 }]);
    await at(130);
    expect(await at(150)).toEqual(['anomaly a open']);
    expect(await at(160)).toEqual(['anomaly a resolved']);
    expect([...incidents.owed.values()]).toMatchObject([{ kind: 'resolved', revision: 2 }]);
  });

  it('measures every beginning and every end once, when it is committed', async () => {
    const isStrange = (entity: string, time: number) => entity === 'a' && time >= 110_000 && time <= 130_000;
    const { at, measured, breakStore } = house((entity, time) => (isStrange(entity, time) ? 40 : 5));
    await at(100);
    breakStore(true);
    await at(110);
    expect(measured).toEqual([]);
    breakStore(false);
    for (let second = 120; second <= 180; second += 10) await at(second);
    expect(measured).toEqual(['anomaly of a opened', 'anomaly of a resolved']);
  });

  it('takes a silent Prometheus for one outage and for no anomaly, and says when it is back', async () => {
    const { at, frames, watcher, told } = house(() => 5);
    await at(100);
    frames.fail = new Error('connection refused');
    expect(await at(110)).toEqual([]);
    expect(await at(120)).toEqual(['no data prometheus open']);
    expect(await at(3_600)).toEqual(['no data prometheus open']);
    expect(watcher.situation().source).toEqual({ reachable: false, since: 110_000, because: 'connection refused' });
    frames.fail = null;
    expect(await at(3_610)).toEqual(['no data prometheus resolved']);
    expect(watcher.situation().source).toMatchObject({ reachable: true });
    expect(told).toEqual(['ok', 'failed', 'failed', 'failed', 'ok']);
  });

  it('says two words of an hour without Prometheus, and takes nothing in it for an anomaly', async () => {
    const { at, frames, incidents } = house(() => 5);
    await at(100);
    frames.fail = new Error('connection refused');
    for (let second = 110; second < 3_710; second += 10) await at(second);
    expect([...incidents.owed.values()].map(({ kind }) => kind)).toEqual(['opened']);
    frames.fail = null;
    for (let second = 3_710; second < 4_310; second += 10)
      expect(await at(second)).toEqual(['no data prometheus resolved']);
    expect([...incidents.owed.values()].map(({ kind }) => kind)).toEqual(['resolved']);
  });

  it('tells of one silent host by itself', async () => {
    const { at } = house((entity, time) => (entity === 'b' && time > 100_000 ? undefined : 5));
    await at(100);
    await at(110);
    expect(await at(120)).toEqual(['no data b open']);
  });

  it('takes a store that failed for well when it has taken something, and not when there was nothing to take', async () => {
    const { at, breakStore, watcher } = house((_entity, time) => (time === 110_000 ? 40 : 5));
    await at(100);
    breakStore(true);
    const unkept: (string | null | undefined)[] = [];
    for (const second of [110, 120, 130]) {
      await at(second);
      unkept.push(watcher.lastTick()?.unkept);
    }
    expect(unkept).toEqual(['the disk is full', 'the disk is still full', 'the disk is still full']);
    breakStore(false);
    await at(140);
    expect(watcher.lastTick()).toMatchObject({ outcome: 'ok', unkept: null });
  });

  it('warms up on rows from before what is open when it starts', async () => {
    const strange = (entity: string, time: number) => (entity === 'a' && time >= 110_000 ? 40 : 5);
    const before = house(strange);
    for (let second = 100; second <= 200; second += 10) await before.at(second);
    const { at, frames } = restarted(before, strange);
    expect(await at(210)).toEqual(['anomaly a open']);
    // Four rows to warm up on, and the ten since it began.
    expect(frames.asked).toEqual(['history 70000..210000']);
  });

  it('goes on looking while the store can not be read, and opens what is still wrong when it can', async () => {
    const { at, lockStore, frames, told, watcher } = house((entity, time) =>
      entity === 'a' && time >= 110_000 ? 40 : 5,
    );
    await at(100);
    lockStore(true);
    for (const second of [110, 120, 130]) expect(await at(second)).toEqual([]);
    expect(watcher.lastTick()?.unkept).toBe('another process holds its lock');
    expect(frames.asked.slice(-3)).toEqual(['latest 110000', 'latest 120000', 'latest 130000']);
    expect(watcher.situation().watches[0]?.entities.map(({ state }) => state)).toEqual(['anomalous', 'normal']);
    lockStore(false);
    expect(await at(140)).toEqual(['anomaly a open']);
    expect(frames.asked.at(-1)).toBe('latest 140000');
    expect(told).toEqual(['ok', 'failed', 'failed', 'failed', 'ok']);
  });

  it('survives a store that fails, and opens the incident at the next tick', async () => {
    const { at, breakStore, told, watcher } = house((_entity, time) => (time >= 110_000 ? 40 : 5));
    await at(100);
    breakStore(true);
    expect(await at(110)).toEqual([]);
    expect(watcher.lastTick()?.unkept).toBe('the disk is full');
    breakStore(false);
    expect(await at(120)).toEqual(['anomaly a open', 'anomaly b open']);
    expect(watcher.lastTick()?.unkept).toBeNull();
    expect(told).toEqual(['ok', 'failed', 'ok']);
  });

  it('owes nothing any more to a channel that nobody names', async () => {
    const { at, incidents, audiences } = house((entity, time) => (entity === 'a' && time >= 110_000 ? 40 : 5));
    await at(100);
    await at(110);
    expect(incidents.owed.size).toBe(1);
    audiences.pop();
    // No step is due: the incident itself does not change.
    await at(115);
    expect([...incidents.owed.keys()]).toEqual([]);
  });

  it('takes its own end for no outage of Prometheus', async () => {
    const { at, frames, watcher } = house(() => 5);
    await at(100);
    frames.fail = new DOMException('stopped', 'AbortError');
    const stopped = AbortSignal.abort(frames.fail);
    await at(110, stopped);
    expect(await at(120, stopped)).toEqual([]);
    expect(watcher.situation().source).toMatchObject({ reachable: true });
  });

  it('knows what is open after a restart, from the store alone', async () => {
    const first = house(() => 40);
    await first.at(110);
    const again = restarted(first, () => 40);
    expect(await again.at(120)).toEqual(['anomaly a open', 'anomaly b open']);
    expect(again.watcher.situation().open).toMatchObject([{ others: [{ entity: 'b' }] }]);
  });
});

describe('a watch that can not be read beside others', () => {
  const watches = ['one', 'two', 'three', 'four'].map((name) => ({ ...oneMetric, name }));
  const wrong = new UsageError('Prometheus can not evaluate the query "cpu": found duplicate series');
  const late = new UpstreamError('prometheus', 'it did not answer', { retryable: true });

  it.each([
    ['its query is at fault', wrong],
    ['its query gets no answer', late],
  ])('is silent by itself when %s: the others are judged', async (_name, error) => {
    const { at, unread, watcher, told } = house((entity) => (entity === 'a' ? 40 : 5), watches);
    unread.set('one', error);
    await at(100);
    expect(await at(110)).toEqual(['anomaly a open', 'anomaly a open', 'anomaly a open', 'no data * open']);
    expect(watcher.situation()).toMatchObject({
      source: { reachable: true },
      watches: [
        { unread: { since: 100_000, because: error.message } },
        { unread: null },
        { unread: null },
        { unread: null },
      ],
    });
    expect(told).toEqual(['failed', 'failed']);
    unread.clear();
    expect((await at(120)).filter((line) => line.startsWith('no data'))).toEqual(['no data * resolved']);
    expect(watcher.situation().watches[0]).toMatchObject({ unread: null });
  });

  it('keeps what was seen before it', async () => {
    const { at, unread } = house((entity, time) => (entity === 'a' && time === 110_000 ? 40 : 5), watches);
    await at(100);
    unread.set('four', wrong);
    expect(await at(110)).toEqual(['anomaly a open', 'anomaly a open', 'anomaly a open']);
  });

  it('is an outage of Prometheus when none is answered, and only two of them wait for it', async () => {
    const { at, unread, asked, watcher } = house(() => 5, watches);
    for (const { name } of watches) unread.set(name, late);
    await at(100);
    expect(await at(110)).toEqual(['no data prometheus open']);
    expect(asked).toEqual(['one', 'two', 'three', 'four']);
    expect(watcher.situation().watches.map(({ unread: why }) => why)).toEqual([null, null, null, null]);
    unread.clear();
    expect(await at(120)).toEqual(['no data prometheus resolved']);
  });

  it('is no outage of Prometheus when the queries of all are at fault', async () => {
    const { at, unread } = house(() => 5, watches);
    for (const { name } of watches) unread.set(name, wrong);
    await at(100);
    expect(await at(110)).toEqual(Array.from({ length: 4 }, () => 'no data * open'));
  });
});

describe('what was open before a restart', () => {
  const onlyA = (entity: string) => (entity === 'a' ? 5 : undefined);
  const untilB = (entity: string, time: number) => (entity === 'b' && time > 100_000 ? undefined : 5);

  it('is missed on when its entity never came back: silent, and gone after a day', async () => {
    const first = house(untilB);
    for (const second of [100, 110, 120]) await first.at(second);
    const { at, watcher } = restarted(first, onlyA);
    expect(await at(7_200)).toEqual(['no data b open']);
    expect(watcher.situation().watches[0]?.entities).toMatchObject([{ entity: 'b', state: 'silent' }, { entity: 'a' }]);
    expect(await at(86_490)).toEqual(['no data b open']);
    expect(await at(86_500)).toEqual(['no data b resolved']);
    expect(await at(86_510)).toEqual(['no data b resolved']);
    expect(watcher.situation().watches[0]?.entities).toMatchObject([{ entity: 'a' }]);
  });

  it('is over when its entity is there again', async () => {
    const first = house(untilB);
    for (const second of [100, 110, 120]) await first.at(second);
    expect(await restarted(first, () => 5).at(7_200)).toEqual(['no data b resolved']);
  });

  it('tells of an entity that had an anomaly and has vanished since', async () => {
    const first = house((entity) => (entity === 'b' ? 40 : 5));
    await first.at(110);
    const { at } = restarted(first, onlyA);
    await at(7_200);
    expect(await at(7_210)).toEqual(['anomaly b open', 'no data b open']);
  });

  it('is closed when nobody watches it any more', async () => {
    const first = house(() => 40, [oneMetric, { ...oneMetric, name: 'old' }]);
    await first.at(110);
    const { at, incidents } = restarted(first, () => 40);
    expect(await at(120)).toEqual(['anomaly a open', 'anomaly b open', 'anomaly a resolved', 'anomaly b resolved']);
    expect([...incidents.all.values()].at(-1)?.state).toMatchObject({ by: 'no longer watched' });
  });
});

it('does not call a watch back while the last of its entities is silent', async () => {
  const { at } = house((entity, time) => (time > (entity === 'a' ? 100_000 : 110_000) ? undefined : 5));
  for (const second of [100, 110, 120]) await at(second);
  expect(await at(130)).toEqual(['no data * open']);
  await at(86_500);
  expect(await at(86_510)).toEqual(['no data * open']);
});

describe('a chat platform that is away', () => {
  const away = (since: number) => ({ kind: 'disconnected' as const, since, because: 'the token was revoked' });

  it('is told of where it can be, once, and that it is back', async () => {
    const { at, connections, incidents, audiences } = house(() => 5);
    audiences.splice(0, 1, { platform: 'discord', channel: '1', thread: null });
    connections.set('slack', away(100_000));
    connections.set('discord', { kind: 'connected', since: 0 });
    expect([await at(110), await at(150)]).toEqual([[], []]);
    await at(160);
    expect(await at(170)).toEqual(['no data slack open']);
    expect([...incidents.owed.values()]).toMatchObject([{ kind: 'opened', audience: { platform: 'discord' } }]);
    expect(await at(180)).toEqual(['no data slack open']);
    connections.set('slack', { kind: 'connected', since: 185_000 });
    expect(await at(190)).toEqual(['no data slack resolved']);
  });

  it('is nothing to tell of while it starts', async () => {
    const { at, connections } = house(() => 5);
    connections.set('slack', { kind: 'starting' });
    expect([await at(110), await at(500), await at(900)]).toEqual([[], [], []]);
  });
});
