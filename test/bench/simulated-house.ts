import type { Fault } from '../../src/core/demo.ts';
import type { FittedDetector } from '../../src/core/detector.ts';
import type { Incident } from '../../src/core/incident.ts';
import { silentLog } from '../../src/core/log.ts';
import type { MetricSource, Series, TimeRange } from '../../src/core/metric-source.ts';
import type { Commit } from '../../src/core/store.ts';
import { goneAfterMs, type Watch } from '../../src/core/watch.ts';
import { evaluate } from '../../src/demo/promql/evaluate.ts';
import { parsePromql } from '../../src/demo/promql/parse.ts';
import { createWorld } from '../../src/demo/world.ts';
import { createDesk } from '../../src/desk.ts';
import { createFusedDetector } from '../../src/detection/fused-detector.ts';
import { createFrameSource } from '../../src/metrics/frames.ts';
import { trainWatch } from '../../src/train.ts';
import { createWatcher } from '../../src/watch.ts';
import { demoWatches } from '../../src/watches.ts';
import { memoryIncidents, quietTelemetry, timePassing, toldAtOnce } from '../small-things.ts';

const signal = new AbortController().signal;
/** Steps are read ahead in blocks of this: a query over many steps costs hardly more than one over a single step. */
const blockMs = 6 * 3_600_000;

/** The demo's watch. */
export const watch: Watch = demoWatches()[0] ?? fail('the demo watches nothing');

/** A simulated cluster without faults of its own, and the models that the product's training makes of its history. */
export type House = {
  readonly seed: number;
  /** When it was trained, epoch ms. */
  readonly trainedAt: number;
  readonly detectors: ReadonlyMap<string, FittedDetector>;
};

/** What was announced: an incident, and when its first notice was owed. */
export type Announced = { readonly incident: Incident; readonly at: number };

export async function trainHouse(seed: number, trainedAt: number): Promise<House> {
  const detector = createFusedDetector();
  const range = { from: trainedAt - watch.historyMs, to: trainedAt, stepMs: watch.stepMs };
  const frames = await createFrameSource(sourceOf(seed, trainedAt, [])).history(watch, range, signal);
  const outcome = trainWatch({ watch, frames, detector, seed, range, now: trainedAt, code: 'bench', tuning: null });
  if (outcome.kind !== 'trained') return fail('a week of the simulated cluster was too little history');
  const revived = [...outcome.model.detectors].map(([entity, bytes]) => [entity, detector.revive(bytes)] as const);
  return { seed, trainedAt, detectors: new Map(revived) };
}

/**
 * Runs the product's tick (reads, scores, incidents, what is owed) over a span of the cluster's life, every step once, as
 * fast as it goes, and gives what was announced. A tick comes a second after its step.
 */
export async function live(
  { seed, trainedAt, detectors }: House,
  faults: readonly Fault[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly Announced[]> {
  const store = memoryIncidents();
  const announced: Announced[] = [];
  let clock = from;
  const desk = createDesk({
    ...toldAtOnce,
    incidents: {
      ...store,
      commit: async (commit: Commit) => {
        await store.commit(commit);
        for (const { kind, incident: id } of commit.owed) {
          const incident = store.all.get(id);
          if (kind === 'opened' && incident !== undefined) announced.push({ incident, at: clock });
        }
      },
    },
    audiencesOf: () => [{ platform: 'console', channel: 'ops', thread: null }],
    telemetry: quietTelemetry,
    now: () => clock,
  });
  const watcher = createWatcher({
    passTime: timePassing(() => clock),
    look: () => [],
    connections: () => new Map(),
    tryStore: async () => {},
    watches: [watch],
    frames: createFrameSource(sourceOf(seed, trainedAt, faults)),
    desk,
    policy: {
      resolveAfterMs: () => watch.resolveAfterMs,
      forgetAfterMs: goneAfterMs,
      ackEndsAfterMs: 0,
      newId: () => `i${store.all.size + 1}`,
    },
    simulated: true,
    telemetry: quietTelemetry,
    now: () => clock,
    log: silentLog,
  });
  const rows = watch.historyMs / watch.stepMs;
  watcher.install(watch.name, {
    state: { kind: 'ready', version: 'bench', trainedAt, rows, entities: detectors.size, trouble: null },
    detectors,
  });
  for (let at = Math.ceil(from / watch.stepMs) * watch.stepMs; at <= to; at += watch.stepMs) {
    clock = at + 1_000;
    await watcher.tick(clock, signal);
    // Everybody was told what was owed.
    for (const { key, incident, audience, revision, kind, digest } of [...store.owed.values()])
      await store.told([
        {
          key,
          told: {
            incident,
            audience,
            revision,
            kind,
            card: { platform: audience.platform, channel: audience.channel, message: key },
            at: clock,
            digest,
          },
        },
      ]);
  }
  return announced;
}

/** The cluster's numbers by the demo's own PromQL, without its server. */
function sourceOf(seed: number, startedAt: number, faults: readonly Fault[]): MetricSource {
  const world = createWorld({ seed, startedAt, autoFaults: false }, () => faults);
  const blocks = new Map<string, { readonly from: number; readonly series: readonly Series[] }>();

  function read(query: string, { from, to, stepMs }: TimeRange): readonly Series[] {
    const grid = Float64Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, row) => from + row * stepMs);
    const value = evaluate(parsePromql(query), grid, world.read);
    if (value.kind !== 'vector') return [];
    return value.rows.map(({ labels, values, has }) => ({
      labels,
      times: grid.filter((_, row) => has[row] === 1),
      values: values.filter((_, row) => has[row] === 1),
    }));
  }

  return {
    name: 'simulated',
    range: async (query, range) => read(query, range),
    async instant(query, at) {
      const known = blocks.get(query);
      const isWithin = known !== undefined && at >= known.from && at < known.from + blockMs;
      const block = isWithin
        ? known
        : { from: at, series: read(query, { from: at, to: at + blockMs - watch.stepMs, stepMs: watch.stepMs }) };
      blocks.set(query, block);
      return block.series.flatMap(({ labels, times, values }) => {
        const row = times.indexOf(at);
        return row < 0 ? [] : [{ labels, times: Float64Array.of(at), values: values.slice(row, row + 1) }];
      });
    },
  };
}

function fail(because: string): never {
  throw new Error(because);
}
