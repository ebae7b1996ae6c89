import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/core/log.ts';
import { goneAfterMs } from '../../src/core/watch.ts';
import { createDesk } from '../../src/desk.ts';
import { createFrameSource } from '../../src/metrics/frames.ts';
import { createPrometheusSource } from '../../src/metrics/prometheus.ts';
import { openSqlite } from '../../src/store/open-sqlite.ts';
import { createWatcher } from '../../src/watch.ts';
import { quietTelemetry, timePassing, toldAtOnce } from '../small-things.ts';
import { modelsFor, start, stepMs, watch } from './fleet.ts';
import { type FleetPrometheus, freePrometheus, realPrometheus, rowsAfter } from './fleet-prometheus.ts';
import { beside, type Row, timed, usedBytes } from './measure.ts';

const rounds = 7;
const ticksPerRound = 5;

/**
 * A whole tick (fetch, parse, align, score every entity, judge, what is open and owed in SQLite) beside fetching and parsing
 * the same answers: of a real Prometheus, which is what counts, and of a server that costs nothing, which shows what is ours.
 */
export async function rows(): Promise<readonly Row[]> {
  const all: Row[] = [];
  for (const hosts of [10, 100, 1_000])
    for (const prometheus of [await realPrometheus(hosts), await freePrometheus(hosts)]) {
      if (prometheus === null) continue;
      const ticks = await startTicks(hosts, prometheus);
      all.push(await tickRow(ticks));
      await ticks.stop();
    }
  return all;
}

export type Ticks = {
  readonly series: number;
  /** What `fetchAndParse` is beside a tick. */
  readonly floor: string;
  tick(): Promise<void>;
  fetchAndParse(): Promise<void>;
  /** What the heap and the arrays outside of it have grown by since before the models were there, bytes. */
  grown(): number;
  stop(): Promise<void>;
};

/** A watcher with a model for each of so many entities, warmed up; it stops the server that it reads. */
export async function startTicks(hosts: number, prometheus: FleetPrometheus): Promise<Ticks> {
  const folder = mkdtempSync(join(tmpdir(), 'tick-'));
  const store = await openSqlite(join(folder, 'bench.db'), silentLog);
  const signal = AbortSignal.timeout(900_000);
  const source = createPrometheusSource({ url: prometheus.url, fetch, timeoutMs: 30_000, maxBytes: 1 << 28 });
  const before = usedBytes();
  let [row, incidents] = [0, 0];
  const now = (): number => start + row * stepMs;
  const desk = createDesk({
    ...toldAtOnce,
    incidents: store.incidents,
    audiencesOf: () => [],
    telemetry: quietTelemetry,
    now,
  });
  const watcher = createWatcher({
    passTime: timePassing(now),
    look: () => [],
    connections: () => new Map(),
    tryStore: async () => {},
    watches: [watch],
    frames: createFrameSource(source),
    desk,
    policy: {
      resolveAfterMs: () => watch.resolveAfterMs,
      forgetAfterMs: goneAfterMs,
      ackEndsAfterMs: 0,
      newId: () => {
        incidents += 1;
        return `i${incidents}`;
      },
    },
    simulated: false,
    telemetry: quietTelemetry,
    now,
    log: silentLog,
  });
  watcher.install(watch.name, modelsFor(hosts));

  async function tick(): Promise<void> {
    row += 1;
    await watcher.tick(now(), signal);
    if (row > rowsAfter || watcher.lastTick()?.outcome !== 'ok') throw new Error(`tick ${row} could not be read`);
  }

  // The first tick warms the scorers up on history.
  await tick();
  return {
    series: hosts * watch.metrics.length,
    floor: `fetch and JSON.parse, ${prometheus.name}`,
    tick,
    fetchAndParse: () => fetchAndParse(prometheus.url, now()),
    grown: () => usedBytes() - before,
    async stop() {
      await store.close();
      await prometheus.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function tickRow({ series, floor: name, tick, fetchAndParse }: Ticks): Promise<Row> {
  const { ours, floor } = await beside(
    rounds,
    () => timed(() => times(ticksPerRound, tick)),
    () => timed(() => times(ticksPerRound, fetchAndParse)),
  );
  const each = { ours: ours / ticksPerRound, floor: floor / ticksPerRound };
  return { what: `a tick over ${series} series`, ...each, unit: 'ms', beside: name };
}

async function fetchAndParse(url: string, at: number): Promise<void> {
  const one = async (query: string): Promise<unknown> => {
    const body = new URLSearchParams({ query, time: String(at / 1_000) });
    const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
    return JSON.parse(await response.text());
  };
  await Promise.all(watch.metrics.map(({ query }) => one(query)));
}

async function times(count: number, work: () => Promise<void>): Promise<void> {
  for (let index = 0; index < count; index += 1) await work();
}
