import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = {
  readonly path: string;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
};
export type Said = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

export type QueryApi = {
  readonly url: string;
  /** Every request so far. */
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
};

/**
 * A server in the place of Prometheus that says what a test wants said: a whole answer, or whatever `answer` does with the
 * response itself when it gives undefined.
 */
export async function startQueryApi(
  answer: (asked: Asked, response: ServerResponse) => Said | undefined | Promise<Said | undefined>,
): Promise<QueryApi> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => void serve(request, response));
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { path: request.url ?? '', form: new URLSearchParams(body), headers: request.headers };
    asked.push(one);
    const said = await answer(one, response);
    if (said === undefined) return;
    response.writeHead(said.status ?? 200, { 'content-type': 'application/json', ...said.headers });
    response.end(said.body);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A body as Prometheus writes it when all is well. */
export function success(resultType: string, result: unknown): string {
  return JSON.stringify({ status: 'success', data: { resultType, result } });
}
