import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { Fault } from '../core/demo.ts';
import { createApi } from './api.ts';
import type { Ordered, WorkerData } from './cluster.ts';
import { createWorld } from './world.ts';

/** The cluster's own thread: queries over weeks never keep the bot waiting. */
const data = workerData as WorkerData;
let broken: readonly Fault[] = [];
const world = createWorld(data, () => broken);
const api = createApi({ world, now: Date.now });

const server = createServer((request, response) => {
  api(request, response).catch((error: unknown) => {
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'error', errorType: 'internal', error: String(error) }));
  });
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage({ port: (server.address() as AddressInfo).port }));
parentPort?.on('message', (ordered: Ordered) => {
  broken = ordered.broken;
  parentPort?.postMessage({ done: ordered.id });
});
