import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ConfigError, UpstreamError } from '../../src/core/errors.ts';
import { operations } from '../../src/http/openapi.ts';
import { errorResponse } from '../../src/http/schemas.ts';
import { key, startSidecar } from './start-sidecar.ts';

const authorization = `Bearer ${key}`;

/** A request with headers that `fetch` does not let one choose. */
function bare(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });
}

describe('every public operation', () => {
  it.each(operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s answers as the OpenAPI document says',
    async (_name, operation) => {
      const { get: bareGet, post: barePost } = await startSidecar({ apiKey: key });
      const get = (path: string) => bareGet(path, { authorization });
      const post = (path: string, body: unknown) => barePost(path, body, { authorization });
      const bodies: Record<string, unknown> = {
        '/query': { query: 'how are you?' },
        '/ai/switch': { provider: 'auto' },
        '/webhooks/alertmanager': { version: '4', alerts: [] },
        '/forecast': { metric: 'up', horizon: '1h', limit: 5_000 },
      };
      const response =
        operation.method === 'get'
          ? await get(operation.path)
          : await post(operation.path, bodies[operation.path] ?? {});
      expect(response.status).toBe(200);
      if (operation.answers !== null) expect(operation.answers.safeParse(await response.json()).error).toBeUndefined();
    },
  );

  it('stands in the document, with its errors', async () => {
    const { get } = await startSidecar({ apiKey: key });
    const document = (await (await get('/openapi.json', { authorization })).json()) as {
      openapi: string;
      paths: Record<string, object>;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    for (const { path, method } of operations) expect(document.paths[path]).toHaveProperty(method);
  });
});

describe('/healthz', () => {
  it.each([
    [0, 200],
    [600_000, 200],
    [601_000, 503],
  ])('a tick that is %i ms late is %i', async (lateMs, expected) => {
    const { get, bench } = await startSidecar({ status: () => report });
    const report = { ...bench.status(), pollPauseMs: 3_600_000 };
    report.lastTick = { at: report.now - report.pollPauseMs - lateMs, tookMs: 10, outcome: 'ok', unkept: null };
    expect((await get('/healthz')).status).toBe(expected);
  });
});

describe('what is asked', () => {
  it('is answered with who really answered and who was passed over', async () => {
    const { post } = await startSidecar();
    expect(await (await post('/query', { query: 'how are you?' })).json()).toEqual({
      answer: 'You asked: how are you?',
      provider: 'openai',
      model: 'm-1',
      passed_over: [{ provider: 'gemini', because: 'it is resting' }],
    });
  });

  it('switches the provider, as the command does', async () => {
    const { post, bench } = await startSidecar();
    expect(await (await post('/ai/switch', { provider: 'fallback' })).json()).toMatchObject({ choice: 'fallback' });
    expect(bench.settings.get('ai.provider')).toBe('fallback');
  });

  it('tests every provider and tells the true error', async () => {
    const { post } = await startSidecar();
    const { results } = (await (await post('/ai/test', {})).json()) as { results: object[] };
    expect(results).toMatchObject([
      { provider: 'fallback', success: true, error: null },
      { provider: 'gemini', success: false, error: 'refused the key (401)' },
    ]);
  });

  it('lists incidents, a gap as null, all or the open ones', async () => {
    const { get } = await startSidecar();
    const ids = async (path: string) => ((await (await get(path)).json()) as { id: string }[]).map(({ id }) => id);
    expect(await ids('/incidents')).toEqual(['i2', 'i1']);
    expect(await ids('/incidents?state=open')).toEqual(['i1']);
    expect(((await (await get('/incidents')).json()) as { because: object[] }[])[0]?.because).toEqual([
      { metric: 'cpu', expected: 40, seen: null, share: 1 },
    ]);
  });

  it('measures itself', async () => {
    const { get, telemetry } = await startSidecar();
    telemetry.tick('ok', 120, 10);
    telemetry.provider('gemini', 'failed', 900, 0);
    const text = await (await get('/metrics')).text();
    for (const line of [
      'smartcloudops_ticks_total{outcome="ok"} 1',
      'smartcloudops_tick_lag_seconds 0.01',
      'smartcloudops_provider_calls_total{provider="gemini",outcome="failed"} 1',
    ])
      expect(text).toContain(line);
  });
});

describe('a mistake is answered in JSON with words that help', () => {
  it.each<[string, string, unknown, number, RegExp]>([
    ['an empty query', '/query', { query: '' }, 400, /query is empty/],
    ['a query of blanks', '/query', { query: '   ' }, 400, /query is empty/],
    ['no query', '/query', {}, 400, /"query" is missing/],
    ['a query that is no text', '/query', { query: 7 }, 400, /"query" is missing/],
    ['501 characters', '/query', { query: 'x'.repeat(501) }, 400, /over 500 characters/],
    [
      'an unknown provider',
      '/ai/switch',
      { provider: 'claude' },
      400,
      /Unknown provider.*auto, gemini, openai, fallback/,
    ],
    ['an unknown field', '/query', { query: 'x', admin: true }, 400, /admin/],
    ['no JSON', '/query', '{"query":', 400, /JSON/i],
    ['a large body', '/query', { query: 'x'.repeat(20_000) }, 413, /over 16 KB/],
    ['an unknown path', '/nothing', {}, 404, /nothing at this path/],
    ['the wrong method', '/status', {}, 405, /Use GET/],
  ])('%s', async (_what, path, body, status, words) => {
    const { post } = await startSidecar();
    const response = await post(path, body);
    const said = errorResponse.parse(await response.json());
    expect([response.status, said.error.message]).toEqual([status, expect.stringMatching(words)]);
    expect(JSON.stringify(said)).not.toMatch(/node_modules|at .*\.ts|Error:/);
  });

  it('a body that is no JSON by its type', async () => {
    const { post } = await startSidecar();
    expect((await post('/query', 'query=x', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  });

  it('an unknown state of incidents', async () => {
    const { get } = await startSidecar();
    expect((await get('/incidents?state=half')).status).toBe(400);
  });

  it('too many in a minute, with how long to wait', async () => {
    const { post } = await startSidecar();
    const codes: number[] = [];
    let last = await post('/query', { query: 'x' });
    for (; last.status === 200 && codes.length < 100; last = await post('/query', { query: 'x' }))
      codes.push(last.status);
    expect([codes.length, last.status]).toEqual([30, 429]);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('somebody behind us who fails: 503 when trying again helps, 502 when not, and nothing of their words is hidden', async () => {
    for (const [retryable, status] of [
      [true, 503],
      [false, 502],
    ] as const) {
      const failing = async () => {
        throw new UpstreamError('database', 'the disk is full', { retryable, retryAfterMs: 7_000 });
      };
      const { get } = await startSidecar({ incidents: failing });
      const response = await get('/incidents');
      expect([response.status, response.headers.get('retry-after')]).toEqual([status, '7']);
      expect(errorResponse.parse(await response.json()).error.message).toBe('database: the disk is full');
    }
  });

  it('something of our own that breaks, without a word of its inside', async () => {
    const failing = async () => {
      throw new TypeError('x of undefined at /home/app/secret.ts');
    };
    const { get } = await startSidecar({ incidents: failing });
    const response = await get('/incidents');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/undefined|secret/);
  });

  it('headers without end', async () => {
    const { get } = await startSidecar();
    expect((await get('/status', { 'x-long': 'x'.repeat(20_000) })).status).toBe(431);
  });

  it('what is no HTTP at all', async () => {
    const { url } = await startSidecar();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const said = await new Promise<string>((resolve) => {
      socket.once('data', (chunk) => resolve(chunk.toString()));
      socket.write('hello\r\n\r\n');
    });
    socket.destroy();
    expect(said).toMatch(/^HTTP\/1\.1 400 [\s\S]*not an HTTP request/);
  });
});

describe('with a key', () => {
  it.each([
    ['none', {}, 401],
    ['a wrong one', { authorization: 'Bearer wrong-wrong-wrong' }, 401],
    ['one of another kind', { authorization: `Basic ${key}` }, 401],
    ['the right one', { authorization }, 200],
    ['the right one in X-API-Key', { 'x-api-key': key }, 200],
  ])('%s gives %s -> %i', async (_what, headers, status) => {
    const { get } = await startSidecar({ apiKey: key });
    const response = await get('/status', headers);
    expect(response.status).toBe(status);
    if (status === 401) expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('the page and the health check need none, everything that tells something does', async () => {
    const { get } = await startSidecar({ apiKey: key });
    expect((await get('/')).status).toBe(200);
    expect((await get('/assets/app.js')).status).toBe(200);
    expect((await get('/healthz')).status).not.toBe(401);
    for (const path of [
      '/metrics',
      '/incidents',
      '/openapi.json',
      '/console/state',
      '/console/events',
      '/console/commands',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 401]);
  });

  it('one that is guessed is shut out after twenty tries', async () => {
    const { get } = await startSidecar({ apiKey: key });
    const codes = new Set<number>();
    for (let tried = 0; tried < 22; tried += 1)
      codes.add((await get('/status', { authorization: `Bearer guess-${tried}` })).status);
    expect([...codes]).toEqual([401, 429]);
    expect((await get('/status', { authorization })).status).toBe(429);
  });
});

describe('without a key', () => {
  it('it refuses to listen where others can reach it', async () => {
    await expect(startSidecar({ host: '0.0.0.0' })).rejects.toThrow(ConfigError);
  });

  it('a port that is taken is a problem of the configuration', async () => {
    const { url } = await startSidecar();
    await expect(startSidecar({ port: Number(new URL(url).port) })).rejects.toThrow(/is taken by another process/);
  });

  it('a foreign name that leads here is refused, and so is a foreign page', async () => {
    const { url } = await startSidecar();
    const host = new URL(url).host;
    expect(await bare(`${url}/status`, { host: 'evil.example' })).toBe(403);
    expect(await bare(`${url}/status`, { host, origin: 'https://evil.example' })).toBe(403);
    expect(await bare(`${url}/status`, { host, origin: `http://${host}` })).toBe(200);
    expect(await bare(`${url}/status`, { host: `localhost:${new URL(url).port}` })).toBe(200);
  });
});

it('every answer forbids what a browser could do with it', async () => {
  const { get } = await startSidecar();
  for (const path of ['/', '/assets/app.js', '/status', '/nothing']) {
    const { headers } = await get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
  }
});
