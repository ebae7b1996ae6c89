import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoCluster } from '../../src/core/demo.ts';
import { UsageError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { startDemoCluster } from '../../src/demo/cluster.ts';
import { createPrometheusSource } from '../../src/metrics/prometheus.ts';

describe('the simulated cluster over HTTP', () => {
  let cluster: DemoCluster;
  beforeAll(async () => {
    cluster = await startDemoCluster({ seed: 1, autoFaults: false, log: silentLog });
  });
  afterAll(() => cluster.stop());

  const get = (path: string, form: Record<string, string> = {}) =>
    fetch(`${cluster.url}${path}?${new URLSearchParams(form)}`);
  const errorOf = async (response: Response) => [
    response.status,
    ((await response.json()) as { errorType: string }).errorType,
  ];

  it('says in each answer that it is simulated', async () => {
    for (const path of ['/-/ready', '/api/v1/labels', '/api/v1/nothing'])
      expect((await get(path)).headers.get('x-simulated')).toBe('true');
  });

  it('is read by the same client as a real one', async () => {
    const source = createPrometheusSource({ url: cluster.url, fetch, timeoutMs: 5_000, maxBytes: 1e7 });
    const signal = new AbortController().signal;
    const up = await source.instant('up', Date.now(), signal);
    expect(up.map(({ labels }) => labels.instance).toSorted()).toEqual(
      cluster.entities.map((name) => `${name}:9100`).toSorted(),
    );
    await expect(source.instant('up{', Date.now(), signal)).rejects.toThrow(UsageError);
    const to = Math.floor(Date.now() / 60_000) * 60_000;
    const [first] = await source.range('up', { from: to - 12_000 * 60_000, to, stepMs: 60_000 }, signal);
    expect(first?.times.length).toBeGreaterThan(11_900);
  });

  it('answers forms that are posted, and times in words', async () => {
    const body = new URLSearchParams({ query: 'vector(1)', time: new Date().toISOString() });
    const answer = await (await fetch(`${cluster.url}/api/v1/query`, { method: 'POST', body })).json();
    expect(answer).toMatchObject({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: {}, value: [expect.any(Number), '1'] }] },
    });
  });

  it('writes what is no number as Prometheus does', async () => {
    const value = async (query: string) =>
      ((await (await get('/api/v1/query', { query })).json()) as { data: { result: [number, string] } }).data.result[1];
    expect([await value('0/0'), await value('1/0'), await value('-1/0')]).toEqual(['NaN', '+Inf', '-Inf']);
  });

  it('refuses what Prometheus refuses', async () => {
    expect(await errorOf(await get('/api/v1/query', { query: 'up{' }))).toEqual([400, 'bad_data']);
    expect(await errorOf(await get('/api/v1/query'))).toEqual([400, 'bad_data']);
    expect(await errorOf(await get('/api/v1/query', { query: 'up', time: 'soon' }))).toEqual([400, 'bad_data']);
    expect(
      await errorOf(await get('/api/v1/query_range', { query: 'up', start: '0', end: '11000', step: '1' })),
    ).toEqual([400, 'bad_data']);
    expect(await errorOf(await get('/api/v1/query_range', { query: 'up', start: '10', end: '0', step: '1' }))).toEqual([
      400,
      'bad_data',
    ]);
    expect(await errorOf(await get('/api/v1/query_range', { query: 'up', start: '0', end: '10', step: '0' }))).toEqual([
      400,
      'bad_data',
    ]);
    expect(await errorOf(await get('/api/v1/query', { query: 'up * on(cluster) up' }))).toEqual([422, 'execution']);
    const missing = await get('/api/v2/query');
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/plain']);
  });

  it('lists labels, their values and series', async () => {
    const data = async (path: string, form = {}) => ((await (await get(path, form)).json()) as { data: unknown }).data;
    expect(await data('/api/v1/labels')).toEqual(expect.arrayContaining(['__name__', 'instance', 'mode']));
    expect(await data('/api/v1/label/mode/values')).toEqual(['idle', 'iowait', 'system', 'user']);
    expect(await data('/api/v1/series', { 'match[]': 'up{instance="db-1:9100"}' })).toHaveLength(1);
  });

  it('breaks and heals on command, one fault a host', async () => {
    await expect(cluster.break('spike', 'web-9')).rejects.toThrow(/There are: web-1, web-2/);
    const fault = await cluster.break('silence', 'db-1:9100');
    expect(fault).toMatchObject({ kind: 'silence', entity: 'db-1', until: null });
    await expect(cluster.break('cascade', null)).rejects.toThrow(UsageError);
    expect(await cluster.faults()).toEqual([fault]);
    expect(await cluster.heal()).toMatchObject([{ kind: 'silence', until: expect.any(Number) }]);
    expect(await cluster.heal()).toEqual([]);
  });
});
