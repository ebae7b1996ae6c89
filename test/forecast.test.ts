import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { UpstreamError, UsageError } from '../src/core/errors.ts';
import type { ForecastRequest } from '../src/core/forecast.ts';
import { silentLog } from '../src/core/log.ts';
import { createForecasts, type ForecastsOptions } from '../src/forecast.ts';
import { type NumberServer, startNumbers } from './emulators/prometheus.ts';

const now = Date.UTC(2026, 0, 19, 12, 0, 3);
const never = new AbortController().signal;
const hourMs = 3_600_000;
const cpuOfWeb1: ForecastRequest = {
  query: 'cpu',
  unit: '%',
  harm: 'up',
  entityLabel: 'host',
  entity: 'web-1',
  horizonMs: 6 * hourMs,
  limit: 90,
};
/** web-1 climbs to 90 at 15:00; web-2 has a rhythm; web-3 is new, and web-4 divides by zero. */
const numbersOf = (_metric: string, host: string, at: number): number => {
  const noise = ((at / 300_000) % 7) / 7;
  if (host === 'web-1') return 90 + (at - now - 3 * hourMs) / (4 * hourMs) + noise / 5;
  if (host === 'web-3' && at < now - 5 * hourMs) return Number.NaN;
  if (host === 'web-4' && (at / 300_000) % 50 < 1) return Number.POSITIVE_INFINITY;
  return 40 + 8 * Math.sin((2 * Math.PI * at) / (24 * hourMs)) + noise;
};

let stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  stops = [];
});

async function numbers(hosts = ['web-1']): Promise<NumberServer> {
  const server = await startNumbers(hosts, numbersOf);
  stops.push(server.stop);
  return server;
}

function forecasts(url: string, options: Partial<ForecastsOptions> = {}) {
  const prometheus = { url, timeoutMs: 5_000, maxBytes: 10_000_000 };
  const made = createForecasts({ prometheus, now: () => now, log: silentLog, ...options });
  stops.push(made.stop);
  return made;
}

/** A worker that does what `code` says. */
function worker(code: string): URL {
  const file = join(mkdtempSync(join(tmpdir(), 'worker-')), 'worker.mjs');
  writeFileSync(file, code);
  return pathToFileURL(file);
}

describe('a forecast in a worker', () => {
  it('tries Prophet and the others, and tells when the limit is reached', async () => {
    const { forecast } = forecasts((await numbers()).url);
    const report = await forecast(cpuOfWeb1, never);
    expect(report).toMatchObject({ now: now - 3_000, stepMs: 300_000, leftOut: 0 });
    const [web1] = report.entities;
    if (web1?.kind !== 'forecast' || web1.limit?.kind !== 'reaches') throw new Error(JSON.stringify(web1));
    expect(web1.contenders.map(({ name }) => name)).toEqual(expect.arrayContaining(['ridge (day)', 'last value']));
    const hours = (web1.limit.moment.at - now) / hourMs;
    expect(hours).toBeGreaterThan(2);
    expect(hours).toBeLessThan(4);
  }, 60_000);

  it('puts the most urgent first, and says what is missing of the others', async () => {
    const { forecast } = forecasts((await numbers(['web-4', 'web-3', 'web-2', 'web-1'])).url);
    const { entities } = await forecast({ ...cpuOfWeb1, entity: null }, never);
    const [first, ...others] = entities.map(({ entity, kind }) => `${entity}: ${kind}`);
    expect(first).toBe('web-1: forecast');
    expect(others.toSorted()).toEqual(['web-2: forecast', 'web-3: too little history', 'web-4: forecast']);
    expect(entities.at(-1)).toEqual({
      kind: 'too little history',
      entity: 'web-3',
      knownMs: 60 * 300_000,
      neededMs: 12 * hourMs,
    });
  }, 60_000);

  it('names the entities there are when it knows none of that name', async () => {
    const { forecast } = forecasts((await numbers(['web-1', 'web-2'])).url);
    const asked = forecast({ ...cpuOfWeb1, entity: 'db-1' }, never);
    await expect(asked).rejects.toThrow(new UsageError('There is no "db-1". There are: web-1, web-2.'));
  });

  it('throws what the worker met as what it was: a Prometheus that is down', async () => {
    const server = await numbers();
    server.mode = 'down';
    const error = await forecasts(server.url)
      .forecast(cpuOfWeb1, never)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ service: 'prometheus', retryable: true });
  });

  it('ends with the signal of whoever asked, and the next one is made', async () => {
    const server = await numbers();
    server.mode = 'hang';
    const { forecast } = forecasts(server.url);
    const ending = new AbortController();
    const first = forecast(cpuOfWeb1, ending.signal);
    const second = forecast({ ...cpuOfWeb1, entity: 'db-1' }, never);
    ending.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    server.mode = 'up';
    await expect(second).rejects.toThrow('There is no "db-1"');
  });

  it('is one at a time, and refused when too many wait', async () => {
    const workerUrl = worker(`
      import { parentPort, workerData } from 'node:worker_threads';
      const { query } = workerData.request;
      parentPort.postMessage({ kind: 'done', outcome: { now: 0, stepMs: 1, historyMs: 1, entities: [], leftOut: Number(query) } });`);
    const { forecast } = forecasts('http://127.0.0.1:9', { workerUrl });
    const asked = ['1', '2', '3', '4', '5'].map((query) => forecast({ ...cpuOfWeb1, query }, never));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value.leftOut : one.reason.message))).toEqual([
      1,
      2,
      3,
      4,
      '4 forecasts are being made already. Ask again in a minute.',
    ]);
    expect((await forecast({ ...cpuOfWeb1, query: '6' }, never)).leftOut).toBe(6);
  });

  it.each([
    ['throws when it is loaded', 'throw new Error("no memory")', /the forecast broke off: no memory/],
    ['never answers', 'setInterval(() => {}, 1000)', /no answer within 1 s/],
  ])('survives a worker that %s', async (_what, code, message) => {
    const { forecast } = forecasts('http://127.0.0.1:9', { workerUrl: worker(code), deadlineMs: 1_000 });
    await expect(forecast(cpuOfWeb1, never)).rejects.toThrow(message);
  });

  it('fails, and so do the ones that wait, when the bot stops', async () => {
    const server = await numbers();
    server.mode = 'hang';
    const { forecast, stop } = forecasts(server.url);
    const both = Promise.allSettled([forecast(cpuOfWeb1, never), forecast(cpuOfWeb1, never)]);
    await stop();
    for (const outcome of await both)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'the bot is stopping' } });
  });
});
