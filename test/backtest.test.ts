import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readHistory } from '../src/backtest/read-history.ts';
import { type BacktestsOptions, createBacktests } from '../src/backtest.ts';
import { UpstreamError } from '../src/core/errors.ts';
import { silentLog } from '../src/core/log.ts';
import type { Person } from '../src/core/person.ts';
import { startNumbers } from './emulators/prometheus.ts';
import { memoryIncidents, nothingElse, oneMetric } from './small-things.ts';

const now = Date.UTC(2026, 0, 19, 12, 0, 3);
const never = new AbortController().signal;
const minutely = { ...oneMetric, stepMs: 60_000, historyMs: 4 * 86_400_000, resolveAfterMs: 300_000 };
const ada: Person = { platform: 'slack', id: 'U1', name: 'Ada' };
const bob: Person = { platform: 'discord', id: 'U1', name: 'Bob' };
const everything = { watch: 'hosts', days: 2 };
const quietly = (): void => {};

/** An ordinary server of the last two days; what is new has two hours. */
const numbersOf = (_metric: string, host: string, at: number): number => {
  if (host === 'new' && at < now - 7_200_000) return Number.NaN;
  const noise = ((at / 60_000) * 7_919) % 101;
  return 40 + 8 * Math.sin((2 * Math.PI * at) / 86_400_000) + noise / 25;
};

function backtests(url: string, options: Partial<BacktestsOptions> = {}) {
  const prometheus = { url, timeoutMs: 5_000, maxBytes: 10_000_000 };
  const made = createBacktests({
    ...{ watches: [minutely], prometheus, incidents: memoryIncidents(), seed: 7, now: () => now, log: silentLog },
    ...options,
  });
  onTestFinished(made.stop);
  return made;
}

async function numbers(hosts: readonly string[]) {
  const server = await startNumbers(hosts, numbersOf);
  onTestFinished(server.stop);
  return server;
}

/** A worker that does what `code` says. */
function worker(code: string): URL {
  const file = join(mkdtempSync(join(tmpdir(), 'worker-')), 'worker.mjs');
  writeFileSync(file, `import { parentPort, workerData } from 'node:worker_threads';\n${code}`);
  return pathToFileURL(file);
}
const halfway = `parentPort.postMessage({ kind: 'progress', progress: { part: 0.5, doing: 'half' } }); setInterval(() => {}, 1000);`;

describe('a backtest in a worker', () => {
  it('reads history, walks forward, and says how far it is', async () => {
    const { url } = await numbers(['new', 'web-1', 'web-2']);
    const parts: number[] = [];
    const ending = await backtests(url).run(everything, ada, ({ part }) => parts.push(part), never);
    if (ending.kind !== 'done') throw new Error(JSON.stringify(ending));
    const { report } = ending;
    expect(report).toMatchObject({
      ...{ watch: 'hosts', to: now - 3_000, from: now - 3_000 - 2 * 86_400_000, stepMs: 60_000, seed: 7 },
      ...{ entities: ['web-1', 'web-2'], leftOut: 1, folds: 2 },
    });
    expect(report.injected).toBe(12);
    expect(report.caught).toBeGreaterThanOrEqual(6);
    expect(report.falsePerDay).toBeLessThanOrEqual(3);
    expect(parts.length).toBeGreaterThan(5);
    expect(parts).toEqual(parts.toSorted((a, b) => a - b));
    expect(await backtests(url).run(everything, ada, quietly, never)).toEqual(ending);
  }, 120_000);

  it('says how much history is needed when there is less', async () => {
    const { url } = await numbers(['new']);
    const ending = await backtests(url).run(everything, ada, quietly, never);
    expect(ending).toEqual({ kind: 'too little history', knownMs: 7_200_000, neededMs: 86_400_000 });
  });

  it('knows the incidents of its watch', async () => {
    const store = memoryIncidents();
    const opened = { state: { kind: 'open', since: 1 }, severity: 'warning', revision: 1, peakScore: 1 } as const;
    const common = {
      ...opened,
      kind: 'anomaly',
      entity: 'a',
      openedAt: 1,
      lastSeenAt: 2,
      confidence: 1,
      because: [],
      ...nothingElse,
    } as const;
    store.all.set('1', { ...common, id: '1', watch: 'hosts' });
    store.all.set('2', { ...common, id: '2', watch: 'queues' });
    const code = `parentPort.postMessage({ kind: 'done', outcome: workerData.incidents.map(({ id }) => id) });`;
    const { run } = backtests('http://127.0.0.1:9', { incidents: store, workerUrl: worker(code) });
    expect(await run(everything, ada, quietly, never)).toEqual(['1']);
  });

  it('asks for no more than a day at a time', async () => {
    const asked: number[] = [];
    const frames = {
      latest: async () => new Map([['web-1', Float64Array.of(1)]]),
      history: async (_watch: unknown, { from, to }: { readonly from: number; readonly to: number }) => {
        asked.push(to - from + minutely.stepMs);
        return new Map();
      },
    };
    const range = { from: 0, to: 3 * 86_400_000, stepMs: 60_000 };
    await readHistory({ ...{ frames, watch: minutely, range, mostEntities: 3, seed: 1 }, onPiece: quietly }, never);
    expect(asked).toEqual([86_400_000, 86_400_000, 86_400_000, 60_000]);
  });

  it('is one at a time, and whoever comes second is told whose it is', async () => {
    const made = backtests('http://127.0.0.1:9', { workerUrl: worker(halfway) });
    const heard = Promise.withResolvers<void>();
    const first = made.run(everything, ada, () => heard.resolve(), never);
    await heard.promise;
    await expect(made.run(everything, bob, quietly, never)).rejects.toThrow(
      'Ada began a backtest of hosts 0 ms ago; it is 50 % done. There is one at a time.',
    );
    made.cancel(ada, 'viewer');
    await first;
  });

  it('is cancelled by whoever began it, or by a responder, and leaves room for the next', async () => {
    const made = backtests('http://127.0.0.1:9', { workerUrl: worker(halfway) });
    expect(() => made.cancel(ada, 'admin')).toThrow('No backtest is running.');
    for (const [by, role] of [[ada, 'viewer'] as const, [bob, 'admin'] as const]) {
      const heard = Promise.withResolvers<void>();
      const ending = made.run(everything, ada, () => heard.resolve(), never);
      await heard.promise;
      expect(() => made.cancel(bob, 'viewer')).toThrow(/Only they, a responder or an admin can cancel it\.$/);
      expect(made.cancel(by, role)).toEqual({ watch: 'hosts', by: ada });
      expect(await ending).toEqual({ kind: 'cancelled', by, part: 0.5 });
    }
    expect(() => made.cancel(ada, 'admin')).toThrow('No backtest is running.');
  });

  it('throws what the worker met as what it was: a Prometheus that is down', async () => {
    const server = await numbers(['web-1']);
    server.mode = 'down';
    const error = await backtests(server.url)
      .run(everything, ada, quietly, never)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ service: 'prometheus', retryable: true });
  });

  it.each([
    ['throws when it is loaded', 'throw new Error("no memory")', /the backtest of hosts broke off: no memory/],
    ['never answers', 'setInterval(() => {}, 1000)', /no answer within 1 s/],
  ])('survives a worker that %s', async (_what, code, message) => {
    const { run } = backtests('http://127.0.0.1:9', { workerUrl: worker(code), deadlineMs: 1_000 });
    await expect(run(everything, ada, quietly, never)).rejects.toThrow(message);
  });

  it('ends with the signal of whoever asked, and when the bot stops', async () => {
    const made = backtests('http://127.0.0.1:9', { workerUrl: worker(halfway) });
    const ending = new AbortController();
    const heard = Promise.withResolvers<void>();
    const first = made.run(everything, ada, () => heard.resolve(), ending.signal);
    await heard.promise;
    ending.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    const second = made.run(everything, ada, quietly, never);
    second.catch(() => {});
    await made.stop();
    await expect(second).rejects.toThrow('the bot is stopping');
  });
});
