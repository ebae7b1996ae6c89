import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type NumberServer = {
  readonly url: string;
  /** 'up' answers; 'down' refuses with 503; 'hang' takes the request and stays silent. */
  mode: 'up' | 'down' | 'hang';
  stop(): Promise<void>;
};

/** A query whose answer is larger than anybody should read at once; as JSON it is sound. */
export const enormous = 'enormous';
const blanks = ' '.repeat(32 * 1_024 * 1_024);

/**
 * The query part of the Prometheus HTTP API over a function: every query is the name of a metric, with one series per host.
 * For tests that need numbers on command; what a real Prometheus does is tested against a real one.
 */
export async function startNumbers(
  hosts: readonly string[],
  value: (metric: string, host: string, at: number) => number,
): Promise<NumberServer> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (numbers.mode === 'hang') return;
      response.setHeader('content-type', 'application/json');
      if (numbers.mode === 'down') {
        response.statusCode = 503;
        response.end(JSON.stringify({ status: 'error', errorType: 'unavailable', error: 'service unavailable' }));
        return;
      }
      const url = new URL(request.url ?? '/', 'http://numbers');
      const form = new URLSearchParams([...url.searchParams, ...new URLSearchParams(body)]);
      const query = form.get('query') ?? '';
      const isRange = url.pathname.endsWith('query_range');
      const result = hosts.map((host) => {
        const metric = { host };
        const sample = (at: number) => [at, String(value(query, host, at * 1_000))];
        if (!isRange) return { metric, value: sample(seconds(form.get('time'))) };
        const [start, end, step] = [form.get('start'), form.get('end'), form.get('step')].map(seconds);
        const count = Math.floor(((end ?? 0) - (start ?? 0)) / (step ?? 1) + 1e-9) + 1;
        return {
          metric,
          values: Array.from({ length: count }, (_, index) => sample((start ?? 0) + index * (step ?? 1))),
        };
      });
      const answer = { status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result } };
      response.end(JSON.stringify(answer) + (query === enormous ? blanks : ''));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const numbers: NumberServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mode: 'up',
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return numbers;
}

function seconds(text: string | null): number {
  const value = Number(text);
  return Number.isNaN(value) ? Date.parse(text ?? '') / 1_000 : value;
}
