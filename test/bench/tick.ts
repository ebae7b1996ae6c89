import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame } from '../../src/core/frame.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Watch } from '../../src/core/watch.ts';
import { createFusedDetector } from '../../src/detection/fused-detector.ts';
import { createFrameSource } from '../../src/metrics/frames.ts';
import { createPrometheusSource } from '../../src/metrics/prometheus.ts';
import { createObserver } from '../../src/observe.ts';
import { beside, type Row, timed, usedBytes } from './measure.ts';

const metrics = ['cpu', 'memory', 'disk_io', 'network_io', 'response_time'];
const stepMs = 30_000;
const start = Date.UTC(2026, 0, 5);
const rounds = 7;
const ticksPerRound = 5;

/** A whole tick (fetch, parse, align, score every entity, judge) beside fetching and parsing the same answers. */
export async function rows(): Promise<readonly Row[]> {
  const all: Row[] = [];
  for (const entities of [10, 100, 1_000]) {
    const ticks = await startTicks(entities);
    all.push(await tickRow(ticks));
    ticks.stop();
  }
  return all;
}

export type Ticks = {
  readonly series: number;
  tick(): Promise<void>;
  fetchAndParse(): Promise<void>;
  /** What the heap and the arrays outside of it have grown by since before the models were there, bytes. */
  grown(): number;
  stop(): void;
};

/** An observer with a model for each of so many entities, warmed up. */
export async function startTicks(entities: number): Promise<Ticks> {
  const server = await serve(entities);
  const signal = AbortSignal.timeout(900_000);
  const source = createPrometheusSource({ url: server.url, fetch, timeoutMs: 30_000, maxBytes: 1 << 28 });
  const [model, before] = [modelOfNoise(), usedBytes()];
  const observer = createObserver(watch, createFrameSource(source), silentLog);
  observer.install(modelsFor(entities, model));
  let at = start;
  const tick = async (): Promise<void> => {
    at += stepMs;
    await observer.observe(at, signal);
  };
  // The first tick warms the scorers up on history, and the next rows fill their windows.
  await tick();
  return {
    series: entities * metrics.length,
    tick,
    fetchAndParse: () => fetchAndParse(server.url),
    grown: () => usedBytes() - before,
    stop: server.stop,
  };
}

export async function tickRow({ series, tick, fetchAndParse }: Ticks): Promise<Row> {
  const result = await beside(
    rounds,
    () => timed(() => times(ticksPerRound, tick)),
    () => timed(() => times(ticksPerRound, fetchAndParse)),
  );
  return {
    what: `a tick over ${series} series`,
    ours: result.ours / ticksPerRound,
    floor: result.floor / ticksPerRound,
    unit: 'ms',
    beside: 'fetch and JSON.parse',
  };
}

async function fetchAndParse(url: string): Promise<void> {
  const one = async (metric: string): Promise<unknown> => {
    const body = new URLSearchParams({ query: metric, time: '0' });
    const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
    return JSON.parse(await response.text());
  };
  await Promise.all(metrics.map(one));
}

async function times(count: number, work: () => Promise<void>): Promise<void> {
  for (let index = 0; index < count; index += 1) await work();
}

const watch: Watch = {
  name: 'hosts',
  entityLabel: 'host',
  stepMs,
  historyMs: 86_400_000,
  resolveAfterMs: 300_000,
  alertBudgetPerDay: 1,
  metrics: metrics.map((name) => ({ name, query: name, unit: '%', harm: 'up' })),
  audiences: [],
  runbookUrl: null,
};

/** One model learnt from a day of noise. */
function modelOfNoise(): Uint8Array {
  const rowsOfDay = 2_880;
  const history: Frame = {
    times: Float64Array.from({ length: rowsOfDay }, (_, row) => start - (rowsOfDay - row) * stepMs),
    columns: metrics.map((name, column) => ({
      name,
      values: Float64Array.from({ length: rowsOfDay }, (_, row) => noise(row, column)),
    })),
  };
  const options = { metrics: watch.metrics, seed: 1, alertBudgetPerDay: 1, stepMs };
  const outcome = createFusedDetector().fit(history, options);
  if (outcome.kind !== 'fitted') throw new Error('a day of noise was too little history');
  return outcome.detector.dump();
}

/** The model revived for every entity, as the registry would. */
function modelsFor(entities: number, bytes: Uint8Array): Parameters<ReturnType<typeof createObserver>['install']>[0] {
  const detector = createFusedDetector();
  const names = Array.from({ length: entities }, (_, index) => `host-${index}`);
  return {
    state: { kind: 'ready', version: 'bench', trainedAt: start, rows: 2_880, entities, trouble: null },
    detectors: new Map(names.map((name) => [name, detector.revive(bytes)])),
  };
}

function noise(row: number, column: number): number {
  const wave = Math.sin((row * 12.9898 + column * 78.233) * 43_758.5453);
  return 40 + 5 * Math.sin(row / 400) + 2 * wave;
}

/** A Prometheus that costs nothing: answers made before, instant and range. */
async function serve(entities: number): Promise<{ readonly url: string; stop(): void }> {
  const names = Array.from({ length: entities }, (_, index) => `host-${index}`);
  const label = (host: string) => ({ __name__: 'x', host, instance: `${host}:9100`, job: 'node' });
  const vector = JSON.stringify({
    status: 'success',
    data: {
      resultType: 'vector',
      result: names.map((host, index) => ({ metric: label(host), value: [0, String(noise(index, 1))] })),
    },
  });
  const answerRange = (form: URLSearchParams): string => {
    const [from, to, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
    const count = Math.floor(((to ?? 0) - (from ?? 0)) / (step ?? 1) + 1e-9) + 1;
    const values = Array.from({ length: count }, (_, row) => [(from ?? 0) + row * (step ?? 1), String(noise(row, 2))]);
    const result = names.map((host) => ({ metric: label(host), values }));
    return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
  };
  // A connection that is closed in a pause is none of the tick's cost.
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(request.url?.includes('query_range') ? answerRange(new URLSearchParams(body)) : vector);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => void server.close() };
}
