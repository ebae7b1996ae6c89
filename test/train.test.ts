import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { UpstreamError } from '../src/core/errors.ts';
import { silentLog } from '../src/core/log.ts';
import type { StoredModel } from '../src/core/model.ts';
import type { Watch } from '../src/core/watch.ts';
import { createFusedDetector } from '../src/detection/fused-detector.ts';
import { createTrainer, type TrainerOptions } from '../src/train.ts';
import { type NumberServer, startNumbers } from './emulators/prometheus.ts';
import { byteModel } from './model-house.ts';
import { oneMetric } from './small-things.ts';

const now = Date.UTC(2026, 0, 5, 12, 0, 3);
const never = new AbortController().signal;
const wave = (_metric: string, host: string, at: number): number =>
  (host === 'b' ? 40 : 20) + 5 * Math.sin(at / 600_000) + ((at / 10_000) % 7) / 7;

let stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  stops = [];
});

async function numbers(value = wave, hosts = ['a', 'b']): Promise<NumberServer> {
  const server = await startNumbers(hosts, value);
  stops.push(server.stop);
  return server;
}

function trainer(url: string, options: Partial<TrainerOptions> = {}) {
  const saved: StoredModel[] = [];
  const made = createTrainer({
    prometheus: { url, timeoutMs: 5_000, maxBytes: 10_000_000 },
    inUse: () => ({ kind: 'none', because: 'it is the first' }),
    registry: { save: async (model) => void saved.push(model) },
    now: () => now,
    seed: 7,
    code: '1.2.3',
    log: silentLog,
    ...options,
  });
  stops.push(made.stop);
  return { ...made, saved };
}

/** A worker that does what `code` says. */
function worker(code: string): URL {
  const file = join(mkdtempSync(join(tmpdir(), 'worker-')), 'worker.mjs');
  writeFileSync(file, code);
  return pathToFileURL(file);
}

describe('training in a worker', () => {
  it('reads the whole history on the grid of the ticks, fits a detector per entity and saves the model', async () => {
    const { train, saved } = trainer((await numbers()).url);
    const outcome = await train(oneMetric, never);
    expect(outcome.kind).toBe('trained');
    const [model] = saved;
    expect(model?.info).toMatchObject({
      watch: 'hosts',
      detector: 'fused',
      trainedAt: now,
      from: now - 3_000 - 3_600_000,
      to: now - 3_000,
      rows: 361,
      entities: 2,
      metrics: ['cpu'],
      seed: 7,
      code: '1.2.3',
      features: 17,
      parameters: { trees: 100, subsample: 128, 'longest window': 60, 'warm-up rows': 60 },
      measures: { 'rows judged': 301, 'rows kept out': 0 },
    });
    expect(model?.info.version).toMatch(/^20260105T120003Z-[0-9a-f]{8}$/);
    const bytes = model?.detectors.get('b') ?? new Uint8Array();
    const scorer = createFusedDetector().revive(bytes).open();
    for (let row = 0; row < 200; row += 1) scorer.push(row, Float64Array.of(wave('cpu', 'b', now + row * 10_000)));
    expect(scorer.explain()[0]?.expected).toBeGreaterThan(30);
  });

  it('keeps the settings that were chosen last, and chooses anew after a week', async () => {
    const { url } = await numbers(wave, ['a']);
    const days: Watch = { ...oneMetric, stepMs: 60_000, historyMs: 2 * 86_400_000, resolveAfterMs: 300_000 };
    const settings = { windows: [5, 15], trees: 20, lags: 2, smoothingRows: 12 };
    const tuningOf = async (chosenAt: number) => {
      const tuning = { name: 'few trees', settings, because: 'it is a test', chosenAt, tookMs: 1 };
      const info = { ...byteModel(1).info, tuning };
      const { train, saved } = trainer(url, { inUse: () => ({ kind: 'ready', info, since: 0, trouble: null }) });
      await train(days, never);
      return saved[0]?.info;
    };
    const young = await tuningOf(now - 86_400_000);
    expect(young?.tuning).toMatchObject({ name: 'few trees', settings });
    expect(young?.parameters).toMatchObject({ trees: 20, 'longest window': 15, lags: 2, 'smoothing rows': 12 });
    const old = await tuningOf(now - 8 * 86_400_000);
    expect(old?.tuning).toMatchObject({ chosenAt: now, because: expect.stringContaining('on 1 of 1 entities') });
    expect(old?.parameters['smoothing rows']).toBe(old?.tuning?.settings.smoothingRows);
  }, 120_000);

  it('keeps nobody waiting for a first model to try settings', async () => {
    const { train, saved } = trainer((await numbers()).url);
    await train({ ...oneMetric, stepMs: 60_000, historyMs: 2 * 86_400_000 }, never);
    expect(saved[0]?.info).toMatchObject({ tuning: null, parameters: { trees: 100, lags: 3, 'smoothing rows': 10 } });
  });

  it('gives the same model for the same history and seed', async () => {
    const { url } = await numbers();
    const [one, other] = [trainer(url), trainer(url)];
    await Promise.all([one.train(oneMetric, never), other.train(oneMetric, never)]);
    expect(one.saved[0]?.info.version).toBe(other.saved[0]?.info.version);
  });

  it('saves nothing when no entity has enough history, and says how much there is', async () => {
    const short: Watch = { ...oneMetric, historyMs: 100_000 };
    const { train, saved } = trainer((await numbers()).url);
    expect(await train(short, never)).toEqual({ kind: 'too little history', rows: 11, needed: 36 });
    expect(saved).toEqual([]);
  });

  it('leaves out an entity that has too little history, and keeps the others', async () => {
    const young = (metric: string, host: string, at: number): number =>
      host === 'b' && at < now - 60_000 ? Number.NaN : wave(metric, host, at);
    const { train, saved } = trainer((await numbers(young)).url);
    await train(oneMetric, never);
    expect([...(saved[0]?.detectors.keys() ?? [])]).toEqual(['a']);
  });

  it('throws what the worker met as what it was: a Prometheus that is down, with the query and the range', async () => {
    const server = await numbers();
    server.mode = 'down';
    const { train, saved } = trainer(server.url);
    const error = await train(oneMetric, never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ service: 'prometheus', retryable: true });
    expect((error as Error).message).toMatch(/cpu/);
    expect(saved).toEqual([]);
  });

  it.each([
    ['throws when it is loaded', 'throw new Error("no memory")', /training the watch hosts broke off: no memory/],
    ['ends without an answer', 'process.exit(3)', /ended with code 3 and no answer/],
    ['never answers', 'setInterval(() => {}, 1000)', /no answer within 1 s/],
  ])('survives a worker that %s', async (_what, code, message) => {
    const { train, saved } = trainer('http://127.0.0.1:9', { workerUrl: worker(code), deadlineMs: 1_000 });
    await expect(train(oneMetric, never)).rejects.toThrow(message);
    expect(saved).toEqual([]);
  });

  it('trains one watch after another, and goes on after one that failed', async () => {
    const url = worker(`
      import { parentPort, workerData } from 'node:worker_threads';
      if (workerData.watch.name === 'bad') throw new Error('bad');
      parentPort.postMessage({ kind: 'done', outcome: { kind: 'too little history', rows: 1, needed: 2 } });`);
    const { train } = trainer('http://127.0.0.1:9', { workerUrl: url });
    const outcomes = await Promise.allSettled([
      train({ ...oneMetric, name: 'bad' }, never),
      train({ ...oneMetric, name: 'good' }, never),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('ends the worker that runs and the ones that wait when it stops', async () => {
    const server = await numbers();
    server.mode = 'hang';
    const { train, stop } = trainer(server.url);
    const both = Promise.allSettled([train(oneMetric, never), train(oneMetric, never)]);
    await stop();
    for (const outcome of await both)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'training was stopped' } });
  });

  it('throws the reason of the signal that ends it', async () => {
    const server = await numbers();
    server.mode = 'hang';
    const { train } = trainer(server.url);
    const ending = new AbortController();
    const outcome = train(oneMetric, ending.signal);
    setTimeout(() => ending.abort(new Error('enough')), 200);
    await expect(outcome).rejects.toThrow('enough');
  });
});
