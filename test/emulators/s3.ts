import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buildApp } from 'fauxqs';

/**
 * How a server takes the conditions of a write: 'keeps' is what Amazon documents
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html), 'ignores' writes regardless, and
 * 'refuses' does not know the headers.
 */
export type Conditions = 'keeps' | 'ignores' | 'refuses';

export type S3Server = {
  readonly url: string;
  /** Every request so far, as "PUT /bucket/key". */
  readonly asked: string[];
  /** A policy of the bucket that forbids to delete. */
  forbidDelete: boolean;
  /** What the role may read, by "/bucket/key". As with Amazon, `If-Match` is refused where it may not. */
  mayRead: (path: string) => boolean;
  /** The next so many writes are done, and their answers lost. */
  loseAnswers: number;
  /** Connections and requests are refused, and counted. */
  isDown: boolean;
  refused: number;
  makeBucket(name: string): Promise<void>;
  /** Puts an object there as somebody else would: without a condition. */
  put(bucket: string, key: string, bytes: Uint8Array): Promise<void>;
  stop(): Promise<void>;
};

/** An S3 look-alike on loopback that behind its door is fauxqs, which ignores conditions. */
export async function startS3(conditions: Conditions = 'keeps'): Promise<S3Server> {
  const app = buildApp({ logger: false });
  const behind = await app.listen({ port: 0, host: '127.0.0.1' });
  /** What is under way for each object: a condition and its write are one step for all others. */
  const queues = new Map<string, Promise<void>>();

  async function write(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    const refusal = await refusalOf(request, `${behind}${path}`, conditions);
    if (refusal !== null) return fail(response, ...refusal);
    const lose = server.loseAnswers > 0;
    if (lose) server.loseAnswers -= 1;
    await forward(request, response, behind, lose);
  }

  function refuses(socket: Socket): boolean {
    if (!server.isDown) return false;
    server.refused += 1;
    socket.destroy();
    return true;
  }

  const door = createServer((request, response) => {
    if (refuses(request.socket)) return;
    const path = pathOf(request);
    server.asked.push(`${request.method} ${path}`);
    const reads = request.method === 'GET' || request.headers['if-match'] !== undefined;
    if (reads && !server.mayRead(path)) return fail(response, 403, 'AccessDenied');
    if (request.method === 'DELETE' && server.forbidDelete) return fail(response, 403, 'AccessDenied');
    if (request.method !== 'PUT') return void forward(request, response, behind, false);
    const turn = (queues.get(path) ?? Promise.resolve()).then(() => write(request, response));
    queues.set(
      path,
      turn.catch(() => void response.destroy()),
    );
  });
  door.on('connection', refuses);
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const server: S3Server = {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    asked: [],
    forbidDelete: false,
    mayRead: () => true,
    loseAnswers: 0,
    isDown: false,
    refused: 0,
    async makeBucket(name) {
      const made = await fetch(`${behind}/${name}`, { method: 'PUT' });
      if (!made.ok) throw new Error(`the bucket ${name} was not made: ${made.status}`);
    },
    async put(bucket, key, bytes) {
      const headers = { 'content-type': 'application/octet-stream' };
      const made = await fetch(`${behind}/${bucket}/${key}`, { method: 'PUT', headers, body: new Uint8Array(bytes) });
      if (!made.ok) throw new Error(`${key} was not put: ${made.status}`);
    },
    async stop() {
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
      await app.close();
    },
  };
  return server;
}

const pathOf = (request: IncomingMessage): string => request.url?.split('?')[0] ?? '/';

/** Status and code with which a write is refused, or null. */
async function refusalOf(
  { headers }: IncomingMessage,
  object: string,
  conditions: Conditions,
): Promise<readonly [number, string] | null> {
  const [noneMatch, match] = [headers['if-none-match'], headers['if-match']];
  if (conditions === 'ignores' || (noneMatch === undefined && match === undefined)) return null;
  if (conditions === 'refuses') return [501, 'NotImplemented'];
  const there = await fetch(object, { method: 'HEAD' });
  if (noneMatch !== undefined) return there.ok ? [412, 'PreconditionFailed'] : null;
  if (!there.ok) return [404, 'NoSuchKey'];
  return there.headers.get('etag') === match ? null : [412, 'PreconditionFailed'];
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}

/** Sends a request on and its answer back, or breaks off instead of answering. */
function forward(request: IncomingMessage, response: ServerResponse, to: string, lose: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { method: request.method, headers: request.headers };
    const onward = sendRequest(`${to}${request.url}`, options, (answer) => {
      if (lose) answer.resume().once('end', () => response.destroy());
      else answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
      response.once('close', resolve);
    });
    onward.once('error', reject);
    request.pipe(onward);
  });
}
