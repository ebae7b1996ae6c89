import { describe, expect, it, onTestFinished } from 'vitest';
import { UpstreamError, UsageError } from '../../src/core/errors.ts';
import type { MetricSource, Series } from '../../src/core/metric-source.ts';
import { createPrometheusSource, type PrometheusOptions, piecesOf } from '../../src/metrics/prometheus.ts';
import { createRecordedSource } from '../../src/metrics/recorded.ts';
import { metricSourceContract, recording } from '../contracts/metric-source.ts';
import { type Asked, type QueryApi, type Said, startQueryApi, success } from '../emulators/query-api.ts';

const at = Date.UTC(2026, 0, 5, 12);
const signal = new AbortController().signal;

async function start(
  answer: Parameters<typeof startQueryApi>[0],
  options: Partial<PrometheusOptions> = {},
): Promise<{ readonly api: QueryApi; readonly source: MetricSource }> {
  const api = await startQueryApi(answer);
  onTestFinished(() => api.stop());
  return { api, source: createPrometheusSource({ url: api.url, fetch, timeoutMs: 5_000, maxBytes: 1e6, ...options }) };
}

metricSourceContract('Prometheus over HTTP', async () => (await start(answerFromRecording)).source);

/** The recording behind the envelope of the HTTP API. */
async function answerFromRecording({ path, form }: Asked): Promise<Said> {
  const query = form.get('query') ?? '';
  if (!recording.has(query))
    return { status: 400, body: JSON.stringify({ status: 'error', errorType: 'bad_data', error: 'parse error' }) };
  const source = createRecordedSource(recording);
  const ms = (name: string): number => Number(form.get(name)) * 1_000;
  const write = (value: number): string =>
    Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
  const samples = ({ times, values }: Series) =>
    [...times].map((time, row) => [time / 1_000, write(values[row] ?? Number.NaN)]);
  if (path.endsWith('/query_range')) {
    const found = await source.range(query, { from: ms('start'), to: ms('end'), stepMs: ms('step') }, signal);
    return {
      body: success(
        'matrix',
        found.map((one) => ({ metric: one.labels, values: samples(one) })),
      ),
    };
  }
  const found = await source.instant(query, ms('time'), signal);
  return {
    body: success(
      'vector',
      found.map((one) => ({ metric: one.labels, value: samples(one)[0] })),
    ),
  };
}

describe('asking Prometheus', () => {
  it('asks once for a query, however many series answer', async () => {
    const result = Array.from({ length: 500 }, (_, host) => ({
      metric: { host: `h${host}` },
      value: [at / 1_000, '1'],
    }));
    const { api, source } = await start(() => ({ body: success('vector', result) }));
    expect(await source.instant('up', at, signal)).toHaveLength(500);
    expect(api.asked).toHaveLength(1);
    expect(api.asked[0]?.form.get('time')).toBe(String(at / 1_000));
  });

  it('sends the login that is configured', async () => {
    const { api, source } = await start(() => ({ body: success('vector', []) }), {
      headers: { authorization: 'Bearer abc' },
    });
    await source.instant('up', at, signal);
    expect(api.asked[0]?.headers.authorization).toBe('Bearer abc');
  });

  it('cuts a long range into pieces of at most 11,000 points and joins what comes', async () => {
    const { api, source } = await start(
      ({ form }) => {
        const [first, last, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
        const points = Math.round(((last ?? 0) - (first ?? 0)) / (step ?? 1)) + 1;
        const values = Array.from({ length: points }, (_, point) => [(first ?? 0) + point * (step ?? 1), '1']);
        return { body: success('matrix', [{ metric: { host: 'a' }, values }]) };
      },
      { maxBytes: 1e8 },
    );
    const [series, ...others] = await source.range('up', { from: at, to: at + 24_999 * 1_000, stepMs: 1_000 }, signal);
    expect(others).toEqual([]);
    expect(series?.times).toHaveLength(25_000);
    expect(series?.times.every((time, row) => time === at + row * 1_000)).toBe(true);
    expect(api.asked).toHaveLength(3);
  });

  it.each([
    [1, 1],
    [11_000, 1],
    [11_001, 2],
    [25_000, 3],
  ])('covers %i points with %i pieces that share none', (points, count) => {
    const pieces = piecesOf({ from: 0, to: (points - 1) * 10, stepMs: 10 });
    expect(pieces).toHaveLength(count);
    expect(pieces.reduce((sum, { from, to }) => sum + (to - from) / 10 + 1, 0)).toBe(points);
    pieces.slice(1).forEach((piece, index) => {
      expect(piece.from).toBe((pieces[index]?.to ?? 0) + 10);
    });
  });

  it.each([
    ['a scalar', success('scalar', [at / 1_000, '3']), [3]],
    ['a string that is no number', success('string', [at / 1_000, 'hello']), [Number.NaN]],
    ['a vector of nothing', success('vector', []), []],
  ])('takes %s', async (_what, body, values) => {
    const { source } = await start(() => ({ body }));
    expect((await source.instant('x', at, signal)).map((series) => series.values[0])).toEqual(values);
  });
});

const error = (errorType: string, words: string): string =>
  JSON.stringify({ status: 'error', errorType, error: words });

describe('an upstream that fails', () => {
  it.each<[string, Said, { readonly retryable: boolean; readonly words: RegExp }]>([
    [
      '503 timeout',
      { status: 503, body: error('timeout', 'query timed out') },
      { retryable: true, words: /503.*query timed out/ },
    ],
    ['500', { status: 500, body: error('internal', 'boom') }, { retryable: true, words: /500.*boom/ }],
    ['429', { status: 429, body: 'slow down', headers: { 'retry-after': '7' } }, { retryable: true, words: /429/ }],
    [
      '404 in plain text',
      { status: 404, body: '404 page not found' },
      { retryable: false, words: /no Prometheus API at PROMETHEUS_URL/ },
    ],
    ['a login page', { status: 401, body: '<html>login</html>' }, { retryable: false, words: /wants a login \(401\)/ }],
    [
      'a proxy in HTML',
      { status: 502, body: '<html><b>Bad</b> gateway</html>' },
      { retryable: true, words: /502.*Bad gateway/ },
    ],
    ['200 with no JSON', { body: 'hello' }, { retryable: true, words: /no whole JSON/ }],
    [
      '200 cut off in the middle',
      { body: '{"status":"success","data":{"resultType":"vec' },
      { retryable: true, words: /no whole JSON/ },
    ],
    [
      '200 of an unknown form',
      { body: '{"status":"success","data":[]}' },
      { retryable: true, words: /an answer of an unknown form/ },
    ],
    [
      '200 without a list of series',
      { body: success('matrix', { metric: {}, values: [] }) },
      { retryable: true, words: /an answer of an unknown form/ },
    ],
    [
      'a series without labels',
      { body: success('matrix', [{ values: [[1, '2']] }]) },
      { retryable: true, words: /an answer of an unknown form/ },
    ],
    [
      'a label that is no text',
      { body: success('matrix', [{ metric: { host: 7 }, values: [[1, '2']] }]) },
      { retryable: true, words: /an answer of an unknown form/ },
    ],
    [
      'samples that are no list',
      { body: success('matrix', [{ metric: {}, values: 'none' }]) },
      { retryable: true, words: /an answer of an unknown form/ },
    ],
    [
      'a sample of an unknown form',
      { body: success('vector', [{ metric: {}, value: [1, 2, 3] }]) },
      { retryable: true, words: /a sample of an unknown form/ },
    ],
  ])('by %s is an UpstreamError with the query and its times', async (_what, said, { retryable, words }) => {
    const { source } = await start(() => said);
    const failure = await source
      .range('rate(x[5m])', { from: at, to: at + 60_000, stepMs: 15_000 }, signal)
      .catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(UpstreamError);
    expect(failure).toMatchObject({ service: 'prometheus', retryable });
    expect(failure.message).toMatch(words);
    expect(failure.message).toContain('"rate(x[5m])" from 2026-01-05T12:00:00.000Z to 2026-01-05T12:01:00.000Z');
  });

  it('by asking to wait says for how long', async () => {
    const { source } = await start(() => ({ status: 429, body: '', headers: { 'retry-after': '7' } }));
    await expect(source.instant('up', at, signal)).rejects.toMatchObject({ retryAfterMs: 7_000 });
  });

  it.each([
    [400, 'bad_data', /refuses.*parse error/],
    [422, 'execution', /can not evaluate.*parse error/],
  ])('with %i says what the query did wrong', async (status, type, words) => {
    const { source } = await start(() => ({ status, body: error(type, 'parse error') }));
    const failure = await source.instant('up{', at, signal).catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toMatch(words);
  });

  it('by silence is given up at its deadline', async () => {
    const { source } = await start(() => undefined, { timeoutMs: 50 });
    await expect(source.instant('up', at, signal)).rejects.toThrow('did not answer within 0.05 s');
  });

  it('by silence in the middle of a body is given up at its deadline', async () => {
    const { source } = await start(
      (_asked, response) => {
        response.writeHead(200);
        response.write('{"status":');
        return undefined;
      },
      { timeoutMs: 50 },
    );
    await expect(source.instant('up', at, signal)).rejects.toThrow('did not answer within 0.05 s');
  });

  it('by hanging up in the middle of a body is retryable', async () => {
    const { source } = await start((_asked, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"status":', () => response.destroy());
      return undefined;
    });
    await expect(source.instant('up', at, signal)).rejects.toMatchObject({ service: 'prometheus', retryable: true });
  });

  it('by not being there names the cause', async () => {
    const { api, source } = await start(() => undefined);
    await api.stop();
    await expect(source.instant('up', at, signal)).rejects.toThrow(/could not be reached \(.*ECONNREFUSED/);
  });

  it('by an answer without end is not read to the end', async () => {
    const { source } = await start(() => ({ body: 'x'.repeat(5_000) }), { maxBytes: 1_000 });
    await expect(source.instant('up', at, signal)).rejects.toThrow('over 1000 bytes; ask for less');
  });
});
